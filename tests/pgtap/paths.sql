-- Paths of penalties and coordinate descent in SQL: quern.path, path_summary, at_alpha, what is refused, aggregates and
-- quern.train alike, any number of workers.
BEGIN;
SELECT no_plan();
\ir include/errors.sql

CREATE FUNCTION u(i bigint, j integer) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hashint8extended(i, j) / 9223372036854775808.0::float8 $$;
CREATE TABLE sample AS
SELECT i, a, b, c, 3 * a - b + 0.5 * e AS y, a + e > 0.1 AS flag,
       (ARRAY['low', 'middle', 'high'])[1 + (a + e > -0.3)::integer + (a + e > 0.4)::integer] AS label, 0.5 + i % 3 AS weight
FROM (SELECT i, u(i, 1) AS a, 10 * u(i, 2) AS b, 5 + u(i, 3) AS c, u(i, 9) AS e FROM generate_series(1::bigint, 3000) AS i) AS s;

CREATE TABLE trained AS
SELECT algorithm, quern.train(algorithm, format('SELECT %s, a, b, c FROM sample', target), '{"n_alphas": 8}') AS model
FROM (VALUES ('linear_regression', 'y'), ('logistic_regression', 'flag'), ('multinomial_regression', 'label'), ('huber_regression', 'y'))
     AS t(algorithm, target);
SELECT is((SELECT count(*) FROM quern.path_summary(model)), 8::bigint, algorithm || ': a row for each alpha') FROM trained;
SELECT is((SELECT array_agg(alpha ORDER BY alpha DESC) FROM quern.path_summary(model)), (SELECT array_agg(alpha) FROM quern.path_summary(model)),
          algorithm || ': the largest first') FROM trained;
SELECT is((SELECT nonzero FROM quern.path_summary(model) LIMIT 1), 0::bigint, algorithm || ': begins with no weight') FROM trained;
SELECT ok((SELECT max(kkt_residual) < 1e-6 FROM quern.path_summary(model)), algorithm || ': all answers are optimal') FROM trained;
SELECT ok((SELECT bool_and(r) FROM (SELECT deviance_ratio > lag(deviance_ratio) OVER (ORDER BY alpha DESC) - 1e-9 AS r FROM quern.path_summary(model)) AS s),
          algorithm || ': explains more as alpha falls') FROM trained;
SELECT is((SELECT round(max(alpha / least)::numeric) FROM quern.path_summary(model), (SELECT min(alpha) AS least FROM quern.path_summary(model)) AS l),
          1000::numeric, algorithm || ': down to a thousandth') FROM trained;

-- The last of the path is the model; at_alpha gives the others, which are those of one penalty.
SELECT set_eq(format('SELECT class, term, estimate FROM trained, quern.path(model) WHERE algorithm = %L
                      AND alpha = (SELECT min(alpha) FROM quern.path_summary(model)) AND estimate <> 0', algorithm),
              format('SELECT class, term, estimate FROM trained, quern.coefficients(model) WHERE algorithm = %L AND estimate <> 0', algorithm),
              algorithm || ': its own estimates are those of the least alpha') FROM trained;
CREATE TABLE fifth AS SELECT t.algorithm, t.model, s.alpha FROM trained AS t, LATERAL (SELECT alpha FROM quern.path_summary(t.model) OFFSET 4 LIMIT 1) AS s;
SELECT ok((SELECT bool_and(abs(p.estimate - o.estimate) < 1e-5 * (1 + abs(o.estimate)))
           FROM quern.coefficients(quern.at_alpha(model, alpha)) AS p
           JOIN quern.coefficients(quern.train('linear_regression', 'SELECT y, a, b, c FROM sample', jsonb_build_object('alpha', alpha))) AS o USING (term)),
          'at_alpha is a training with that alpha') FROM fifth WHERE algorithm = 'linear_regression';
SELECT is((SELECT value FROM quern.metrics(quern.at_alpha(model, alpha)) WHERE metric = 'alpha'), alpha, algorithm || ': at_alpha says which') FROM fifth;
SELECT is((SELECT count(DISTINCT class) FROM quern.path(model)), 3::bigint, 'a multinomial path has classes') FROM trained WHERE algorithm = 'multinomial_regression';
SELECT ok(abs(quern.predict(quern.at_alpha(model, (SELECT max(alpha) FROM quern.path_summary(model))), ARRAY[1, 1, 1]) - m) < 1e-9,
          'the null model predicts the mean') FROM trained, (SELECT avg(y) AS m FROM sample) AS s WHERE algorithm = 'linear_regression';
SELECT is(model::text::quern.model::text, model::text, algorithm || ': a path survives its text') FROM trained;

-- Aggregates.
SELECT ok((SELECT bool_and(abs(x.alpha - y.alpha) < 1e-9 * x.alpha AND abs(x.loss - y.loss) < 1e-9 AND x.nonzero = y.nonzero)
           FROM (SELECT *, row_number() OVER () AS k FROM quern.path_summary(model)) AS x
           JOIN (SELECT *, row_number() OVER () AS k FROM quern.path_summary((SELECT quern.linear_regression(y, ARRAY[a, b, c], '{"n_alphas": 8}') FROM sample))) AS y USING (k)),
          'linear_regression: the aggregate has the same path') FROM trained WHERE algorithm = 'linear_regression';
SELECT ok((SELECT bool_and(abs(x.estimate - y.estimate) < 1e-6)
           FROM quern.path(model) AS x
           JOIN quern.path((SELECT quern.logistic_regression(flag, ARRAY[a, b, c], '{"n_alphas": 8, "feature_names": ["a", "b", "c"]}') FROM sample)) AS y
             ON x.term = y.term AND abs(x.alpha - y.alpha) < 1e-9 * x.alpha),
          'logistic_regression: the aggregate has the same path') FROM trained WHERE algorithm = 'logistic_regression';
SELECT is((SELECT count(*) FROM quern.path((SELECT quern.multinomial_regression(label, ARRAY[a, b, c], '{"alphas": [0.1, 0.01]}') FROM sample))) > 0, true,
          'multinomial_regression: the aggregate has a path');

-- The dual.
CREATE TABLE dual AS
SELECT algorithm, target, quern.train(algorithm, format('SELECT %s, a, b / 10 AS b, c - 5 AS c FROM sample', target),
                                      '{"solver": "coordinate_descent", "l2": 0.01}') AS model
FROM (VALUES ('linear_svm', 'flag'), ('linear_svm', 'label'), ('logistic_regression', 'flag'), ('svm_regression', 'y')) AS t(algorithm, target);
SELECT ok((SELECT value BETWEEN 0 AND 1e-6 FROM quern.metrics(model) WHERE metric = 'duality_gap'), algorithm || ' of ' || target || ': the gap is closed') FROM dual;
SELECT ok((SELECT o.value * (1 - 1e-6) <= d.value AND d.value <= o.value * (1 + 2e-6)
           FROM quern.metrics(model) AS d, quern.metrics(quern.train(algorithm, format('SELECT %s, a, b / 10 AS b, c - 5 AS c FROM sample', target),
                '{"solver": "newton", "l2": 0.01}')) AS o WHERE d.metric = 'loss' AND o.metric = 'loss'),
          algorithm || ' of ' || target || ': as good as Newton''s') FROM dual;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SELECT ok((SELECT bool_and(p.estimate = o.estimate) FROM quern.coefficients(model) AS p JOIN quern.coefficients(quern.train(algorithm,
             format('SELECT %s, a, b / 10 AS b, c - 5 AS c FROM sample', target), '{"solver": "coordinate_descent", "l2": 0.01}')) AS o
             ON p.term = o.term AND p.class IS NOT DISTINCT FROM o.class),
          algorithm || ' of ' || target || ': the same bits with workers') FROM dual;
SELECT ok((SELECT bool_and(p.estimate = o.estimate) FROM quern.path(model) AS p JOIN quern.path(quern.train('linear_regression',
             'SELECT y, a, b, c FROM sample', '{"n_alphas": 8}')) AS o ON p.term = o.term AND p.alpha = o.alpha),
          'a path has the same bits with workers') FROM trained WHERE algorithm = 'linear_regression';
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;

-- Wide, sparse rows.
CREATE TABLE wide AS
SELECT i, quern.svec(3000, array_agg(j ORDER BY j), array_agg(u(i, j))) AS x, sum(CASE WHEN j < 4 THEN 3 * u(i, j) END) + 0.1 * u(i, 5000) AS y
FROM generate_series(1::bigint, 200) AS i, LATERAL (SELECT DISTINCT j FROM (VALUES (1), (2), (3)) AS v(j)
  UNION SELECT (1 + abs(hashint8extended(i, 6000 + k)) % 3000)::integer FROM generate_series(1, 30) AS k) AS e(j) GROUP BY i;
CREATE TABLE wide_path AS SELECT quern.train('linear_regression', 'SELECT y, x FROM wide', '{"n_alphas": 10, "alpha_min_ratio": 0.05}') AS model;
SELECT ok((SELECT bool_and(kkt_residual < 1e-6) AND max(nonzero) >= 3 FROM quern.path_summary(model)), 'wide rows have a path') FROM wide_path;
SELECT ok((SELECT count(*) < 10 * 200 FROM quern.path(model)), 'of terms that enter it') FROM wide_path;
SELECT is((SELECT array_agg(value ORDER BY item) FROM quern.explain_train('linear_regression', 'SELECT y, x FROM wide', '{"n_alphas": 3}') WHERE item = 'solver'),
          '{coordinate_descent}', 'explained');

-- Refusals.
SELECT throws_ok($$ SELECT * FROM quern.path((SELECT quern.linear_regression(y, ARRAY[a]) FROM sample)) $$, '22023', 'path: the model has no path of penalties');
SELECT throws_ok($$ SELECT quern.at_alpha(model, 0.123) FROM trained $$, '22023', 'at_alpha: 0.123 is no alpha of the path');
SELECT throws_ok($$ SELECT quern.at_alpha(model, 'NaN') FROM trained $$, '22023', 'at_alpha: NaN is no alpha of the path');
SELECT throws_ok($$ SELECT quern.linear_regression(y, ARRAY[a], '{"alphas": [1, -1]}') FROM sample $$, '22023',
  'linear_regression: option "alphas" must be an array of numbers, each above 0, not an array');
SELECT throws_ok($$ SELECT quern.linear_regression(y, ARRAY[a], '{"alphas": [1], "l2": 1}') FROM sample $$, '22023',
  'linear_regression: option "l2" does not go with alpha, alphas or n_alphas');
SELECT throws_ok($$ SELECT quern.train('linear_svm', 'SELECT flag, a FROM sample', '{"n_alphas": 3}') $$, '22023',
  'linear_svm: solver "coordinate_descent" needs one penalty, not a path, for a loss with kinks');
SELECT throws_ok($$ SELECT quern.train('linear_svm', 'SELECT flag, a FROM sample', '{"solver": "coordinate_descent"}') $$, '22023',
  'linear_svm: solver "coordinate_descent" needs l2 above 0, and no l1, for a loss with kinks');
SELECT throws_ok($$ SELECT quern.train('linear_regression', 'SELECT y, a FROM sample', '{"n_alphas": 3, "store": "none"}') $$, '22023',
  'linear_regression: solver "coordinate_descent" goes with rows that are kept, not with store "none"');
-- Forged paths are refused, or harmless.
SELECT throws_ok(format($$ SELECT * FROM quern.path(%L) $$, regexp_replace(model::text, '("path_term"[^\[]*\[)[0-9]+', '\11000000')),
                 NULL, NULL, 'a place beyond the terms') FROM trained WHERE algorithm = 'linear_regression';

SELECT * FROM finish();
ROLLBACK;
