-- What a user who makes a mistake reads.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS quern;
RESET client_min_messages;
SET extra_float_digits = -6;  -- what is printed does not depend on the last bits
\set VERBOSITY default
CREATE TEMP TABLE sample AS SELECT i, (i * i % 7)::float8 AS y, i % 3 = 0 AS flag, ARRAY[i % 5, i % 4]::float8[] AS x
FROM generate_series(1, 20) AS i;

-- Options.
SELECT quern.linear_regression(y, x, '{"lambda": 1}') FROM sample;
SELECT quern.linear_regression(y, x, '{"l2": "much"}') FROM sample;
SELECT quern.linear_regression(y, x, '{"l2": -1}') FROM sample;
SELECT quern.linear_regression(y, x, '{"robust": "hc3"}') FROM sample;
SELECT quern.linear_regression(y, x, '["l2"]') FROM sample;
SELECT quern.logistic_regression(flag, x, '{"C": 1}') FROM sample;

-- Forms that do not exist.
SELECT quern.linear_regression(y, x, 1.5) FROM sample;
SELECT quern.linear_regression(y, ARRAY['a', 'b']) FROM sample;

-- Rows.
SELECT quern.linear_regression(y, x || 'NaN'::float8) FROM sample;
SELECT quern.linear_regression(CASE i WHEN 7 THEN 'Infinity' ELSE y END, x) FROM sample;
SELECT quern.linear_regression(y, x[1 : 1 + i % 2]) FROM sample;
SELECT quern.linear_regression(y, x, -1, NULL) FROM sample;
SELECT quern.logistic_regression(y, x) FROM sample;
SELECT quern.logistic_regression(true, x) FROM sample;
SELECT quern.classification_metrics(flag, 2) FROM sample;

-- A fit that should not be trusted is a warning.
SELECT (quern.logistic_regression(i > 10, ARRAY[i])::jsonb -> 'metrics' -> 'separation') AS separation FROM sample;
SELECT (quern.logistic_regression(flag, x, '{"max_iter": 1}')::jsonb -> 'metrics' -> 'converged') AS converged FROM sample;

-- Scoring.
SELECT quern.predict(m, '{1}') FROM (SELECT quern.linear_regression(y, x) AS m FROM sample) AS fitted;
SELECT quern.predict_proba(m, '{1, 2}') FROM (SELECT quern.linear_regression(y, x) AS m FROM sample) AS fitted;
SELECT quern.predict(m, '{1, 2}') FROM (SELECT quern.gaussian_naive_bayes(flag::text, x) AS m FROM sample) AS fitted;

-- States and models that are none.
SELECT 'nonsense'::quern.state;
SELECT '{"algorithm": "linear_regression"}'::quern.model;
SELECT quern.linear_regression_merge(s) FROM (SELECT quern.describe_state(y) AS s FROM sample) AS t;
SELECT quern.linear_regression_merge(s)
FROM (SELECT quern.linear_regression_state(y, x) AS s FROM sample
  UNION ALL SELECT quern.linear_regression_state(y, x, '{"l2": 1}') FROM sample) AS t;
