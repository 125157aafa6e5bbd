-- The main job: train with one aggregate, read the model, score rows with a function.
\set QUIET on
\pset footer off
\pset null ''
\timing off
SET extra_float_digits = -9;

\echo
\echo 'The data: 32,561 people of the 1994 census to train on, 16,281 held out. Who earned over 50,000 dollars?'
\echo 'adult_train and adult_test have y boolean and x double precision[]: seven features a row.'
\echo
SELECT id, age, education, hours_per_week, y, x FROM adult_train ORDER BY id LIMIT 3;

\echo '1. Train: one aggregate over the rows, one model as the result'
\echo
\echo '   CREATE TABLE models AS'
\echo '     SELECT quern.logistic_regression(y, x, ''{"feature_names": ["age", "education", "hours", "male", "married",'
\echo '                                      "capital_gain", "capital_loss"]}'') AS model FROM adult_train;'
\timing on
CREATE TABLE models AS
  SELECT quern.logistic_regression(y, x, '{"feature_names": ["age", "education", "hours", "male", "married",
                                   "capital_gain", "capital_loss"]}') AS model FROM adult_train;
\timing off

\echo
\echo '2. Read it: SELECT term, estimate, std_error, ... FROM models, quern.coefficients(model)'
\echo
SELECT term, round(estimate::numeric, 5) AS estimate, round(std_error::numeric, 5) AS std_error,
       round(statistic::numeric, 2) AS statistic, CASE WHEN p_value < 1e-300 THEN '< 1e-300' ELSE to_char(p_value, '9.9EEEE') END AS p_value,
       round(conf_low::numeric, 4) AS conf_low, round(conf_high::numeric, 4) AS conf_high
FROM models, quern.coefficients(model);

\echo '3. How good is it? On the rows it has not seen:'
\echo '   SELECT (quern.classification_metrics(y, (quern.predict_proba(model, x))[2])).* FROM adult_test, models'
\echo
\x on
SELECT (quern.classification_metrics(y, (quern.predict_proba(model, x))[2])).* FROM adult_test, models;
\x off

\echo '4. Score rows: an ordinary function of the model and the features'
\echo
SELECT id, age, education, occupation, hours_per_week AS hours, y AS actual,
       quern.predict_label(model, x) AS predicted,
       round((quern.predict_proba(model, x))[2]::numeric, 3) AS probability
FROM adult_test, models ORDER BY id LIMIT 8;

\echo '5. GROUP BY gives one model per group: what a year of education adds to the log-odds, by sex and employer'
\echo
SELECT sex, workclass, people, round(estimate::numeric, 3) AS education, round(std_error::numeric, 3) AS std_error
FROM (SELECT sex, workclass, count(*) AS people,
             quern.logistic_regression(y, ARRAY[age, education_num, hours_per_week],
                                       '{"feature_names": ["age", "education", "hours"]}') AS model
      FROM adult_train
      WHERE workclass IN ('Private', 'Self-emp-not-inc', 'Local-gov', 'State-gov')
      GROUP BY sex, workclass) AS per_group, quern.coefficients(model)
WHERE term = 'education'
ORDER BY sex, education DESC;

\echo '6. States are values too: keep one a day, merge any days later without reading their rows again'
\echo
CREATE TABLE daily AS
  SELECT id % 7 AS day, quern.linear_regression_state(hours_per_week, ARRAY[age, education_num]) AS state
  FROM adult_train GROUP BY day;
SELECT term, round(weekend.estimate::numeric, 5) AS of_two_days, round(week.estimate::numeric, 5) AS of_seven
FROM quern.coefficients((SELECT quern.linear_regression_merge(state) FROM daily WHERE day >= 5)) AS weekend
JOIN quern.coefficients((SELECT quern.linear_regression_merge(state) FROM daily)) AS week USING (term);

\echo '7. Many passes: quern.train runs a query once, packs its rows, and gives them to a solver. Columns keep their names,'
\echo '   so the model takes whole rows'
\echo
\timing on
CREATE TABLE svm AS
  SELECT quern.train('linear_svm', 'SELECT income, age, education_num, hours_per_week, sex = ''Male'' AS male,
                                           capital_gain > 0 AS gain FROM adult_train', '{"l2": 1e-4}') AS model;
\timing off
SELECT term, round(estimate::numeric, 5) AS estimate FROM svm, quern.coefficients(model);
SELECT round(100 * avg((quern.predict_label(model, r) = income)::integer), 2) AS percent_right_on_held_out_rows
FROM svm, (SELECT *, sex = 'Male' AS male, capital_gain > 0 AS gain FROM adult_test) AS r;

\echo '   Rows sorted by their label do not harm stochastic descent: blocks and rows are shuffled in each epoch'
\echo
SELECT epoch, round(loss::numeric, 4) AS loss, rows
FROM quern.training_log(quern.train('logistic_regression', 'SELECT y, x FROM adult_train ORDER BY y',
                                    '{"solver": "sgd", "max_iter": 3}'));

\echo '8. Which options are best? Every setting on every fold, trained together in the same passes'
\echo
\timing on
SELECT rank, setting, round(mean::numeric, 4) AS log_loss, round(std_error::numeric, 4) AS std_error, model IS NOT NULL AS refitted
FROM quern.search('logistic_regression', 'SELECT y, x FROM adult_train', '{"l2": [1e-4, 0.001, 0.01, 0.1, 1]}', '{"metric": "log_loss"}');
\timing off

\echo '9. The same function trains clusters, networks, factorizations, taggers: here k-means, and a network'
\echo
CREATE TABLE clusters AS
  SELECT quern.train('kmeans', 'SELECT age / 10.0 AS age, education_num, hours_per_week / 10.0 AS hours FROM adult_train',
                     '{"n_clusters": 3, "n_init": 4}') AS model;
SELECT class AS cluster, term, round(estimate::numeric, 2) AS center FROM clusters, quern.coefficients(model);
CREATE TABLE network AS
  SELECT quern.train('mlp', 'SELECT y, x FROM adult_train', '{"hidden_layers": [32, 16], "max_iter": 10}') AS model;
SELECT round((quern.classification_metrics(y, (quern.predict_proba(model, x))[2])).auc::numeric, 3) AS auc_of_the_network FROM adult_test, network;

\echo '10. Matrices are values: aggregates make them of rows, @ multiplies, quern.eval takes expressions as R has them'
\echo
CREATE TABLE normal_equations AS
  SELECT quern.gram(x) AS xx, quern.cross(x, hours_per_week) AS xy
  FROM (SELECT ARRAY[1, age, education_num] AS x, hours_per_week FROM adult_train) AS t;
SELECT quern.show(xx) FROM normal_equations;
SELECT quern.vector(quern.solve(xx, xy)) AS coefficients, quern.cond(xx) AS condition FROM normal_equations;
SELECT step, operation, shape, note FROM normal_equations, quern.explain_eval('t(b) %*% A %*% b', 'A', xx, 'b', xy);
SELECT component, term, round(loading::numeric, 3) AS loading
FROM quern.loadings((SELECT quern.pca(ARRAY[age, education_num, hours_per_week],
                                      '{"scale": true, "n_components": 2, "feature_names": ["age", "education", "hours"]}') FROM adult_train));

\echo '11. Graphs are values: one aggregate makes one, functions give rows back. Areas of a web site that the same visitors saw'
\echo
CREATE TABLE visits (visitor integer, area integer);
\copy visits FROM PROGRAM 'gzip -dc data/msweb/visits_train.csv.gz' (FORMAT csv, HEADER)
\timing on
CREATE TABLE site AS
  SELECT quern.graph(a.area, b.area, 1, '{"directed": false, "multi": "sum"}') AS g
  FROM visits AS a JOIN visits AS b USING (visitor) WHERE a.area < b.area;
\timing off
SELECT vertices, edges, components, max_degree, round(density::numeric, 3) AS density, bytes FROM site, quern.graph_summary(g);
SELECT vertex AS area, round(rank::numeric, 4) AS pagerank, core, round(coefficient::numeric, 3) AS clustering
FROM quern.pagerank((SELECT g FROM site)) JOIN quern.k_core((SELECT g FROM site)) USING (vertex)
  JOIN quern.local_clustering((SELECT g FROM site)) USING (vertex)
ORDER BY rank DESC LIMIT 4;
SELECT community, count(*) AS areas, (array_agg(vertex ORDER BY rank DESC))[:4] AS foremost
FROM quern.leiden((SELECT g FROM site)) JOIN quern.pagerank((SELECT g FROM site)) USING (vertex)
GROUP BY community ORDER BY areas DESC;

\echo '12. Aggregates run in parallel: partial aggregates in the workers, merged by the leader'
\echo
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
EXPLAIN (COSTS OFF) SELECT quern.logistic_regression(y, x) FROM adult_train;
