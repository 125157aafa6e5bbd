-- Plans: the aggregates work in parallel, by hash, by sorting, partition by partition and in windows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS quern;
RESET client_min_messages;
SET extra_float_digits = -6;  -- what is printed does not depend on the last bits

CREATE TABLE sample (i integer, g integer, y float8, x float8[]) PARTITION BY LIST (g);
CREATE TABLE sample_0 PARTITION OF sample FOR VALUES IN (0);
CREATE TABLE sample_1 PARTITION OF sample FOR VALUES IN (1);
INSERT INTO sample SELECT i, i % 2, 1 + 2 * (i % 10), ARRAY[i % 10] FROM generate_series(1, 2000) AS i;
ANALYZE sample;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;

EXPLAIN (COSTS OFF) SELECT quern.linear_regression(y, x) FROM sample_0;
EXPLAIN (COSTS OFF) SELECT quern.logistic_regression(y > 9, x, '{"l2": 1}') FROM sample_0;
EXPLAIN (COSTS OFF) SELECT quern.gaussian_naive_bayes(y > 9, x), quern.describe(y), quern.moments(x),
  quern.regression_metrics(y, 1), quern.confusion_matrix(y > 1, y > 2) FROM sample_0;
SELECT term, estimate FROM quern.coefficients((SELECT quern.linear_regression(y, x) FROM sample)) WHERE abs(estimate) > 1e-9;

-- Scoring goes to the workers, too.
EXPLAIN (COSTS OFF) SELECT avg(quern.predict('{"format": 2, "algorithm": "linear_regression", "options": {}, "target": "number", "rows": 2, "skipped": 0, "features": 1, "feature_names": [], "classes": [], "metrics": {}, "parameters": {"estimate": [1, 2]}}', x)) FROM sample_0;
SELECT avg(quern.predict('{"format": 2, "algorithm": "linear_regression", "options": {}, "target": "number", "rows": 2, "skipped": 0, "features": 1, "feature_names": [], "classes": [], "metrics": {}, "parameters": {"estimate": [1, 2]}}', x) - y) FROM sample_0;

SET enable_partitionwise_aggregate = on;
SET max_parallel_workers_per_gather = 0;
EXPLAIN (COSTS OFF) SELECT g, quern.linear_regression(y, x) FROM sample GROUP BY g;
EXPLAIN (COSTS OFF) SELECT quern.linear_regression(y, x) FROM sample;
SELECT g, round(quern.predict(model, '{100}')::numeric, 6)
FROM (SELECT g, quern.linear_regression(y, x) AS model FROM sample GROUP BY g) AS fitted ORDER BY g;

-- A window: one pass, rows are taken out at its end.
SELECT i, quern.n(m), quern.mean(m) FROM (SELECT i, quern.moments(x) OVER (ORDER BY i ROWS 3 PRECEDING) AS m
  FROM sample_0) AS w ORDER BY i LIMIT 6;

-- predict of constants is folded when the query is planned.
EXPLAIN (COSTS OFF, VERBOSE) SELECT quern.predict('{"format": 2, "algorithm": "linear_regression", "options": {}, "target": "number", "rows": 2, "skipped": 0, "features": 1, "feature_names": [], "classes": [], "metrics": {}, "parameters": {"estimate": [1, 2]}}', '{3}');
DROP TABLE sample;
