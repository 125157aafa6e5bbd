-- k-means and Gaussian mixtures through SQL: figures of other programs, the same model from quern.train and from the
-- aggregate, with and without workers, in every form of rows; what is refused.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL client_min_messages = error;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;

CREATE TABLE iris (sepal_length float8, sepal_width float8, petal_length float8, petal_width float8, species integer);
\copy iris FROM 'data/iris/iris.csv' (FORMAT csv, HEADER)
ALTER TABLE iris ADD id serial;
CREATE FUNCTION pg_temp.metric(model quern.model, name text) RETURNS float8 LANGUAGE sql AS $$
  SELECT value FROM quern.metrics(model) WHERE metric = name $$;
CREATE FUNCTION pg_temp.near(found float8, expected float8, tolerance float8, what text) RETURNS text LANGUAGE sql AS $$
  SELECT ok(abs(found - expected) <= tolerance, what || ': ' || found || ' near ' || expected) $$;

-- From the 1st, 51st and 101st flower: scikit-learn 1.2.1 and R 4.2.2, Lloyd.
CREATE TABLE lloyd AS SELECT quern.train('kmeans', 'SELECT sepal_length, sepal_width, petal_length, petal_width FROM iris ORDER BY id',
  '{"centroids": [[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 3.3, 6.0, 2.5]], "tol": 0}') AS model;
SELECT pg_temp.near(pg_temp.metric(model, 'inertia'), 78.85144142614601, 1e-10, 'inertia') FROM lloyd;
SELECT is(pg_temp.metric(model, 'iterations'), 4::float8, 'iterations until assignments stop') FROM lloyd;
SELECT results_eq($$ SELECT quern.predict(model, ARRAY[sepal_length, sepal_width, petal_length, petal_width]), count(*) FROM lloyd, iris GROUP BY 1 ORDER BY 1 $$,
                  $$ VALUES (0::float8, 50::bigint), (1, 62), (2, 38) $$, 'predict gives clusters from 0');
SELECT results_eq($$ SELECT quern.predict(model, iris) FROM lloyd, iris ORDER BY id $$,
                  $$ SELECT quern.predict(model, ARRAY[sepal_length, sepal_width, petal_length, petal_width]) FROM lloyd, iris ORDER BY id $$, 'by names');
SELECT is(quern.predict_label(model, '{5, 3.4, 1.5, 0.2}'), '0', 'predict_label') FROM lloyd;
SELECT pg_temp.near((SELECT sum(d * d) FROM iris, LATERAL (SELECT min(v) AS d FROM unnest(quern.decision_function(model, iris)) AS v) AS least),
                    pg_temp.metric(model, 'inertia'), 1e-10, 'decision_function gives distances') FROM lloyd;
SELECT pg_temp.near((SELECT avg(1 - d[1] / d[2]) FROM iris, LATERAL (SELECT array_agg(v ORDER BY v) AS d FROM unnest(quern.decision_function(model, iris)) AS v) AS sorted),
                    pg_temp.metric(model, 'simplified_silhouette'), 1e-12, 'the simplified silhouette by its definition') FROM lloyd;
SELECT results_eq($$ SELECT class, term, round(estimate::numeric, 9) FROM lloyd, quern.coefficients(model) WHERE class = '1' $$,
  $$ VALUES ('1', 'sepal_length', 5.901612903), ('1', 'sepal_width', 2.748387097), ('1', 'petal_length', 4.393548387), ('1', 'petal_width', 1.433870968) $$,
  'coefficients are centroids');
SELECT results_eq($$ SELECT algorithm, target, rows, classes, class_names FROM lloyd, quern.info(model) $$,
                  $$ VALUES ('kmeans', 'numeric class', 150::bigint, 3::bigint, '0, 1, 2') $$, 'info');
SELECT matches(pg_temp.error_of('SELECT quern.predict_proba(model, ''{1,2,3,4}'') FROM lloyd'), '^22023 \| predict_proba: a kmeans model has no probabilities', 'no probabilities');
SELECT is(model::text::quern.model::text, model::text, 'text form') FROM lloyd;

-- Silhouettes of MADlib's simple_silhouette_points (kmeans.sql_in of its tests, with rows and figures, at
-- d9a4ee58ad40597ec346c442e80bc8e6c95bffe2, Apache-2.0) for two given centroids: those of two rows, which are a cluster each.
CREATE TABLE km_sample (pid integer, silhouette float8, points float8[]);
INSERT INTO km_sample VALUES
  (1, 1, '{14.23, 1.71, 2.43, 15.6, 127, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065}'),
  (2, 0.8789, '{13.2, 1.78, 2.14, 11.2, 1, 2.65, 2.76, 0.26, 1.28, 4.38, 1.05, 3.49, 1050}'),
  (3, 0.8966, '{13.16, 2.36, 2.67, 18.6, 101, 2.8, 3.24, 0.3, 2.81, 5.6799, 1.03, 3.17, 1185}'),
  (4, 0.7200, '{14.37, 1.95, 2.5, 16.8, 113, 3.85, 3.49, 0.24, 2.18, 7.8, 0.86, 3.45, 1480}'),
  (5, 0.5560, '{13.24, 2.59, 2.87, 21, 118, 2.8, 2.69, 0.39, 1.82, 4.32, 1.04, 2.93, 735}'),
  (6, 0.7348, '{14.2, 1.76, 2.45, 15.2, 112, 3.27, 3.39, 0.34, 1.97, 6.75, 1.05, 2.85, 1450}'),
  (7, 0.8242, '{14.39, 1.87, 2.45, 14.6, 96, 2.5, 2.52, 0.3, 1.98, 5.25, 1.02, 3.58, 1290}'),
  (8, 0.8229, '{14.06, 2.15, 2.61, 17.6, 121, 2.6, 2.51, 0.31, 1.25, 5.05, 1.06, 3.58, 1295}'),
  (9, 0.9655, '{14.83, 1.64, 2.17, 14, 97, 2.8, 2.98, 0.29, 1.98, 5.2, 1.08, 2.85, 1045}'),
  (10, NULL, '{13.86, 1.35, 2.27, 16, 98, 2.98, 3.15, 0.22, 1.85, 7.2199, 1.01, NULL, 1045}');
CREATE TABLE two AS SELECT quern.kmeans(points, '{"n_clusters": 2, "centroids": [[1,1,1,1,1,1,1,1,1,1,1,1,1], [14,2,2,16,127,3,3,0,2,6,1,4,1065]]}') AS model
FROM (SELECT points FROM km_sample WHERE pid = 1 UNION ALL SELECT array_fill(1::float8, '{13}')) AS centroid;
SELECT pg_temp.near(1 - d[1] / d[2], silhouette, 1e-3 * silhouette, 'silhouette of MADlib''s row ' || pid)
FROM two, km_sample, LATERAL (SELECT array_agg(v ORDER BY v) AS d FROM unnest(quern.decision_function(model, points)) AS v) AS sorted WHERE pid < 10;
SELECT is(array_agg(DISTINCT quern.predict(model, points)), '{1}', 'all rows are with MADlib''s centroid') FROM two, km_sample WHERE pid < 10;
SELECT is(quern.predict(model, points), NULL, 'a row with a NULL is in no cluster') FROM two, km_sample WHERE pid = 10;

-- Mixtures: scikit-learn's optimum from the same start.
CREATE TABLE mixed AS SELECT covariance, expected, quern.train('gaussian_mixture', 'SELECT sepal_length, sepal_width, petal_length, petal_width FROM iris ORDER BY id',
  jsonb_build_object('means', '[[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 3.3, 6.0, 2.5]]'::jsonb, 'reg_covar', 0, 'tol', 1e-12, 'max_iter', 1000,
                     'covariance', covariance)) AS model
FROM (VALUES ('full', -186.56945979832773), ('diagonal', -307.1775715980489), ('spherical', -384.3140950608712), ('tied', -263.4739024287587)) AS v(covariance, expected);
SELECT pg_temp.near(pg_temp.metric(model, 'log_likelihood'), expected, 1e-6, 'log-likelihood, ' || covariance) FROM mixed;
SELECT is(pg_temp.metric(model, 'n_parameters'), CASE covariance WHEN 'full' THEN 44 WHEN 'diagonal' THEN 26 WHEN 'spherical' THEN 17 ELSE 24 END::float8, 'parameters, ' || covariance) FROM mixed;
SELECT pg_temp.near((SELECT sum(highest + ln(total)) FROM iris, LATERAL (SELECT max(v) AS highest FROM unnest(quern.decision_function(model, iris)) AS v) AS h,
                       LATERAL (SELECT sum(exp(greatest(v - highest, -700))) AS total FROM unnest(quern.decision_function(model, iris)) AS v) AS t),
                    pg_temp.metric(model, 'log_likelihood'), 1e-8, 'decision_function adds up to the likelihood, ' || covariance) FROM mixed;
SELECT pg_temp.near((quern.predict_proba(model, iris))[2], 0.3506521294818, 1e-4, 'responsibility of the 71st flower') FROM mixed, iris WHERE covariance = 'full' AND id = 71;
SELECT is((SELECT array_agg(quern.predict(model, iris) ORDER BY id) FROM iris),
          (SELECT array_agg((SELECT (ordinality - 1)::float8 FROM unnest(quern.predict_proba(model, iris)) WITH ORDINALITY AS p(v) ORDER BY v DESC LIMIT 1) ORDER BY id) FROM iris),
          'predict is the likeliest component, ' || covariance) FROM mixed;
SELECT is((SELECT count(*) FROM quern.coefficients(model)), CASE covariance WHEN 'full' THEN 45 WHEN 'tied' THEN 45 ELSE 27 END::bigint, 'coefficients, ' || covariance) FROM mixed;

-- One component: moments.
SELECT is(count(*), 0::bigint, 'one component has the moments of the rows')
FROM (SELECT quern.gaussian_mixture(ARRAY[sepal_length, sepal_width], '{"reg_covar": 0}') AS model, avg(sepal_length) AS m, var_pop(sepal_length) AS v,
             covar_pop(sepal_length, sepal_width) AS c FROM iris) AS f, quern.coefficients(model)
WHERE abs(estimate - CASE term WHEN 'mean(x1)' THEN m WHEN 'variance(x1)' THEN v WHEN 'covariance(x1, x2)' THEN c ELSE estimate END) > 1e-12;

-- The aggregate is the training over the same rows.
SELECT is(count(*), 12::bigint, 'kmeans: aggregate and train') FROM
  (SELECT quern.kmeans(ARRAY[sepal_length, sepal_width, petal_length, petal_width], '{"n_clusters": 3, "seed": 5}' ORDER BY id) AS a,
          quern.train('kmeans', 'SELECT sepal_length AS x1, sepal_width AS x2, petal_length AS x3, petal_width AS x4 FROM iris ORDER BY id', '{"n_clusters": 3, "seed": 5}') AS t FROM iris) AS m,
  LATERAL quern.coefficients(a) AS one JOIN LATERAL quern.coefficients(t) AS other USING (class, term) WHERE abs(one.estimate - other.estimate) < 1e-13;
SELECT is((SELECT array_agg((pg_temp.metric(model, 'n_clusters'), n)::text) FROM (SELECT species, count(*) AS n, quern.kmeans(ARRAY[sepal_length, sepal_width], '{"n_clusters": 2}') AS model FROM iris GROUP BY species) AS g),
          ARRAY['(2,50)', '(2,50)', '(2,50)'], 'a model for each group');
SELECT ok(quern.kmeans(ARRAY[sepal_length]) IS NULL, 'fewer rows than clusters: no model') FROM iris WHERE id <= 7;
SELECT ok(quern.kmeans(ARRAY[sepal_length]) IS NULL, 'no rows: no model') FROM iris WHERE false;
SELECT ok(quern.train('kmeans', 'SELECT sepal_length FROM iris WHERE false') IS NULL, 'no rows to train on: no model');
SELECT is(pg_temp.metric(quern.kmeans(ARRAY[sepal_length], id % 2, '{"n_clusters": 3}'), 'weight_sum'), 75::float8, 'weights, of which some are 0') FROM iris;
SELECT pg_temp.near(pg_temp.metric(quern.kmeans_merge(state), 'inertia'), pg_temp.metric((SELECT quern.kmeans(ARRAY[sepal_length], '{"centroids": [[5], [7]]}') FROM iris), 'inertia'), 1e-9, 'states merge')
FROM (SELECT quern.kmeans_state(ARRAY[sepal_length], '{"centroids": [[5], [7]]}') AS state FROM iris GROUP BY id % 4) AS s;

-- The same bits with any number of workers, who take part.
CREATE FUNCTION u(i bigint, j integer) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hashint8extended(i, j) / 9223372036854775808.0::float8 $$;
CREATE TABLE many AS SELECT ARRAY[u(i, 1) + i % 4, u(i, 2) - i % 3, u(i, 3), u(i, 4) * (i % 5), u(i, 5)] AS x, 1 + i % 3 AS w FROM generate_series(1::bigint, 100000) AS i;
ANALYZE many;
CREATE TABLE asked (name text, options jsonb);
INSERT INTO asked VALUES ('kmeans', '{"n_clusters": 5, "max_iter": 5}'), ('kmeans', '{"n_clusters": 5, "max_iter": 3, "init": "k-means||", "n_init": 2, "weight": "w"}'),
  ('kmeans', '{"n_clusters": 5, "max_iter": 2, "batch_size": 64, "n_init": 2}'), ('gaussian_mixture', '{"n_components": 4, "max_iter": 4, "tol": 0}'),
  ('gaussian_mixture', '{"n_components": 4, "max_iter": 4, "covariance": "diagonal", "weight": "w", "n_init": 2}'), ('gaussian_mixture', '{"n_components": 4, "max_iter": 4, "covariance": "tied"}');
CREATE TABLE bits (workers integer, name text, options jsonb, model text);
DO $$
BEGIN
  FOR n IN 0..2 LOOP
    PERFORM set_config('max_parallel_workers_per_gather', n::text, true);
    INSERT INTO bits SELECT n, name, options, (quern.train(name, CASE WHEN options ? 'weight' THEN 'SELECT x, w FROM many' ELSE 'SELECT x FROM many' END, options)::text::jsonb #> '{parameters}') - 'training_log' FROM asked;
  END LOOP;
END $$;
SELECT is(count(DISTINCT model), 1::bigint, 'the same bits with 0, 1 and 2 workers: ' || name || options) FROM bits GROUP BY name, options;
SELECT is((SELECT value FROM quern.explain_train(name, 'SELECT x FROM many', options - 'weight') WHERE item = 'workers'), '2', 'workers take part: ' || name) FROM asked WHERE NOT options ? 'batch_size';
SELECT is((SELECT string_agg(item || ' ' || value, ', ') FROM quern.explain_train('kmeans', 'SELECT x FROM many', '{"batch_size": 10}') WHERE item IN ('solver', 'init')), 'solver mini-batches, init k-means++', 'explain_train');
SELECT is((SELECT string_agg(item || ' ' || value, ', ') FROM quern.explain_train('gaussian_mixture', 'SELECT x FROM many') WHERE item IN ('solver', 'covariance')), 'solver em, covariance full', 'explain_train');
-- In files: the same bits, but of k-means, which keeps rows in memory in another way too. By running the query again:
-- other blocks, hence other roundings.
SET LOCAL quern.train_memory = '1MB';
SELECT is((quern.train(name, 'SELECT x FROM many', options)::text::jsonb #> '{parameters}') - 'training_log', model::jsonb, 'from files: ' || name || options)
FROM asked JOIN bits USING (name, options) WHERE workers = 0 AND NOT options ? 'weight' AND (name <> 'kmeans' OR options ? 'batch_size');
CREATE TABLE from_files AS SELECT quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 5, "max_iter": 5}') AS model;
SET LOCAL quern.train_memory = '256MB';
SELECT is(count(*), 25::bigint, 'from files: kmeans') FROM from_files, quern.coefficients(model) AS one
  JOIN LATERAL quern.coefficients(quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 5, "max_iter": 5}')) AS other USING (class, term)
  WHERE abs(one.estimate - other.estimate) < 1e-12;
SELECT pg_temp.near(pg_temp.metric(quern.train(name, 'SELECT x FROM many', options || '{"store": "none"}'), metric) / pg_temp.metric(quern.train(name, 'SELECT x FROM many', options), metric),
                    1, 1e-9, 'streamed: ' || name || options)
FROM asked, LATERAL (SELECT CASE name WHEN 'kmeans' THEN 'inertia' ELSE 'log_likelihood' END AS metric) AS m WHERE NOT options ? 'weight' AND NOT options ? 'batch_size';
SELECT pg_temp.near(pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"store": "none", "init": "k-means||", "n_clusters": 4}'), 'inertia') / pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"init": "k-means||", "n_clusters": 4}'), 'inertia'),
                    1, 0.1, 'streamed: k-means||');
SELECT pg_temp.near(pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"store": "none", "batch_size": 100, "max_iter": 3, "n_clusters": 4}'), 'inertia') / pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 4}'), 'inertia'),
                    1, 0.1, 'streamed: mini-batches');
-- Sparse rows and float4 find the same clusters.
SELECT pg_temp.near(pg_temp.metric(quern.train('kmeans', 'SELECT quern.svec(x) FROM many', '{"n_clusters": 5}'), 'inertia'),
                    pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 5}'), 'inertia'), 1e-6, 'sparse rows');
SELECT pg_temp.near(pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 5, "precision": "float4"}'), 'inertia') /
                    pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 5}'), 'inertia'), 1, 1e-6, 'float4');
-- A model is continued.
SELECT cmp_ok(pg_temp.metric(quern.update(quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 5, "max_iter": 1}'), 'SELECT x FROM many', '{"max_iter": 100}'), 'inertia'), '<',
              pg_temp.metric(quern.train('kmeans', 'SELECT x FROM many', '{"n_clusters": 5, "max_iter": 1}'), 'inertia'), 'update');

-- Refused.
SELECT matches(pg_temp.error_of(format('SELECT quern.train(%L, %L, %L)', name, query, options)), expected, name || ' ' || query || ' ' || options)
FROM (VALUES
  ('kmeans', 'SELECT sepal_length FROM iris', '{"n_clusters": 151}', '^22023 \| kmeans: there are 150 rows for 151 clusters \| Lower'),
  ('kmeans', 'SELECT sepal_length FROM iris', '{"n_clusters": 1.5}', '^22023 \| kmeans: option "n_clusters" must be a whole number'),
  ('kmeans', 'SELECT sepal_length FROM iris', '{"clusters": 3}', '^22023 \| kmeans: unknown option "clusters" \| Options are target, weight'),
  ('kmeans', 'SELECT sepal_length FROM iris', '{"centroids": [[1, 2]]}', '^22023 \| kmeans: the centroids have 2 numbers, the rows 1 feature'),
  ('kmeans', 'SELECT sepal_length, species FROM iris', '{"target": "species"}', '^22023 \| kmeans: option "target" is for algorithms that predict'),
  ('kmeans', 'SELECT sepal_length / nullif(id - 1, 0) * ''infinity''::float8 AS a FROM iris', '{}', '^22023 \| kmeans: '),
  ('kmeans', 'SELECT sepal_length * 1e200 AS a FROM iris', '{}', '^22003 \| kmeans: squared distances leave the range of double precision \| Scale'),
  ('gaussian_mixture', 'SELECT sepal_length FROM iris', '{"covariance": "round"}', '^22023 \| gaussian_mixture: option "covariance" must be one of'),
  ('gaussian_mixture', 'SELECT sepal_length, 1 AS one FROM iris', '{"reg_covar": 0}', '^22003 \| gaussian_mixture: the covariance of component 0 is singular \| Raise'),
  ('gaussian_mixture', 'SELECT sepal_length FROM iris', '{"n_components": 200}', '^22023 \| gaussian_mixture: there are 150 rows for 200 components'),
  ('gaussian_mixture', 'SELECT sepal_length * 1e200 AS a FROM iris', '{}', '^22003 \| gaussian_mixture: ')
) AS wrong(name, query, options, expected);

-- Forged models do no harm.
SELECT matches(pg_temp.error_of(format('SELECT quern.predict(%L::quern.model, ''{1, 2}'')', json)), '^22', 'forged: ' || json)
FROM (VALUES
  ('{"format": 2, "algorithm": "kmeans", "features": 2, "target": 2, "classes": ["0", "1"], "parameters": {"centroid": [1, 2, 3]}}'),
  ('{"format": 2, "algorithm": "kmeans", "features": 2, "target": 2, "classes": [], "parameters": {}}'),
  ('{"format": 2, "algorithm": "kmeans", "features": 2, "target": 2, "classes": ["0"], "parameters": {"centroid": [1, "NaN"]}}'),
  ('{"format": 2, "algorithm": "gaussian_mixture", "features": 2, "target": 2, "classes": ["0"], "parameters": {"weight": [1], "mean": [1, 2]}}'),
  ('{"format": 2, "algorithm": "gaussian_mixture", "features": 2, "target": 2, "classes": ["0"], "parameters": {"weight": [1], "mean": [1, 2], "variance": [1, -1]}}'),
  ('{"format": 2, "algorithm": "gaussian_mixture", "features": 2, "target": 2, "classes": ["0"], "parameters": {"weight": [1], "mean": [1, 2], "covariance": [[1, 2], [2, 1]]}}'),
  ('{"format": 2, "algorithm": "gaussian_mixture", "features": 2, "target": 2, "classes": ["0"], "parameters": {"weight": [2], "mean": [1, 2], "covariance": [[1, 0], [0, 1]]}}')
) AS forged(json);

SELECT * FROM finish();
ROLLBACK;
