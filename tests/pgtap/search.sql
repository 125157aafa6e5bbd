-- quern.search and quern.cross_validate.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql
SET LOCAL client_min_messages = error;

CREATE TABLE sample AS
SELECT i, i % 11 AS g, sin(i) AS a, cos(i * 1.3) AS b, sin(i) + 2 * cos(i * 1.3) + 0.5 * sin(i * 7) AS y,
       sin(i) + cos(i * 3) > 0 AS flag, CASE WHEN sin(i) > 0.4 THEN 'high' WHEN sin(i) > -0.4 THEN 'middle' ELSE 'low' END AS label,
       1 + i % 3 AS w
FROM generate_series(1, 3000) AS i;

-- Folds ordered in time are ranges of rows: each is a training and an evaluation by hand.
SELECT cmp_ok(CASE WHEN f.train_rows = h.train_rows THEN pg_temp.digits(ARRAY[f.score], ARRAY[h.rmse]) END, '>=', 10::float8, 'rows and rmse of fold ' || fold)
FROM quern.cross_validate('linear_regression', 'SELECT y, a, b, i FROM sample', '{"l2": 0.01}', '{"time": "i", "folds": 2, "metric": "rmse"}') AS f,
LATERAL (SELECT (1000 * fold)::bigint AS train_rows, (quern.regression_metrics(y, quern.predict(model, ARRAY[a, b]))).rmse
         FROM sample, quern.train('linear_regression', format('SELECT y, a, b FROM sample WHERE i <= %s', 1000 * fold), '{"l2": 0.01}') AS model
         WHERE i > 1000 * fold AND i <= 1000 * (fold + 1)) AS h;
-- Groups stay together: of 11 groups and 11 folds each is one.
CREATE FUNCTION pg_temp.auc_without(left_out integer) RETURNS float8 LANGUAGE sql AS $$
  SELECT (quern.classification_metrics(flag, (quern.predict_proba(model, ARRAY[a, b]))[2])).auc
  FROM sample, quern.train('logistic_regression', format('SELECT flag, a, b FROM sample WHERE g <> %s', left_out), '{"l2": 0.001}') AS model
  WHERE g = left_out
$$;
SELECT cmp_ok(max(abs(f.score - h.auc)), '<', 1e-9::float8, 'auc of each group')
FROM (SELECT score, row_number() OVER (ORDER BY score) AS n FROM quern.cross_validate('logistic_regression', 'SELECT flag, a, b, g FROM sample',
        '{"l2": 0.001}', '{"group": "g", "folds": 11, "metric": "roc_auc"}')) AS f
JOIN (SELECT auc, row_number() OVER (ORDER BY auc) AS n FROM (SELECT pg_temp.auc_without(g) AS auc FROM generate_series(0, 10) AS g) AS t) AS h USING (n);

-- Ranks, the refitted model, and the mean.
CREATE TEMP TABLE found AS SELECT * FROM quern.search('logistic_regression', 'SELECT flag, a, b FROM sample', '{"l2": [0.001, 1], "l1": [0, 10]}', '{"metric": "log_loss"}');
SELECT is((SELECT array_agg(rank ORDER BY mean) FROM found), '{1,2,3,4}'::int[], 'ranked by the mean');
SELECT is((SELECT setting FROM found WHERE rank = 1), '{"l1": 0, "l2": 0.001}'::jsonb, 'the best setting');
SELECT is((SELECT pg_temp.estimates(model) FROM found WHERE rank = 1), pg_temp.estimates(quern.train('logistic_regression', 'SELECT flag, a, b FROM sample', '{"l2": 0.001}')),
          'its model is that of quern.train');
SELECT is((SELECT count(model) FROM found), 1::bigint, 'one model');
SELECT cmp_ok(abs(mean - (SELECT avg(f) FROM unnest(folds) AS f)), '<', 1e-14::float8, 'mean of folds') FROM found WHERE rank = 1;
SELECT cmp_ok(abs(std_error - (SELECT stddev(f) / sqrt(5) FROM unnest(folds) AS f)), '<', 1e-14::float8, 'standard error') FROM found WHERE rank = 1;
-- Whatever is trained one by one.
SELECT is((SELECT array_agg(error IS NULL AND mean BETWEEN 0 AND 1) FROM quern.search(algorithm, 'SELECT label, a, b FROM sample', '{"l2": [0.001, 0.1]}', '{"folds": 3}')),
          '{t,t}'::bool[], algorithm) FROM unnest('{multinomial_regression, linear_svm}'::text[]) AS algorithm;
SELECT is((SELECT array_agg(error IS NULL AND mean > 0.5) FROM quern.search(algorithm, 'SELECT y + 4, a, b, w FROM sample', '{"max_iter": [200]}',
                                                                          '{"folds": 3, "fixed": {"weight": "w"}}')), '{t}'::bool[], algorithm)
FROM unnest('{svm_regression, huber_regression, gamma_regression}'::text[]) AS algorithm;

-- With workers the same bits.
CREATE TEMP TABLE serial AS SELECT rank, setting, folds FROM quern.search('logistic_regression', 'SELECT flag, a, b FROM sample', '{"l2": [0.01, 0.1]}');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT set_eq($$SELECT rank, setting, folds FROM quern.search('logistic_regression', 'SELECT flag, a, b FROM sample', '{"l2": [0.01, 0.1]}')$$,
              'SELECT * FROM serial', 'together, with workers');
SELECT is((SELECT array_agg(mean ORDER BY rank) FROM quern.search('linear_svm', 'SELECT flag, a, b FROM sample', '{"l2": [0.01, 0.1]}')),
          (SELECT array_agg(mean ORDER BY rank) FROM quern.search('linear_svm', 'SELECT flag, a, b FROM (SELECT * FROM sample ORDER BY i) s', '{"l2": [0.01, 0.1]}')),
          'one by one, with workers');
SET LOCAL max_parallel_workers_per_gather = 0;

-- A setting that cannot be trained is told in its row.
SELECT results_eq($$SELECT rank, mean IS NULL, error ~ 'the target is the same in all rows' FROM quern.search('logistic_regression', 'SELECT i = 5 AS y, a, b FROM sample', '{"l2": [1, 2]}')$$,
                  'VALUES (1, true, true), (2, true, true)', 'one class in a fold');
SELECT results_eq($$SELECT rank, error ~ 'diverges' FROM quern.search('linear_regression', 'SELECT y, a, b FROM sample', '{"solver": ["sgd", "auto"], "step_size": 1e200, "max_iter": 20}')$$,
                  'VALUES (1, NULL::boolean), (2, true)', 'a setting that diverges');

-- So is one that was drawn and is none: half of these penalties are below 0.
SELECT is(bool_and((error IS NULL) = ((setting ->> 'l2')::float8 >= 0)) AND count(error) BETWEEN 1 AND 7, true, 'drawn settings: those below 0 are told')
FROM quern.search('logistic_regression', 'SELECT flag, a, b FROM sample', '{"l2": {"normal": [0, 1]}}', '{"n_iter": 8}');

-- The loss of a model with constants: of rows that are those trained on, which both folds have.
CREATE TABLE three AS SELECT i, ntile(3) OVER (ORDER BY sin(i) + 0.5 * cos(i * 7.1)) AS c, sin(i) AS a FROM generate_series(1, 300) AS i;
SELECT is(round(s.mean::numeric, 8), round((SELECT value FROM quern.metrics(quern.train(algorithm, 'SELECT c, a FROM three')) WHERE metric = 'loss')::numeric, 8), 'loss of ' || algorithm)
FROM unnest('{ordinal_regression,negative_binomial_regression,poisson_regression}'::text[]) AS algorithm,
  quern.search(algorithm, 'SELECT c, a, g FROM three, generate_series(0, 1) AS g', '{}', '{"metric": "loss", "group": "g", "folds": 2}') AS s;

-- What is refused.
SELECT throws_ok($$SELECT * FROM quern.search('linear_regression', 'SELECT y, a FROM sample', '{"l2": []}')$$, '22023', 'search: option "l2" of the grid has no values to choose from');
SELECT throws_ok($$SELECT * FROM quern.search('linear_regression', 'SELECT y, a FROM sample', '3')$$, '22023', 'search: grid must be a JSON object, or an array of some, not a number');
SELECT throws_ok($$SELECT * FROM quern.search('linear_regression', 'SELECT y, a FROM sample', '{"l2": -1}')$$, '22023', 'linear_regression: option "l2" must be a number, at least 0, not -1');
SELECT throws_ok($$SELECT * FROM quern.search('linear_regression', 'SELECT y, a FROM sample', '{}', '{"metric": "accuracy"}')$$, '22023',
                 'search: there is no metric "accuracy" for a target that is a number');
SELECT throws_ok($$SELECT * FROM quern.search('linear_regression', 'SELECT y, a FROM sample', '{}', '{"group": "nobody"}')$$, '22023', NULL, 'a group that is no column');
SELECT throws_ok($$SELECT * FROM quern.search('linear_regression', 'SELECT y, a FROM sample LIMIT 3', '{}')$$, '22023', 'search: 5 parts of the rows need at least as many rows, not 3');
SELECT throws_ok($$SELECT * FROM quern.cross_validate('linear_regression', 'SELECT y, a FROM sample', '{}', '{"strategy": "bayes"}')$$, '22023',
                 'cross_validate: strategy, n_iter and halving are options of quern.search');
SELECT throws_ok($$SELECT * FROM quern.cross_validate('linear_regression', 'SELECT y, a FROM sample', '[1]')$$, '22023', NULL, 'options that are no object');
SELECT is((SELECT count(*) FROM quern.search('linear_regression', 'SELECT y, a FROM sample WHERE false', '{}')), 0::bigint, 'no rows');
SELECT is(pg_temp.error_of(format('SELECT * FROM quern.search(%L, %L, ''{}'')', algorithm, 'SELECT y, a FROM sample')),
          '22023 | search: ' || algorithm || ' predicts no column that a metric could be of | Algorithms that predict a number or a class can be searched: '
          'linear_regression, logistic_regression, multinomial_regression, linear_svm, svm_regression, poisson_regression, gamma_regression, '
          'huber_regression, quantile_regression, ordinal_regression, negative_binomial_regression, mlp, factorization_machine.', 'no search of ' || algorithm)
FROM unnest('{kmeans,gaussian_mixture,crf,matrix_factorization,portfolio,cox_regression}'::text[]) AS algorithm;
SELECT is((SELECT count(*) FROM quern.search(NULL, 'SELECT y, a FROM sample', '{}')), 0::bigint, 'NULL');

SELECT * FROM finish();
ROLLBACK;
