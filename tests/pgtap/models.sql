-- What models say where the answer is known in closed form, and at the edges: collinear and constant columns, one row, separation,
-- ridge, weights of 0.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
SET LOCAL client_min_messages = error;

CREATE TABLE sample AS SELECT i, i % 2 = 0 AS flag, 3 + 2 * i - (i % 5) AS y, (i % 5)::float8 AS a, i::float8 AS b
FROM generate_series(1, 40) AS i;

-- Linear regression.
CREATE FUNCTION pg_temp.table_of(model quern.model) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(term || ' ' || coalesce(round(estimate::numeric, 9)::float8::text,
    'NULL') || CASE WHEN std_error IS NULL THEN ' NULL' ELSE '' END, ', ' ORDER BY place)
  FROM quern.coefficients(model) WITH ORDINALITY
    AS c(class, term, estimate, std_error, statistic, p_value, conf_low, conf_high, place)
$$;
SELECT is(pg_temp.table_of(quern.linear_regression(y, ARRAY[a, b])), '(intercept) 3, x1 -1, x2 2', 'an exact plane')
FROM sample;
SELECT is(pg_temp.table_of(quern.linear_regression(y, ARRAY[a, b], '{"feature_names": ["rest", "é"]}')),
  '(intercept) 3, rest -1, é 2', 'feature_names') FROM sample;
SELECT is(pg_temp.table_of(quern.linear_regression(y - 3, ARRAY[a, b], '{"fit_intercept": false}')), 'x1 -1, x2 2',
  'without an intercept') FROM sample;
SELECT is(pg_temp.table_of(quern.linear_regression(y, ARRAY[a, 2 * a, b, a + b])),
  '(intercept) 3, x1 -1, x2 NULL NULL, x3 2, x4 NULL NULL', 'a term that depends on earlier ones is NULL, as in R')
  FROM sample;
SELECT is(pg_temp.table_of(quern.linear_regression(y, ARRAY[7, a, b])), '(intercept) 3, x1 NULL NULL, x2 -1, x3 2',
  'a constant column depends on the intercept') FROM sample;
SELECT is(pg_temp.table_of(quern.linear_regression(y, ARRAY[0, a, b], '{"fit_intercept": false}')) LIKE 'x1 NULL NULL, %',
  true, 'a column of 0 depends on nothing at all') FROM sample;
SELECT is(quern.predict(quern.linear_regression(y, ARRAY[a, 2 * a, b]), '{1, 5, 10}'), 22::float8,
  'a NULL term does not count in predict') FROM sample;
SELECT is(pg_temp.table_of(quern.linear_regression(5, ARRAY[7])), '(intercept) 5 NULL, x1 NULL NULL', 'one row');
SELECT is(pg_temp.table_of(quern.linear_regression(v, ARRAY[v])), '(intercept) 0 NULL, x1 1 NULL',
  'as many rows as terms: no standard errors') FROM generate_series(1, 2) AS v;
SELECT is(pg_temp.table_of(quern.linear_regression(v, '{}')), '(intercept) 2', 'no features: the mean')
FROM generate_series(1, 3) AS v;
SELECT is(pg_temp.table_of(quern.linear_regression(CASE WHEN i > 20 THEN 1e6 ELSE y END, ARRAY[a, b],
  CASE WHEN i > 20 THEN 0 ELSE 2 END, NULL)), '(intercept) 3, x1 -1, x2 2', 'weight 0 is no row') FROM sample;
-- y = 1..3 on x = -1, 0, 1: slope (sum x y / n) / (sum x x / n + l2) = (2/3) / (2/3 + l2).
SELECT is(pg_temp.table_of(quern.linear_regression(v + 2, ARRAY[v], '{"l2": 2}')), '(intercept) 2 NULL, x1 0.25 NULL',
  'ridge: the intercept is free, no standard errors') FROM generate_series(-1, 1) AS v;
SELECT is(value, 2::float8, 'rank of four collinear terms')
FROM (SELECT quern.linear_regression(y, ARRAY[a, 2 * a, 3 * a]) AS model FROM sample) AS f, quern.metrics(model)
WHERE metric = 'rank';
SELECT cmp_ok(abs((conf_high - estimate) / (wide.high - wide.e) - 0.5244005127080409 / 1.959963984540054), '<', 0.01::float8,
  'confidence 0.4 against 0.95: the quantiles of t')
FROM (SELECT quern.linear_regression(sin(i), ARRAY[b], '{"confidence": 0.4}') AS narrow,
  quern.linear_regression(sin(i), ARRAY[b]) AS wide FROM sample) AS f, quern.coefficients(narrow),
  LATERAL (SELECT estimate AS e, conf_high AS high FROM quern.coefficients(wide) AS c
  WHERE c.term = coefficients.term) AS wide
WHERE term = 'x1';

-- Logistic regression. On one 0/1 column the estimates are log odds: 1/3 against 3/1.
CREATE TABLE odds AS SELECT x, y, n FROM (VALUES (0, false, 30), (0, true, 10), (1, false, 10), (1, true, 30)) AS v(x, y, n);
SELECT cmp_ok(pg_temp.digits(pg_temp.estimates(model), ARRAY[-ln(3), 2 * ln(3)]), '>=', 11::float8,
  'logistic: log odds by weights') FROM (SELECT quern.logistic_regression(y, ARRAY[x], n, NULL) AS model FROM odds) AS f;
SELECT cmp_ok(pg_temp.digits(pg_temp.std_errors(model), ARRAY[sqrt(1 / 30.0 + 1 / 10.0), sqrt(2 / 30.0 + 2 / 10.0)]), '>=',
  10::float8, 'logistic: Woolf''s standard errors')
  FROM (SELECT quern.logistic_regression(y, ARRAY[x]) AS model FROM odds, generate_series(1, n)) AS f;
SELECT cmp_ok(pg_temp.digits(quern.predict_proba(model, '{1}'), '{0.25, 0.75}'), '>=', 11::float8,
  'logistic: probabilities of false, true')
  FROM (SELECT quern.logistic_regression(y, ARRAY[x], n, NULL) AS model FROM odds) AS f;
SELECT is(quern.predict_label(model, '{1}') || ' ' || quern.predict_label(model, '{0}') || ' ' || quern.predict(model,
  '{1}'), 'true false 1', 'logistic: labels')
  FROM (SELECT quern.logistic_regression(y, ARRAY[x], n, NULL) AS model FROM odds) AS f;
SELECT is(quern.predict_label(model, '{1}') || ' ' || quern.predict_label(model, '{0}') || ' ' || quern.predict(model,
  '{1}'), '1 0 1', 'logistic: labels of a 0/1 y')
  FROM (SELECT quern.logistic_regression(y::integer, ARRAY[x], n, NULL) AS model FROM odds) AS f;
SELECT is(pg_temp.metric(quern.logistic_regression(i > 10, ARRAY[b]),
  'separation')::text || pg_temp.metric(quern.logistic_regression(i > 10, ARRAY[b]), 'converged'), '10',
  'complete separation is reported') FROM sample;
SELECT is(pg_temp.metric(quern.logistic_regression(flag AND i > 20, ARRAY[(i > 20)::integer]), 'separation'), 2::float8,
  'quasi-complete separation is reported') FROM sample;
SELECT ok(quern.logistic_regression(true, ARRAY[b]) IS NULL AND quern.logistic_regression(0, ARRAY[b]) IS NULL,
  'rows of one class have no model') FROM sample;
SELECT is(count(*) FILTER (WHERE m IS NULL), 1::bigint, 'and a group of one class takes no other group down') FROM
  (SELECT quern.logistic_regression(flag OR i % 3 = 0, ARRAY[b]) AS m FROM sample GROUP BY i % 3) AS t;
SELECT is(array_agg(std_error), '{NULL,NULL}'::float8[], 'without standard errors')
FROM (SELECT quern.logistic_regression(i > 10, ARRAY[b]) AS model FROM sample) AS f, quern.coefficients(model);
SELECT is(pg_temp.metric(quern.logistic_regression(i > 10, ARRAY[b], '{"l2": 0.1}'),
  'separation')::text || pg_temp.metric(quern.logistic_regression(i > 10, ARRAY[b], '{"l2": 0.1}'), 'converged'), '01',
  'l2 makes an optimum') FROM sample;
SELECT is((SELECT array_agg(term || CASE WHEN estimate IS NULL THEN ' NULL' ELSE '' END) FROM quern.coefficients(model)),
  '{(intercept),x1,"x2 NULL",x3,"x4 NULL"}'::text[], 'logistic: collinear and constant columns are NULL')
FROM (SELECT quern.logistic_regression(flag <> (i % 7 = 0), ARRAY[a, 3 * a, sin(b), 5]) AS model FROM sample) AS f;
-- At the optimum of an unpenalised intercept the mean probability is the share of true.
SELECT cmp_ok(abs(avg((quern.predict_proba(model, ARRAY[a, b]))[2]) - avg(flag_::integer)), '<', 1e-10::float8,
  'logistic: the score equation of the intercept')
FROM (SELECT quern.logistic_regression(flag <> (i % 7 = 0), ARRAY[a, b], '{"l2": 0.3}') AS model FROM sample) AS f,
  (SELECT *, flag <> (i % 7 = 0) AS flag_ FROM sample) AS s;

-- Gaussian naive Bayes against the densities.
CREATE TABLE flowers AS SELECT (ARRAY['b', 'a', 'c'])[1 + i % 3] AS kind,
  ARRAY[sin(i) + i % 3, cos(i * 2) * (1 + i % 3)] AS x FROM generate_series(1, 90) AS i;
WITH class AS (SELECT kind, count(*) AS n, avg(x[1]) AS m1, var_pop(x[1]) AS v1, avg(x[2]) AS m2, var_pop(x[2]) AS v2
  FROM flowers GROUP BY kind),
     density AS (SELECT kind, n * exp(0 - (0.7 - m1) ^ 2 / 2 / v1 - (0.2 - m2) ^ 2 / 2 / v2) / sqrt(v1 * v2) AS d FROM class)
SELECT cmp_ok(pg_temp.digits(quern.predict_proba(model, '{0.7, 0.2}'), p), '>=', 11::float8,
  'naive Bayes: posterior probabilities, classes in order')
FROM (SELECT quern.gaussian_naive_bayes(kind, x, '{"var_smoothing": 0}') AS model FROM flowers) AS f,
  (SELECT array_agg(d / total ORDER BY kind) AS p FROM density, (SELECT sum(d) AS total FROM density) AS t) AS expected;
SELECT is(class_names, 'a, b, c', 'naive Bayes: classes')
FROM (SELECT quern.gaussian_naive_bayes(kind, x) AS model FROM flowers) AS f, quern.info(model);
SELECT is(class_names, '-1, 2, 10', 'naive Bayes: numeric classes in numeric order')
FROM (SELECT quern.gaussian_naive_bayes((ARRAY[2, 10, -1])[1 + ascii(kind) % 3], x) AS model FROM flowers) AS f,
quern.info(model);
SELECT is(quern.predict(quern.gaussian_naive_bayes(v, ARRAY[v]), '{9}'), 10::float8,
  'naive Bayes: predict gives the numeric class') FROM unnest('{-1, 2, 10, -1, 2, 10}'::float8[]) AS v;

-- Metrics.
SELECT is((quern.regression_metrics(actual, predicted))::text, '(4,1,0.5,0.5,0.7071067811865476,0.6,1,0)',
  'regression_metrics') FROM (VALUES (1, 1), (2, 3), (3, 3), (4, 3), (NULL, 1)) AS v(actual, predicted);
SELECT ok((quern.regression_metrics(5, v)).r2 IS NULL, 'r2 is NULL where actual is constant')
FROM generate_series(1, 3) AS v;
CREATE TABLE scored AS SELECT * FROM (VALUES (true, 0.9), (true, 0.8), (false, 0.8), (true, 0.4), (false, 0.3), (false, 0.1),
  (true, 0.5)) AS v(actual, p);
-- The area by its definition: the share of pairs in the right order, ties counting half.
SELECT is((m).auc, area, 'auc is exact, with ties')
FROM (SELECT quern.classification_metrics(actual, p) AS m FROM scored) AS a,
  (SELECT avg(CASE WHEN t.p > f.p THEN 1 WHEN t.p = f.p THEN 0.5 ELSE 0 END)::float8 AS area FROM scored AS t, scored AS f
    WHERE t.actual AND NOT f.actual) AS b;
SELECT is(ARRAY[(m).n, (m).positives, (m).accuracy, (m).precision, (m).recall, (m).f1, (m).specificity],
  ARRAY[7, 4, 4 / 7.0, 2 / 3.0, 1 / 2.0, 4 / 7.0, 2 / 3.0]::float8[],
  'accuracy, precision, recall, F1, specificity: true is above 0.5')
  FROM (SELECT quern.classification_metrics(actual, p) AS m FROM scored) AS a;
SELECT cmp_ok(pg_temp.digits(ARRAY[(m).log_loss, (m).brier], ARRAY[loss, brier]), '>=', 14::float8,
  'log loss and Brier score') FROM (SELECT quern.classification_metrics(actual, p) AS m,
  avg(-ln(CASE WHEN actual THEN p ELSE 1 - p END::float8)) AS loss, avg((p::float8 - actual::integer) ^ 2) AS brier
  FROM scored) AS a;
SELECT ok((quern.classification_metrics(true, 0.5)).auc IS NULL, 'auc is NULL with one class');
SELECT results_eq($$SELECT * FROM unnest((SELECT quern.confusion_matrix(actual, p > 0.45) FROM scored))$$,
  $$VALUES ('false', 'false', 2::bigint), ('false', 'true', 1), ('true', 'false', 1), ('true', 'true', 3)$$,
  'confusion_matrix');

-- A model out of line, joined: the same predictions.
CREATE TABLE large AS SELECT flag, quern.linear_regression(y + sin(i * k),
  ARRAY[b] || (SELECT array_agg(sin(i * j + k * k * j)) FROM generate_series(1, 300) AS j)) AS model
  FROM sample, generate_series(1, 40) AS k GROUP BY flag;
SELECT cmp_ok(pg_column_size(model), '>', 2500, 'a model of 301 features is large') FROM large;
SELECT is(count(*) FILTER (WHERE quern.predict(model, x) <> quern.predict(model::text::quern.model, x)), 0::bigint,
  'predict with joined, TOASTed models')
FROM (SELECT flag, ARRAY[b] || (SELECT array_agg(sin(i * j)) FROM generate_series(1, 300) AS j) AS x FROM sample) AS rows
JOIN large USING (flag);

SELECT * FROM finish();
ROLLBACK;
