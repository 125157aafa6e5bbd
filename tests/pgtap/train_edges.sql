-- The edges of quern.train: data on which a solver may lose its way, and queries and options that are refused.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql
SET LOCAL client_min_messages = error;

CREATE TABLE sample AS
SELECT i, sin(i) AS a, cos(i * 1.3) AS b, sin(i) + 2 * cos(i * 1.3) + 0.1 * sin(i * 7) AS y, sin(i) + cos(i * 3) > 0 AS flag,
       ARRAY[sin(i * 2), cos(i * 2)] AS x FROM generate_series(1, 2000) AS i;

-- A hinge of which nearly all rows are past the kink, in columns of 1e5 so that l2 has next to no curvature. No class to tell
-- apart: the weights are 0, the intercept is -1, and the loss twice the share of the rare class.
CREATE TABLE rare AS
SELECT i % 25 = 0 AS y, 2e5 + 1e5 * sin(i) AS a, 1e4 * cos(i * 1.7) AS b FROM generate_series(1, 5000) AS i;
SELECT is(round(pg_temp.metric(quern.train('linear_svm', 'SELECT y, a, b FROM rare', options), 'loss')::numeric, 5), 0.08000, options::text)
FROM (VALUES ('{"l2": 1e-4}'::jsonb), ('{"l2": 1e-4, "solver": "lbfgs"}'), ('{"l2": 1}')) AS o(options);

-- Columns of any size: the answer scales with them.
SELECT cmp_ok(pg_temp.digits(ARRAY(SELECT CASE WHEN term = 'a' THEN size ELSE 1 END * estimate FROM quern.coefficients(
                               quern.train(algorithm, format('SELECT %s, %s::float8 * a AS a, b FROM sample', target, size)))),
                             pg_temp.estimates(quern.train(algorithm, format('SELECT %s, a, b FROM sample', target)))),
              '>=', 8::float8, format('%s of a column of %s', algorithm, size))
FROM (VALUES ('linear_regression', 'y'), ('logistic_regression', 'flag')) AS t(algorithm, target), (VALUES (1e300::float8), (1e-300)) AS s(size);
-- Constant columns and sums of others are left out.
SELECT is((SELECT array_agg(term ORDER BY term) FROM quern.coefficients(
             quern.train(algorithm, format('SELECT %s, a, b, 1 AS one, 0 AS zero, a + b AS sum FROM sample', target))) WHERE estimate IS NULL),
          ARRAY['one', 'sum', 'zero'], algorithm || ': columns of no information')
FROM (VALUES ('linear_regression', 'y'), ('logistic_regression', 'flag'), ('poisson_regression', 'i')) AS t(algorithm, target);

-- Stopped by the rows held out is an end, not a failure.
SELECT is(pg_temp.metric(quern.train('logistic_regression', 'SELECT flag, a, b FROM sample',
            '{"validation_fraction": 0.2, "solver": "lbfgs", "patience": 1}'), 'converged'), 1::float8, 'patience ends a training');

-- Classes that are apart: every solver says so.
SELECT is(pg_temp.metric(quern.train(algorithm, 'SELECT a > 0 AS y, a, b FROM sample', jsonb_build_object('solver', solver)), 'separation'), 1::float8,
          algorithm || ' by ' || solver)
FROM unnest('{logistic_regression, multinomial_regression}'::text[]) AS algorithm, unnest('{newton, lbfgs, cg}'::text[]) AS solver;
SELECT is(pg_temp.metric(quern.train('logistic_regression', 'SELECT flag, a, b FROM sample', jsonb_build_object('solver', solver)), 'separation'), 0::float8,
          'none by ' || solver) FROM unnest('{newton, lbfgs, cg}'::text[]) AS solver;

-- A long training has a short log.
SELECT is(ARRAY[count(*) BETWEEN 500 AND 1001, min(epoch) = 1, max(epoch) = 3000], '{t,t,t}', 'a log of 3000 epochs')
FROM quern.training_log(quern.train('linear_regression', 'SELECT y, a FROM sample WHERE i <= 20', '{"solver": "sgd", "max_iter": 3000}'));

-- Relations of all kinds.
CREATE TEMP TABLE of_session ON COMMIT DROP AS SELECT y, a FROM sample;
CREATE TABLE parted (LIKE sample) PARTITION BY RANGE (i);
CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (1000) TO (9999);
INSERT INTO parted SELECT * FROM sample;
CREATE TABLE parent (y float8, a float8);
CREATE TABLE child () INHERITS (parent);
INSERT INTO parent SELECT y, a FROM sample WHERE i <= 700;
INSERT INTO child SELECT y, a FROM sample WHERE i > 700;
CREATE VIEW seen AS SELECT y, a FROM sample;
CREATE MATERIALIZED VIEW kept AS SELECT y, a FROM sample;
CREATE TABLE changed AS SELECT y, i, a FROM sample;
ALTER TABLE changed DROP i, ADD k integer DEFAULT 7;
SELECT cmp_ok(pg_temp.digits((pg_temp.estimates(quern.train('linear_regression', 'SELECT * FROM ' || relation)))[1:2],
                             pg_temp.estimates(quern.train('linear_regression', 'SELECT y, a FROM sample'))), '>=', 12::float8, relation)
FROM unnest(ARRAY['of_session', '(SELECT y, a FROM parted) AS p', 'parent', 'seen', 'kept', 'changed',
                  '(VALUES (NULL::float8, NULL::float8)) AS v UNION ALL SELECT y, a FROM sample']) AS relation;
SELECT is((SELECT rows FROM quern.info(quern.train('linear_regression', 'SELECT y, a FROM ONLY parent'))), 700::bigint, 'ONLY');

-- Rolled back, again and again.
DO $$ BEGIN
  FOR k IN 1..100 LOOP
    BEGIN
      PERFORM quern.train('linear_regression', 'SELECT y, 1 / (i - 1999) AS a FROM sample');
    EXCEPTION WHEN division_by_zero THEN NULL;
    END;
  END LOOP;
END $$;
SELECT is((SELECT count(*) FROM quern.progress WHERE pid = pg_backend_pid()), 0::bigint, 'a training that failed is not shown');

CREATE TABLE refused (place serial, query text, options jsonb, error text);
INSERT INTO refused (query, options, error) VALUES
  ('SELECT y, a FROM sample FOR UPDATE', '{}', '^22023 .*must be a SELECT that only reads, not SELECT FOR UPDATE . Write to a table first'),
  ('INSERT INTO sample (y) VALUES (1) RETURNING y, i', '{}', '^22023 .*only reads, not INSERT . Write'),
  ('EXPLAIN SELECT y, a FROM sample', '{}', '^22023 .*not EXPLAIN'),
  ('SELECT y, a AS b, b FROM sample', '{}', '^22023 .*more than one column "b" . Give each its own name'),
  ('SELECT y, a, b FROM sample', '{"feature_names": ["p", "p"]}', '^22023 .*option "feature_names" has "p" more than once . Rows'),
  ('SELECT y, ARRAY[a, ''NaN''] AS x FROM sample', '{}', '^22023 .*x must be finite, but x\[2\] is NaN . Leave such rows out'),
  ('SELECT y, 1 / nullif(a, a) + ''Infinity'' AS c, ''-Infinity''::float8 AS d FROM sample', '{}', 'no error'),
  ('SELECT y, ''-Infinity''::float8 AS d FROM sample', '{}', '^22023 .*d must be finite, not -Infinity . Leave such rows out'),
  ('SELECT y, ARRAY[[1, 2], [3, 4]] AS x FROM sample', '{}', '^22023 .*"x" must be a one-dimensional array, not one of 2 dimensions . Give'),
  ('SELECT y, now() AS t, a FROM sample', '{}', '^22023 .*column "t" is of type timestamp with time zone, which is no feature . Leave'),
  ('SELECT y, a FROM sample', '{"validation_fraction": 0.999999}', '^22023 .*no rows of weight above 0 to train on . .*validation_fraction'),
  ('SELECT y, a FROM sample WHERE random() < 0.5', '{"store": "none"}', '^22023 .*other rows each time it runs . Leave out'),
  ('SELECT y, 1e300 AS c, 1e39 * a AS a FROM sample', '{"precision": "float4"}', '^22003 .*beyond the range of float4'),
  ('SELECT 1e300 * y AS y, a FROM sample', '{}', '^22003 .*leaves the range of double precision . .*rescale'),
  ('SELECT y, a FROM sample', '{"solver": "sgd", "step_size": 1e10}', '^22003 .*diverges with steps of 10000000000 . Give a smaller'),
  ('SELECT y, ''{1:2}/2000000000''::quern.svec AS x FROM sample', '{}', '^54000 .*a model of 2000000001 parameters is too large .at most 100000000. . Use fewer');
SELECT matches(pg_temp.error_of(format('SELECT quern.train(''linear_regression'', %L, %L)', query, options)), error, query || ' ' || options)
FROM refused ORDER BY place;

-- The name of the intercept.
SELECT matches(pg_temp.error_of(call), '^22023 . [a-z_]+: no feature may be named "\(intercept\)", which is the intercept''s name . .*fit_intercept', call)
FROM (VALUES ('SELECT quern.train(''linear_regression'', ''SELECT y, a AS "(intercept)" FROM sample'')'),
             ('SELECT quern.train(''linear_regression'', ''SELECT y, x FROM sample'', ''{"feature_names": ["p", "(intercept)"]}'')'),
             ('SELECT quern.linear_regression(y, x, ''{"feature_names": ["(intercept)", "p"]}'') FROM sample'),
             ('SELECT quern.logistic_regression(flag, x, ''{"feature_names": ["(intercept)", "p"]}'') FROM sample'),
             ('SELECT quern.poisson_regression(i, x, ''{"feature_names": ["(intercept)", "p"]}'') FROM sample')) AS c(call);
SELECT is((SELECT term FROM quern.coefficients(quern.train('linear_regression', 'SELECT y, a AS "(intercept)" FROM sample',
                                                           '{"fit_intercept": false}'))), '(intercept)', 'without an intercept it is a name as others');

-- An update keeps the names of the model; what is wrong with its query is said of it.
CREATE TABLE named AS SELECT quern.train('linear_regression', 'SELECT y, x FROM sample', '{"feature_names": ["p", "q"]}') AS named,
  quern.train('linear_regression', 'SELECT y, a, b FROM sample') AS plain,
  (SELECT quern.huber_regression(y, x) FROM sample) AS nameless;
SELECT is((SELECT feature_names FROM quern.info(quern.update(named, 'SELECT y, x FROM sample', options))), 'p, q', 'the names of before')
FROM named, (VALUES ('{}'::jsonb), ('{"feature_names": ["p", "q"]}')) AS o(options);
SELECT is((SELECT feature_names FROM quern.info(quern.update(nameless, 'SELECT y, x FROM sample', '{"feature_names": ["r", "s"]}'))), 'r, s',
          'a model without names is given some') FROM named;
SELECT matches(pg_temp.error_of(format('SELECT quern.update(%s, %L, %L) FROM named', model, query, options)), error, query || ' ' || options)
FROM (VALUES
  ('named', 'SELECT y, x FROM sample', '{"feature_names": ["p", "r"]}', '^22023 . update: option "feature_names" renames a feature of the model: q to r . An update keeps'),
  ('plain', 'SELECT y, a, b FROM sample', '{"feature_names": ["b", "a"]}', '^22023 . update: option "feature_names" renames a feature of the model: a to b'),
  ('plain', 'SELECT y, a, b FROM sample', '{"feature_names": ["a"]}', '^22023 . update: option "feature_names" has 1 names, the model has 2 features'),
  ('nameless', 'SELECT y, x FROM sample FOR UPDATE', '{}', '^22023 . update: the query must be a SELECT that only reads'),
  ('nameless', 'SELECT y, x FROM sample; SELECT 1', '{}', '^22023 . update: the query has more than one statement'),
  ('nameless', 'SELECT y FROM sample', '{}', '^22023 . update: the query must have a column y and at least one of features'),
  ('nameless', 'SELECT y, x FROM sample', '{"target": "z"}', '^22023 . update: option "target" names "z"'),
  ('nameless', 'SELECT y, x FROM sample WHERE random() < 0.5', '{"store": "none"}', '^22023 . update: the query gives other rows each time')) AS u(model, query, options, error);
SELECT matches(pg_temp.error_of('SELECT quern.update(quern.gaussian_naive_bayes(flag, x), ''SELECT flag, x FROM sample'') FROM sample'),
               '^22023 . update: a model of gaussian_naive_bayes cannot be continued . Models of these can: linear_regression, ', 'a model that no training made');

-- Rows of weight 0 are rows, but count as none.
SELECT matches(pg_temp.error_of(format('SELECT quern.train(''linear_regression'', ''SELECT y, a, 0 AS w FROM sample'', %L)', options)),
               '^22023 . linear_regression: all rows have weight 0 .column "w". . A row of weight 0 counts as none', options)
FROM (VALUES ('{"weight": "w"}'), ('{"weight": "w", "store": "none"}')) AS o(options);

-- What is out of range is told in few digits.
SELECT is(pg_temp.error_of(format('SELECT quern.train(''linear_regression'', ''SELECT y, a FROM sample'', %L)', options)), error)
FROM (VALUES
  ('{"l2": -1e300}', '22023 | linear_regression: option "l2" must be a number, at least 0, not -1e+300 | Leave the option out to have its default.'),
  ('{"max_iter": 1e300}', '22023 | linear_regression: option "max_iter" must be a whole number, at least 1 and at most 1000000000, not 1e+300 | Leave the option out to have its default.'),
  ('{"confidence": 123456789012345678901234567890}', '22023 | linear_regression: option "confidence" must be a number, above 0 and below 1, not 1.2345678901234568e+29 | Leave the option out to have its default.')) AS o(options, error);

SELECT * FROM finish();
ROLLBACK;
