-- mlp, kalman_smoothing and portfolio through SQL: trainings and aggregates agree, NULLs, workers, refusals.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql
SET LOCAL client_min_messages = error;

CREATE TABLE sample AS
SELECT i, sin(i) AS a, cos(i * 1.3) AS b, sin(i) * cos(i * 1.3) + 0.1 * sin(i * 7) AS y, sin(i) + cos(i * 3) > 0 AS flag,
       CASE WHEN sin(i) > 0.4 THEN 'high' WHEN cos(i * 1.3) > 0 THEN 'low' ELSE 'middle' END AS class
FROM generate_series(1, 3000) AS i;

-- The kind of y settles the kind of the model.
CREATE TABLE models AS
SELECT target, quern.train('mlp', format('SELECT %s, a, b FROM sample', target), '{"hidden_layers": [16], "max_iter": 40, "step_size": 0.01}') AS m
FROM unnest('{y, flag, class}'::text[]) AS target;
SELECT is(info.target, wanted, models.target) FROM models, quern.info(m) AS info, (VALUES ('y', 'number'), ('flag', 'boolean'), ('class', 'text class')) AS w(name, wanted)
WHERE name = models.target;
SELECT cmp_ok(pg_temp.metric(m, 'r2'), '>', 0.9::float8, 'a product is learnt') FROM models WHERE target = 'y';
SELECT cmp_ok(pg_temp.metric(m, 'accuracy'), '>', 0.97::float8, 'three classes are learnt') FROM models WHERE target = 'class';
SELECT cmp_ok(abs(avg((quern.predict_label(m, sample) = class)::integer)::float8 - min(pg_temp.metric(m, 'accuracy'))), '<', 0.001::float8, 'accuracy is that of predict_label')
FROM models, sample WHERE target = 'class' GROUP BY m::text;
SELECT cmp_ok(abs(sum((quern.predict(m, ARRAY[a, b]) - y) ^ 2) / min(pg_temp.metric(m, 'rss')) - 1), '<', 1e-4::float8, 'rss is that of predict')
FROM models, sample WHERE target = 'y' GROUP BY m::text;
SELECT is(array_length(quern.predict_proba(m, ARRAY[0, 0]), 1), 3, 'three probabilities') FROM models WHERE target = 'class';
SELECT is(quern.predict(m, ARRAY[1, 1]) IN (0, 1), true, 'a boolean is 0 or 1') FROM models WHERE target = 'flag';
SELECT is(count(*), 16 * 3 + 17::bigint, 'every weight is a coefficient') FROM models, quern.coefficients(m) WHERE target = 'y';
SELECT is(count(*), 40::bigint, 'an epoch is a line of the log') FROM models, quern.training_log(m) WHERE target = 'y';
SELECT throws_like(format('SELECT quern.predict_label(%L, ARRAY[1, 2])', m), 'predict_label: a mlp model has no classes') FROM models WHERE target = 'y';
SELECT throws_like(format('SELECT quern.predict(%L, ARRAY[1, 2])', m), '%classes of the model are text%') FROM models WHERE target = 'class';
SELECT throws_like(format('SELECT quern.predict(%L, ARRAY[1, 2, 3])', m), '%has 2 features, the row has 3') FROM models;
SELECT is(quern.train('mlp', 'SELECT i % 3, a FROM sample', '{"task": "classification", "max_iter": 1}') IS NOT NULL, true, 'numbers as classes');
SELECT is(m::text::quern.model::text, m::text, 'text form') FROM models;

-- The aggregate is the training over the rows of a group.
SELECT is((SELECT array_agg(estimate) FROM quern.coefficients((SELECT quern.mlp(y, ARRAY[a, b], '{"hidden_layers": [5], "max_iter": 3, "order": "none"}') FROM (SELECT * FROM sample ORDER BY i) AS s))),
          (SELECT array_agg(estimate) FROM quern.coefficients(quern.train('mlp', 'SELECT y, a, b FROM sample ORDER BY i', '{"hidden_layers": [5], "max_iter": 3, "order": "none"}'))),
          'aggregate and training of numbers');
SELECT is((SELECT array_agg(estimate) FROM quern.coefficients((SELECT quern.mlp(class, ARRAY[a, b], '{"hidden_layers": [5], "max_iter": 3, "order": "none"}') FROM (SELECT * FROM sample ORDER BY i) AS s))),
          (SELECT array_agg(estimate) FROM quern.coefficients(quern.train('mlp', 'SELECT class, a, b FROM sample ORDER BY i', '{"hidden_layers": [5], "max_iter": 3, "order": "none"}'))),
          'aggregate and training of classes');
SELECT is(quern.mlp(y, ARRAY[a]) IS NULL, true, 'no rows') FROM sample WHERE false;
SELECT is(quern.mlp(flag, ARRAY[a]) IS NULL, true, 'one class') FROM sample WHERE flag;
SELECT is(skipped, 1500::bigint, 'NULLs are counted')
FROM quern.info((SELECT quern.mlp(y, ARRAY[a], '{"max_iter": 1}') FROM (SELECT CASE WHEN i % 2 = 0 THEN y END AS y, a FROM sample) AS s));
SELECT throws_like($$SELECT quern.mlp(class, ARRAY[a], '{"task": "regression"}') FROM sample$$, 'mlp: y is "%", and task is regression');
SELECT throws_like($$SELECT quern.mlp(y, ARRAY[a], '{"hidden_layers": [1.5]}') FROM sample$$, '%array of whole numbers%');
SELECT throws_like($$SELECT quern.mlp(y, ARRAY[a], '{"max_seconds": 1}') FROM sample$$, '%is of quern.train, not of the aggregate');
SELECT throws_like($$SELECT quern.train('mlp', 'SELECT class, a FROM sample', '{"task": "regression"}')$$, '%no number to be predicted');
SELECT throws_like($$SELECT quern.train('mlp', 'SELECT y, a FROM sample', '{"optimizer": "sgd", "step_size": 1e9}')$$, 'mlp: the loss diverges%');
SELECT throws_like($$SELECT quern.train('mlp', 'SELECT true, a FROM sample')$$, '%in all rows');
SELECT is(quern.train('mlp', 'SELECT y, a FROM sample WHERE false') IS NULL, true, 'no rows to train on');
SELECT is(round(quern.predict(quern.train('mlp', 'SELECT 3.5, 1 AS x'), ARRAY[1])::numeric, 3), 3.500, 'one row');
SELECT is(pg_temp.metric(quern.update(m, 'SELECT y, a, b FROM sample', '{"max_iter": 2}'), 'epochs'), 42::float8, 'an update goes on') FROM models WHERE target = 'y';
SELECT throws_like(format('SELECT quern.update(%L, %L, %L)', m, 'SELECT y, a, b FROM sample', '{"hidden_layers": [4]}'), '%another network') FROM models WHERE target = 'y';

-- Any number of workers gives the same bits.
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE FUNCTION pg_temp.trained(workers integer, algorithm text, query text, options jsonb) RETURNS text AS $$
BEGIN
  PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
  RETURN (SELECT string_agg(concat_ws('=', term, estimate), ' ') FROM quern.coefficients(quern.train(algorithm, query, options)));
END $$ LANGUAGE plpgsql;
SELECT is(pg_temp.trained(2, algorithm, query, options), pg_temp.trained(0, algorithm, query, options), algorithm || ' with 2 workers')
FROM (VALUES ('mlp', 'SELECT class, a, b, y FROM sample', '{"hidden_layers": [200, 150], "batch_size": 256, "max_iter": 3, "dropout": 0.1}'::jsonb),
             ('mlp', 'SELECT y, a, b FROM sample', '{"max_iter": 3}'), ('portfolio', 'SELECT a, b, y FROM sample', '{}')) AS t(algorithm, query, options);

-- A series: what is missing, in whatever way, is smoothed over; the aggregate is the training.
CREATE TABLE series AS SELECT i AS t, CASE WHEN i % 5 = 0 THEN NULL ELSE sin(i * 0.1) + 0.2 * cos(i * 13.7) END AS y FROM generate_series(1, 100) AS i WHERE i NOT BETWEEN 31 AND 34;
CREATE TABLE smooth AS SELECT quern.train('kalman_smoothing', 'SELECT t, y FROM series', '{"process_covariance": 0.02, "observation_covariance": 0.05}') AS m;
SELECT is(count(*), 99::bigint, 'every step from the first row to the last') FROM smooth, quern.smoothed(m);
SELECT is(skipped, 20::bigint, 'NULLs are counted') FROM smooth, quern.info(m);
SELECT is((SELECT string_agg(s::text, ' ') FROM smooth, quern.smoothed(m) AS s),
          (SELECT string_agg(s::text, ' ') FROM quern.smoothed((SELECT quern.kalman_smoothing(t, ARRAY[y], '{"process_covariance": 0.02, "observation_covariance": 0.05}')
             FROM (SELECT * FROM series ORDER BY random()) AS r)) AS s), 'rows in any order, in an aggregate');
SELECT cmp_ok(e32.std_error[1], '>', e20.std_error[1], 'a gap is less certain') FROM smooth, quern.smoothed(m) AS e32, quern.smoothed(m) AS e20 WHERE e32.t = 32 AND e20.t = 20;
SELECT is(quern.predict(m, ARRAY[50]), state[1], 'predict is the state') FROM smooth, quern.smoothed(m) WHERE t = 50;
-- Two observations of one time are one of half the noise; a weight divides the noise.
SELECT cmp_ok(max(abs(a.state[1] - b.state[1])), '<', 1e-12::float8, 'two rows of a time, or one of weight 2') FROM
  quern.smoothed((SELECT quern.kalman_smoothing(t, ARRAY[y]) FROM (SELECT * FROM series UNION ALL SELECT * FROM series WHERE t > 50) AS s)) AS a
  JOIN quern.smoothed((SELECT quern.kalman_smoothing(t, ARRAY[y], CASE WHEN t > 50 THEN 2 ELSE 1 END, '{}') FROM series)) AS b USING (t);
SELECT throws_like($$SELECT quern.smoothed(m) FROM (SELECT quern.linear_regression(t, ARRAY[y]) AS m FROM series) AS s$$, 'smoothed: a linear_regression model has no states');
SELECT throws_like($$SELECT quern.update(m, 'SELECT t, y AS t FROM series') FROM smooth$$, '%');
SELECT throws_like($$SELECT quern.train('kalman_smoothing', 'SELECT t::text, y FROM series')$$, '%');
SELECT is(quern.kalman_smoothing(t, ARRAY[y]) IS NULL, true, 'no rows to smooth') FROM series WHERE false;
SELECT is((SELECT state FROM quern.smoothed((SELECT quern.kalman_smoothing(7, ARRAY[2.5, 1])))), '{2.5, 1}'::float8[], 'one row is its own state');

-- Portfolios.
SELECT is(round(sum(estimate)::numeric, 12), 1.000000000000, 'weights make up 1') FROM quern.coefficients(quern.train('portfolio', 'SELECT a, b, y FROM sample'));
SELECT cmp_ok(pg_temp.metric(m, 'kkt_residual'), '<', 1e-10::float8, 'optimality') FROM (SELECT quern.portfolio(ARRAY[a, b, y], '{"risk_aversion": 3, "max_weight": 0.5}') AS m FROM sample) AS s;
SELECT cmp_ok(max(abs(p.estimate - q.estimate)), '<', 1e-9::float8, 'aggregate and training') FROM
  quern.coefficients((SELECT quern.portfolio(ARRAY[a, b, y], '{"feature_names": ["a", "b", "y"]}') FROM sample)) AS p JOIN quern.coefficients(quern.train('portfolio', 'SELECT a, b, y FROM sample')) AS q USING (term);
SELECT is((SELECT count(*) FROM quern.coefficients((SELECT quern.portfolio_merge(state) FROM (SELECT quern.portfolio_state(ARRAY[a, b, y]) AS state FROM sample GROUP BY i % 7) AS s))), 3::bigint, 'states merge');
SELECT is(quern.portfolio(ARRAY[1, 2]) IS NULL, true, 'one row has no covariance');
SELECT throws_like($$SELECT quern.portfolio(ARRAY[a, b], '{"max_weight": 0.3}') FROM sample$$, '%cannot make up the whole');
SELECT throws_like($$SELECT quern.portfolio(ARRAY[a, b], '{"target_return": 5}') FROM sample$$, '%no portfolio reaches it');
SELECT throws_like($$SELECT quern.portfolio(ARRAY[a, 'NaN']) FROM sample$$, 'portfolio: x must be finite%');
SELECT throws_like($$SELECT quern.train('portfolio', 'SELECT a, b FROM sample', '{"target": "a"}')$$, '%is for algorithms that predict a column');
SELECT is(array_agg(estimate ORDER BY term), ARRAY[0, 0, 1]::float8[], 'the best mean, if risk is nothing')
FROM quern.coefficients((SELECT quern.portfolio(ARRAY[a, b, a + 1], '{"risk_aversion": 0}') FROM sample));

SELECT * FROM finish();
ROLLBACK;
