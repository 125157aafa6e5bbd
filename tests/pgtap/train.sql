-- quern.train and its kin: every algorithm, the same answers as the aggregates and with any number of workers, what is
-- refused, where it may be called, updates, logs, and rows that are predicted by the names of their columns.

-- Other isolation levels need transactions of their own.
SET client_min_messages = error;
DROP TABLE IF EXISTS public.committed;
CREATE TABLE public.committed AS SELECT i AS y, sin(i) AS a FROM generate_series(1, 500) AS i;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT (quern.info(quern.train('linear_regression', 'SELECT y, a FROM public.committed'))).rows AS serializable_rows \gset
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT (quern.info(quern.train('linear_regression', 'SELECT y, a FROM public.committed'))).rows AS repeatable_rows \gset
COMMIT;
DROP TABLE public.committed;

BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql


SELECT is(:serializable_rows, 500, 'a serializable transaction');
SELECT is(:repeatable_rows, 500, 'a repeatable read, read only transaction');

-- u is a number in -1 to 1 that depends on i and j.
CREATE FUNCTION u(i bigint, j integer) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hashint8extended(i, j) / 9223372036854775808.0::float8 $$;
CREATE TABLE sample AS
SELECT i, a, b, k, male, x, 1 + a - 2 * b + 0.1 * k + 0.5 * male::integer + x[1] + 0.3 * e AS y,
       a + x[2] + e > 0.2 AS flag, (ARRAY['low', 'middle', 'high'])[1 + (a + e > -0.3)::integer + (a + e > 0.4)::integer] AS label,
       round(exp(0.5 + a) * (1 + e))::integer AS events, exp(0.3 + b) * (1.1 + e) AS cost, 0.5 + i % 4 AS weight
FROM (SELECT i, u(i, 1) AS a, u(i, 2) AS b, (i % 7)::smallint AS k, i % 3 = 0 AS male, u(i, 9) AS e,
             ARRAY[u(i, 3), u(i, 4), u(i, 5)] AS x FROM generate_series(1::bigint, 20000) AS i) AS s;
CREATE TABLE holes AS SELECT CASE WHEN i % 10 > 0 THEN y END AS y, CASE WHEN i % 15 > 0 THEN a END AS a, b FROM sample;
ANALYZE sample;

-- Every algorithm.
CREATE TABLE trained AS
SELECT algorithm, target, quern.train(algorithm, format('SELECT %s, a, b, k, male, x FROM sample', target)) AS model
FROM (VALUES ('linear_regression', 'y'), ('logistic_regression', 'flag'), ('multinomial_regression', 'label'), ('linear_svm', 'label'),
             ('svm_regression', 'y'), ('poisson_regression', 'events'), ('gamma_regression', 'cost'), ('huber_regression', 'y'))
     AS algorithms(algorithm, target);
SELECT is((SELECT rows FROM quern.info(model)), 20000::bigint, algorithm || ' trains on all rows') FROM trained;
SELECT is((SELECT feature_names FROM quern.info(model)), 'a, b, k, male, x[1], x[2], x[3]', algorithm || ' knows its columns') FROM trained;
SELECT is((SELECT array_agg(DISTINCT term ORDER BY term) FROM quern.coefficients(model)),
          ARRAY['(intercept)', 'a', 'b', 'k', 'male', 'x[1]', 'x[2]', 'x[3]'], algorithm || ' names its terms') FROM trained;
SELECT isnt((SELECT count(*) FROM quern.training_log(model)), 0::bigint, algorithm || ' logs') FROM trained;
-- What each is made to find: the weights that the table was made with.
SELECT cmp_ok(abs(estimate + 2), '<', 0.02::float8, algorithm || ' finds the slope of b')
FROM trained, quern.coefficients(model) WHERE target = 'y' AND term = 'b';
SELECT cmp_ok(abs(estimate - 1), '<', 0.03::float8, algorithm || ' finds its slope')
FROM trained, quern.coefficients(model) WHERE (algorithm, term) IN (('poisson_regression', 'a'), ('gamma_regression', 'b'));
SELECT cmp_ok(avg((quern.predict_label(model, s) = label)::integer), '>', 0.5, algorithm || ' tells labels apart')
FROM trained, sample AS s WHERE target = 'label' GROUP BY algorithm;

-- The aggregates' answers.
CREATE TABLE pair AS
SELECT 'linear' AS name, quern.train('linear_regression', 'SELECT y, a, b, x FROM sample') AS trained,
       quern.linear_regression(y, ARRAY[a, b] || x) AS aggregated FROM sample
UNION ALL
SELECT 'linear, ridge', quern.train('linear_regression', 'SELECT y, a, b, x FROM sample', '{"l2": 0.1}'),
       quern.linear_regression(y, ARRAY[a, b] || x, '{"l2": 0.1}') FROM sample
UNION ALL
SELECT 'linear, weights', quern.train('linear_regression', 'SELECT y, a, b, weight FROM sample', '{"weight": "weight"}'),
       quern.linear_regression(y, ARRAY[a, b], weight, NULL) FROM sample
UNION ALL
SELECT 'logistic', quern.train('logistic_regression', 'SELECT flag, a, b, x FROM sample'),
       quern.logistic_regression(flag, ARRAY[a, b] || x) FROM sample
UNION ALL
SELECT 'logistic, ridge', quern.train('logistic_regression', 'SELECT flag, a, b, x FROM sample', '{"l2": 0.1}'),
       quern.logistic_regression(flag, ARRAY[a, b] || x, '{"l2": 0.1}') FROM sample
UNION ALL
SELECT 'logistic, weights', quern.train('logistic_regression', 'SELECT weight, flag, a FROM sample', '{"weight": "weight", "target": "flag"}'),
       quern.logistic_regression(flag, ARRAY[a], weight, NULL) FROM sample;
SELECT cmp_ok(pg_temp.digits(pg_temp.estimates(trained), pg_temp.estimates(aggregated)), '>=', 8::float8,
              name || ': the estimates of the aggregate') FROM pair;
SELECT cmp_ok(pg_temp.digits(pg_temp.std_errors(trained), pg_temp.std_errors(aggregated)), '>=', 7::float8,
              name || ': the standard errors of the aggregate') FROM pair WHERE name !~ 'ridge|weights';
-- A weight of 2 is a row twice.
SELECT cmp_ok(pg_temp.digits(
         pg_temp.estimates(quern.train('poisson_regression', 'SELECT events, a, 1 + i % 2 AS n FROM sample', '{"weight": "n"}')),
         pg_temp.estimates(quern.train('poisson_regression', 'SELECT events, a FROM sample, generate_series(1, (1 + i % 2)::int)'))),
       '>=', 8::float8, 'a weight of 2 counts as two rows');

-- NULLs, no rows.
SELECT is((SELECT ARRAY[rows, skipped] FROM quern.info(quern.train('linear_regression', 'SELECT * FROM holes'))),
          (SELECT ARRAY[count(*) FILTER (WHERE y + a IS NOT NULL), count(*) FILTER (WHERE y + a IS NULL)] FROM holes),
          'rows with a NULL are left out and counted');
SELECT is(quern.train('linear_regression', 'SELECT y, a FROM sample WHERE false')::text, NULL, 'no rows, no model');
SELECT is(quern.train('linear_regression', 'SELECT NULL::float8 AS y, a FROM sample')::text, NULL, 'no row without NULL, no model');
SELECT is(quern.train('linear_regression', NULL)::text, NULL, 'NULL arguments give NULL');

-- Names: classes, features, rows predicted by the names of their columns.
SELECT is((SELECT class_names FROM quern.info(model)), 'high, low, middle', algorithm || ': classes in the order of text')
FROM trained WHERE target = 'label';
SELECT is((SELECT (target, class_names) FROM quern.info(quern.train('logistic_regression', 'SELECT flag, a FROM sample'))),
          ROW('boolean'::text, 'false, true'::text), 'boolean classes');
SELECT is((SELECT (target, class_names) FROM quern.info(quern.train('multinomial_regression', 'SELECT 20 - 9 * (i % 3), a FROM sample'))),
          ROW('numeric class'::text, '2, 11, 20'::text), 'numeric classes in the order of numbers');
SELECT is((SELECT feature_names FROM quern.info(quern.train('linear_regression', 'SELECT y, a, x FROM sample',
          '{"feature_names": ["p", "q", "r", "s"]}'))), 'p, q, r, s', 'option feature_names');
SELECT cmp_ok(max(abs(quern.predict(model, s) - quern.predict(model, ARRAY[a, b, k, male::integer] || x))), '<', 1e-12::float8,
              algorithm || ': a row is predicted by the names of its columns')
FROM trained, sample AS s WHERE target <> 'label' AND i < 100 GROUP BY algorithm;

-- Options: precision, intercept, penalty, early stopping, time.
SELECT cmp_ok(pg_temp.digits(pg_temp.estimates(quern.train('linear_regression', 'SELECT y, a, b FROM sample', '{"precision": "float4"}')),
                             pg_temp.estimates(quern.train('linear_regression', 'SELECT y, a, b FROM sample'))), '>=', 5::float8,
              'float4 has five digits');
SELECT cmp_ok(pg_temp.digits(pg_temp.estimates(quern.train('linear_regression', 'SELECT y, a, b FROM sample', '{"store": "none"}')),
                             pg_temp.estimates(quern.train('linear_regression', 'SELECT y, a, b FROM sample'))), '>=', 8::float8,
              'store none gives the same');
SELECT is((SELECT array_agg(term ORDER BY term) FROM quern.coefficients(
             quern.train('linear_regression', 'SELECT y, a, b FROM sample', '{"fit_intercept": false}'))), ARRAY['a', 'b'], 'no intercept');
SELECT is((SELECT estimate FROM quern.coefficients(quern.train('linear_regression', 'SELECT y, a, x FROM sample', '{"l1": 0.05}'))
           WHERE term = 'x[3]'), 0::float8, 'l1 leaves out a feature that has no effect');
CREATE TABLE stopped AS
SELECT quern.train('logistic_regression', 'SELECT flag, a, b, x FROM sample',
                   '{"solver": "sgd", "validation_fraction": 0.25, "patience": 2, "max_iter": 300}') AS model;
SELECT cmp_ok(count(*), '<', 300::bigint, 'rows held out stop the training early') FROM stopped, quern.training_log(model);
SELECT is(count(validation_loss), count(*), 'their loss is logged') FROM stopped, quern.training_log(model);
SELECT cmp_ok(max(abs(rows - 15000)), '<', 400::bigint, 'three quarters of the rows are trained on')
FROM stopped, quern.training_log(model);
SELECT cmp_ok(max(seconds), '<', 5::float8, 'max_seconds ends the training')
FROM quern.training_log(quern.train('logistic_regression', 'SELECT flag, a FROM sample',
  '{"solver": "sgd", "max_iter": 1000000, "tol": 1e-300, "max_seconds": 0.2}'));

-- The log.
SELECT is(array_agg(epoch ORDER BY epoch), array_agg(row_number), 'epochs count from 1')
FROM (SELECT epoch, row_number() OVER (ORDER BY seconds) FROM trained, quern.training_log(model)
      WHERE algorithm = 'logistic_regression') AS log;
SELECT is((SELECT count(*) FROM quern.training_log(quern.linear_regression(y, x))), 0::bigint, 'a model of an aggregate has no log')
FROM sample;
SELECT is((SELECT array_agg(DISTINCT setting) FROM quern.training_log(model)), ARRAY[1], 'one setting')
FROM trained WHERE algorithm = 'linear_regression';

-- Update.
CREATE TABLE half AS
SELECT quern.train('logistic_regression', 'SELECT flag, a, b, x FROM sample WHERE i <= 10000', '{"seed": 7}') AS model;
SELECT cmp_ok(pg_temp.digits(pg_temp.estimates(quern.update(model, 'SELECT flag, a, b, x FROM sample')),
                             pg_temp.estimates(quern.train('logistic_regression', 'SELECT flag, a, b, x FROM sample'))), '>=', 7::float8,
              'an update over all rows ends where a training does') FROM half;
SELECT cmp_ok((SELECT count(*) FROM quern.training_log(quern.update(model, 'SELECT flag, a, b, x FROM sample WHERE i <= 10000'))), '<=',
              2::bigint, 'an update over the same rows starts at the optimum') FROM half;
SELECT is(pg_temp.estimates(quern.update(model, 'SELECT flag, 1 AS other, x, b, a FROM sample')),
          pg_temp.estimates(quern.update(model, 'SELECT flag, a, b, x FROM sample')),
          'features are found by their names') FROM half;
SELECT is(quern.update(model, 'SELECT flag, a, b, x FROM sample', '{"l2": 0.5}')::jsonb -> 'options', '{"l2": 0.5, "seed": 7}'::jsonb,
          'options are those of the model but for those given') FROM half;
SELECT cmp_ok(pg_temp.digits(pg_temp.estimates(quern.update(model, 'SELECT flag, a, b, x FROM sample WHERE flag OR i < 2', '{"max_iter": 1}')),
                             pg_temp.estimates(model)), '<', 16::float8, 'an update of few rows moves the model') FROM half;
SELECT is((SELECT class_names FROM quern.info(quern.update(model, 'SELECT label, a, b, k, male, x FROM sample WHERE label <> ''low'''))),
          'high, low, middle', 'an update need not have all classes') FROM trained WHERE algorithm = 'multinomial_regression';
SELECT is((SELECT rows FROM quern.info(quern.update(model, 'SELECT flag, a, b, x FROM sample WHERE flag', '{"solver": "sgd", "max_iter": 1}'))),
          (SELECT count(*) FROM sample WHERE flag), 'an update may have rows of one class') FROM half;
SELECT is(pg_temp.estimates(quern.update(model, 'SELECT x, b, a, flag FROM sample; -- all', '{"target": "flag"}')),
          pg_temp.estimates(quern.update(model, 'SELECT flag, a, b, x FROM sample')), 'a query that ends with a semicolon') FROM half;
SELECT is(quern.update(model, 'SELECT flag, a, b, x FROM sample WHERE false')::text, NULL, 'no rows, no update') FROM half;

-- What is refused.
CREATE TABLE refused (place serial, query text, error text);
INSERT INTO refused (query, error) VALUES
  ($q$SELECT quern.train('nope', 'SELECT y, a FROM sample')$q$, $e$^22023 . train: unknown algorithm "nope"$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '{"l3": 1}')$q$,
   $e$^22023 . linear_regression: unknown option "l3" . Options are target, weight, .*patience$e$),
  ($q$SELECT quern.train('svm_regression', 'SELECT y, a FROM sample', '{"loss": "nope"}')$q$, $e$^22023 . svm_regression: option "loss" must be one of$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '{"l2": -1}')$q$,
   $e$^22023 . linear_regression: option "l2" must be a number, at least 0, not -1$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '[1]')$q$, $e$^22023 . linear_regression: options must be a JSON object$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '{"target": "z"}')$q$, $e$^(22023|42703) .*z$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '{"weight": "z"}')$q$, $e$^(22023|42703) .*z$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '{"feature_names": ["p", "q"]}')$q$, $e$^22023 .*feature_names$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, label FROM sample')$q$, $e$^(22023|42804) .*label$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT label, a FROM sample')$q$, $e$^(22023|42804) .*label$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y FROM sample')$q$, $e$^22023 .*feature$e$),
  ($q$SELECT quern.train('logistic_regression', 'SELECT label, a FROM sample')$q$, $e$^22023 .*3 classes$e$),
  ($q$SELECT quern.train('logistic_regression', 'SELECT true, a FROM sample')$q$, $e$^22023 .*in all rows$e$),
  ($q$SELECT quern.train('poisson_regression', 'SELECT -events AS events, a FROM sample')$q$, $e$^22023 .*events must be at least 0, not -$e$),
  ($q$SELECT quern.train('gamma_regression', 'SELECT events, a FROM sample')$q$, $e$^22023 .*must be above 0, not 0$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT ''NaN''::float8 AS y, a FROM sample')$q$, $e$^22023 .*must be finite, not NaN$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, ''Infinity''::float8 AS a FROM sample')$q$, $e$^22023 .*a must be finite, not Infinity$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a, -weight AS weight FROM sample', '{"weight": "weight"}')$q$, $e$^22023 .*weight .*not -$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, x || CASE WHEN i = 9 THEN ARRAY[1.0] END AS x FROM sample')$q$, $e$^22023 .*(3, then 4|4 .*3|3 .*4)$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM nowhere')$q$, $e$^42P01 .*nowhere$e$),
  ($q$SELECT quern.train('linear_regression', 'SELEC y')$q$, $e$^42601 .*SELEC$e$),
  ($q$SELECT quern.train('linear_regression', '')$q$, $e$^(22023|42601) $e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample; SELECT 1')$q$, $e$^(22023|42601) $e$),
  ($q$SELECT quern.train('linear_regression', 'DELETE FROM sample RETURNING y, a')$q$, $e$^(22023|42601|0A000) $e$),
  ($q$SELECT quern.train('linear_regression', 'WITH d AS (DELETE FROM sample RETURNING y, a) SELECT * FROM d')$q$, $e$^(22023|0A000|25006) $e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a / 0 AS a FROM sample')$q$, $e$^22012 .*division by zero$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample WHERE a > $1')$q$, $e$^(42P02|22023) $e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a AS "(intercept)" FROM sample')$q$, $e$^22023 .*no feature may be named "\(intercept\)"$e$),
  ($q$SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '{"feature_names": ["(intercept)"]}')$q$, $e$^22023 .*no feature may be named$e$),
  ($q$SELECT quern.update(model, 'SELECT flag, a, b, x FROM sample', '{"feature_names": ["p", "q", "r", "s", "t"]}') FROM half$q$,
   $e$^22023 .*renames a feature of the model: a to p . An update keeps$e$),
  ($q$SELECT quern.update(model, 'SELECT flag, a, x FROM sample') FROM half$q$,
   $e$^22023 . logistic_regression: the query has no column "b", a feature of the model . The query has the columns flag, a, x\.$e$),
  ($q$SELECT quern.update(model, 'SELECT flag, a, b, x || 1.0::float8 AS x FROM sample') FROM half$q$, $e$^22023 .*5 features, the query gives 6$e$),
  ($q$SELECT quern.update(model, 'SELECT a, b, x, (y > 1)::text AS z FROM sample', '{"target": "z"}') FROM half$q$,
   $e$^22023 . logistic_regression: the target is of another kind than that of the model$e$),
  ($q$SELECT quern.update(model, 'SELECT ''other''::text, a, b, k, male, x FROM sample') FROM trained WHERE algorithm = 'multinomial_regression'$q$,
   $e$^22023 . multinomial_regression: the model has no class "other"$e$),
  ($q$SELECT quern.train('multinomial_regression', 'SELECT (random() * 1e15)::bigint AS y, a FROM sample WHERE i < 1000', '{"store": "none"}')$q$,
   $e$^22023 . train: the query gives other rows each time it runs$e$),
  ($q$SELECT quern.train('linear_regression', $i$SELECT i AS y, '{1:1}/2000000000'::quern.svec AS x FROM sample WHERE i < 10$i$)$q$,
   $e$^54000 . linear_regression: a model of 2000000001 parameters is too large$e$),
  ($q$SELECT quern.train('multinomial_regression', 'SELECT i AS y, a FROM sample WHERE i <= 1001', '{"solver": "cg"}')$q$,
   $e$^54000 . multinomial_regression: solver "cg" is for at most 1000 classes, not 1001$e$),
  ($q$SELECT * FROM quern.explain_train('nope', 'SELECT 1')$q$, $e$^22023 . train: unknown algorithm$e$);
SELECT matches(pg_temp.error_of(query), error, query) FROM refused ORDER BY place;

-- Where it may be called.
CREATE TABLE stored AS SELECT quern.train('linear_regression', 'SELECT y, a FROM sample') AS model;
INSERT INTO stored SELECT quern.train('linear_regression', 'SELECT y, a FROM sample');
DO $$ BEGIN
  INSERT INTO stored VALUES (quern.train('linear_regression', 'SELECT y, a FROM sample'));
  UPDATE sample SET k = k + 1 WHERE i < 10;
  INSERT INTO stored SELECT quern.train('linear_regression', 'SELECT y, a FROM sample ORDER BY i');
END $$;
CREATE FUNCTION fit() RETURNS quern.model LANGUAGE plpgsql AS $$
DECLARE m quern.model;
BEGIN
  m := quern.train('linear_regression', 'SELECT y, a FROM sample ORDER BY i');
  RETURN m;
END $$;
INSERT INTO stored SELECT fit();
SELECT is(count(*), 5::bigint, 'CREATE TABLE AS, INSERT, DO and functions') FROM stored;
SELECT is(count(DISTINCT pg_temp.estimates(model)), 1::bigint, 'a table in its order and one in the order asked for: the same bits') FROM stored
WHERE ctid <= '(0,3)';
-- A training sees what its transaction wrote, also with workers.
SAVEPOINT written;
INSERT INTO sample (i, y, a) SELECT i, 0, 0 FROM generate_series(1, 5000) AS i;
SELECT (quern.info(quern.train('linear_regression', 'SELECT y, a FROM sample'))).rows AS seen \gset
ROLLBACK TO written;
SELECT is(:seen, 25000, 'rows that the transaction wrote');
SAVEPOINT read_only;
SET TRANSACTION READ ONLY;
SELECT (quern.info(quern.train('linear_regression', 'SELECT y, a FROM sample'))).rows AS seen \gset
ROLLBACK TO read_only;
SELECT is(:seen, 20000, 'a read only transaction');
SET LOCAL search_path = '';
SELECT (quern.info(quern.train('linear_regression', 'SELECT y, a FROM public.sample'))).rows AS seen \gset
RESET search_path;
SELECT is(:seen, 20000, 'an empty search_path');
-- A query may train.
SELECT is((SELECT rows FROM quern.info(quern.train('linear_regression', $$SELECT y, a, quern.predict(m, ARRAY[a]) AS p FROM sample,
  (SELECT quern.train('linear_regression', 'SELECT y, a FROM sample WHERE i < 100') AS m OFFSET 0) AS q$$))), 20000::bigint, 'a training inside another');

-- Rights: of the caller, row by row.
CREATE ROLE quern_reader;
GRANT USAGE ON SCHEMA quern TO quern_reader;
GRANT SELECT ON sample TO quern_reader;
ALTER TABLE sample ENABLE ROW LEVEL SECURITY;
CREATE POLICY early_rows ON sample FOR SELECT TO quern_reader USING (i <= 1234);
SET LOCAL ROLE quern_reader;
SELECT (quern.info(quern.train('linear_regression', 'SELECT y, a FROM sample'))).rows AS seen \gset
DO $$ BEGIN
  PERFORM quern.train('linear_regression', 'SELECT y, a FROM holes');
EXCEPTION WHEN OTHERS THEN
  PERFORM set_config('test.state', SQLSTATE, true);
END $$;
DO $$ BEGIN
  PERFORM quern.explain_train('linear_regression', 'SELECT y, a FROM holes WHERE a > 0.5');
EXCEPTION WHEN OTHERS THEN
  PERFORM set_config('test.explained', SQLSTATE, true);
END $$;
RESET ROLE;
ALTER TABLE sample DISABLE ROW LEVEL SECURITY;
SELECT is(:seen, 1234, 'row level security');
SELECT is(current_setting('test.state'), '42501', 'a table that the caller may not read');
SELECT is(current_setting('test.explained'), '42501', 'nor learn what the planner expects of it');

-- Not in what runs in parallel.
CREATE FUNCTION lie() RETURNS quern.model LANGUAGE plpgsql PARALLEL SAFE
  AS $$ BEGIN RETURN quern.train('linear_regression', 'SELECT y, a FROM sample'); END $$;
SELECT name AS parallel_mode FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query') \gset
SET LOCAL :parallel_mode = on;
SELECT matches(pg_temp.error_of('SELECT lie()'), 'cannot execute quern.train\(\) during a parallel operation', 'refused in parallel mode');
SET LOCAL :parallel_mode = off;

-- The same bits whoever does the work: a table as it lies, an ordered query, spilled to files.
SET LOCAL parallel_setup_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE TABLE larger AS SELECT * FROM sample UNION ALL SELECT * FROM sample;
ANALYZE larger;
CREATE TABLE bits (workers integer, name text, model quern.model);
CREATE TABLE asked (name text, algorithm text, query text, options jsonb);
INSERT INTO asked VALUES
  ('newton', 'logistic_regression', 'SELECT flag, a, b, x FROM larger', '{}'),
  ('lbfgs', 'multinomial_regression', 'SELECT label, a, b, x FROM larger', '{"solver": "lbfgs"}'),
  ('cg', 'linear_regression', 'SELECT y, a, b, x FROM larger', '{"solver": "cg"}'),
  ('average', 'logistic_regression', 'SELECT flag, a, b, x FROM larger', '{"solver": "sgd", "max_iter": 5}'),
  ('average ordered', 'linear_svm', 'SELECT label, a, b, x FROM larger ORDER BY a', '{"solver": "sgd", "max_iter": 5}'),
  ('average in batches of float4', 'linear_svm', 'SELECT flag, a, b, x FROM larger', '{"solver": "sgd", "max_iter": 5, "batch_size": 16, "precision": "float4"}'),
  ('adam', 'poisson_regression', 'SELECT events, a, b, x FROM larger', '{"solver": "sgd", "max_iter": 3, "optimizer": "adam"}'),
  ('bsp', 'logistic_regression', 'SELECT flag, a, b, x FROM larger', '{"solver": "sgd", "max_iter": 3, "parallel": "bsp", "batch_size": 128}');
DO $$
DECLARE n integer;
BEGIN
  FOREACH n IN ARRAY ARRAY[0, 1, 2, 4] LOOP
    PERFORM set_config('max_parallel_workers_per_gather', n::text, true);
    INSERT INTO bits SELECT n, name, quern.train(algorithm, query, options) FROM asked;
  END LOOP;
  PERFORM set_config('quern.train_memory', '1MB', true);
  INSERT INTO bits SELECT -1, name, quern.train(algorithm, query, options) FROM asked WHERE name !~ 'order';
END $$;
SELECT is(count(DISTINCT (SELECT array_agg(float8send(estimate)) FROM quern.coefficients(model))), 1::bigint,
          name || ': the same bits with 0, 1, 2 and 4 workers') FROM bits WHERE workers >= 0 GROUP BY name;
SELECT is(count(DISTINCT (SELECT array_agg(float8send(estimate)) FROM quern.coefficients(model))), 1::bigint,
          name || ': the same bits from files') FROM bits WHERE workers IN (-1, 2) AND name !~ 'order' GROUP BY name;
RESET quern.train_memory;
-- Without locks the answer depends on who comes first, but not by much: 2 % of the objective.
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT cmp_ok(pg_temp.metric(quern.train('logistic_regression', 'SELECT flag, a, b, x FROM larger',
                jsonb_build_object('solver', 'sgd', 'max_iter', 10, 'parallel', strategy)), 'loss'), '<=', 1.02 * pg_temp.metric(model, 'loss'),
              strategy || ' comes close to the optimum')
FROM (VALUES ('hogwild'), ('aig'), ('lock')) AS s(strategy), bits WHERE name = 'newton' AND workers = 0;

-- What would be done.
CREATE FUNCTION pg_temp.explained(item text, algorithm text, query text, options jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
  SELECT value FROM quern.explain_train(algorithm, query, options) AS e WHERE e.item = $1 $$;
SELECT is(array_agg(item ORDER BY item), ARRAY['bytes', 'device', 'features', 'gather', 'precision', 'rows', 'shards', 'solver', 'storage', 'store',
          'workers'], 'what explain_train tells') FROM quern.explain_train('linear_regression', 'SELECT y, a, x FROM sample') WHERE item <> 'parallel';
SELECT ok(bool_and(value <> '' AND reason <> ''), 'with reasons') FROM quern.explain_train('linear_regression', 'SELECT y, a, x FROM sample');
SELECT is(pg_temp.explained('gather', 'linear_regression', 'SELECT y, a FROM sample'), 'paged', 'a table is scanned by pages');
SELECT is(pg_temp.explained('gather', 'linear_regression', 'SELECT y, a FROM sample ORDER BY i'), 'leader', 'an ordered query by the leader');
SELECT is(pg_temp.explained('gather', 'linear_regression', 'SELECT y, a FROM sample', '{"store": "none"}'), 'streamed', 'store none');
SELECT is(pg_temp.explained('store', 'linear_regression', query, options), store, format('the store of %s %s', query, options)) FROM (VALUES
  ('SELECT y, a FROM sample', '{}'::jsonb, 'shared memory'), ('SELECT y, a FROM sample', '{"store": "none"}', 'none')) AS t(query, options, store);
SELECT current_setting('max_parallel_workers_per_gather') AS gather_workers \gset
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is(pg_temp.explained('store', 'linear_regression', query), 'private memory', 'rows of one process: ' || query)
FROM (VALUES ('SELECT y, a FROM sample'), ('SELECT y, a FROM sample ORDER BY i')) AS t(query);
SET LOCAL max_parallel_workers_per_gather = :gather_workers;
SELECT is(pg_temp.explained('precision', 'linear_regression', 'SELECT y, a FROM sample', '{"precision": "float4"}'), 'float4', 'float4');
SELECT is(pg_temp.explained('solver', 'linear_regression', 'SELECT y, a FROM sample', '{"solver": "lbfgs"}'), 'lbfgs', 'the solver asked for');
SELECT is(ARRAY(SELECT pg_temp.explained('parallel', 'linear_regression', 'SELECT y, a FROM sample', jsonb_build_object('solver', solver))
                FROM unnest('{newton, lbfgs, cg, sgd}'::text[]) AS solver), '{sums, sums, sums, average}', 'only sgd has a strategy');
SELECT is(pg_temp.explained('order', 'linear_regression', 'SELECT y, a FROM sample', '{"solver": "sgd", "order": "mrs"}'), 'mrs', 'the order asked for');
SELECT is(pg_temp.explained('features', 'linear_regression', 'SELECT y, x FROM sample', '{"feature_names": ["p", "q", "r"]}'), '3', 'named features');
SELECT is(pg_temp.explained('storage', 'linear_regression', 'SELECT y, a::text::float8 AS a, x::quern.svec AS x FROM sample'), 'sparse', 'an svec is kept sparse');
SELECT is(pg_temp.explained('workers', 'linear_regression', 'SELECT y, a FROM sample'), '2', 'workers at most');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is(pg_temp.explained('workers', 'linear_regression', 'SELECT y, a FROM sample'), '0', 'no workers');

SELECT * FROM finish();
ROLLBACK;
