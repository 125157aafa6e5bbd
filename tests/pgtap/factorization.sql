-- matrix_factorization and factorization_machine through SQL: ids of every kind, what a model answers, gathering by
-- workers, refusals, forged models.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql
SET LOCAL client_min_messages = error;

CREATE TABLE ratings AS
SELECT u AS user_id, i AS item_id, 3 + sin(u) * cos(i * 0.7) + 0.2 * cos(u * i) AS rating
FROM generate_series(1, 60) AS u, generate_series(1, 40) AS i WHERE (u + i) % 3 <> 0;
CREATE FUNCTION pg_temp.fit(query text, options jsonb DEFAULT '{"rank": 3, "l2": 0.01, "max_iter": 30}') RETURNS quern.model
  LANGUAGE sql AS $$ SELECT quern.train('matrix_factorization', query, options) $$;
CREATE FUNCTION pg_temp.refused(statement text, state text, message text, what text) RETURNS text LANGUAGE sql AS $$
  SELECT is(left(pg_temp.error_of(statement), length(state || message) + 3), state || ' | ' || message, what) $$;
CREATE TABLE m AS SELECT pg_temp.fit('SELECT user_id, item_id, rating FROM ratings') AS model;

-- What a model says of itself.
SELECT results_eq($$ SELECT algorithm, rows, skipped, features, feature_names FROM m, quern.info(model) $$,
  $$ SELECT 'matrix_factorization', count(*), 0::bigint, 2::bigint, 'user_id, item_id' FROM ratings $$, 'info');
SELECT is(pg_temp.metric(model, 'users') || ' ' || pg_temp.metric(model, 'items') || ' ' || pg_temp.metric(model, 'rank'), '60 40 3', 'counts') FROM m;
SELECT cmp_ok(abs(pg_temp.metric(model, 'rmse') - (SELECT sqrt(avg((rating - quern.predict(model, user_id, item_id)) ^ 2)) FROM ratings)), '<',
  1e-12::float8, 'rmse is that of the predictions') FROM m;
SELECT is((SELECT count(*) FROM (SELECT loss, lag(loss) OVER (ORDER BY epoch) AS before FROM quern.training_log(model)) AS s WHERE loss > before), 0::bigint,
  'the loss never rises') FROM m;
SELECT is((SELECT string_agg(term, ', ') FROM quern.coefficients(model)), '(mean)', 'coefficients') FROM m;

-- A prediction by hand, from the factors.
SELECT cmp_ok(abs(quern.predict(model, 7, 11) -
    (SELECT pg_temp.metric(model, 'mean') + u.bias + i.bias + (SELECT sum(a * b) FROM unnest(u.factor, i.factor) AS f(a, b))
     FROM quern.factors(model) AS u, quern.factors(model) AS i WHERE u.side = 'user' AND u.id = '7' AND i.side = 'item' AND i.id = '11')),
  '<', 1e-12::float8, 'mean + biases + product') FROM m;
SELECT is(quern.predict(model, '7', '11'), quern.predict(model, 7, 11), 'ids as text') FROM m;
SELECT is(quern.predict(model, 7, '11') = quern.predict(model, 7, 11) AND quern.predict(model, '7', 11) = quern.predict(model, 7, 11), true, 'ids as either') FROM m;

-- Whom the model does not know.
SELECT is(quern.predict(model, -1, -1), pg_temp.metric(model, 'mean'), 'nobody and nothing: the mean') FROM m;
SELECT is(quern.predict(model, -1, 5), pg_temp.metric(model, 'mean') + bias, 'an item alone: its bias')
FROM m, quern.factors(model) WHERE side = 'item' AND id = '5';
SELECT is(quern.predict(model, 'x', '5'), quern.predict(model, -1, 5), 'a text that is no number is unknown') FROM m;
SELECT is(quern.predict(pg_temp.fit('SELECT user_id, item_id, rating FROM ratings', '{"biases": false, "max_iter": 2}'), 1, 99), NULL, 'without biases: NULL');
SELECT is(quern.predict(model, NULL::bigint, 5), NULL, 'NULL') FROM m;

-- Recommendations are the best predictions.
SELECT results_eq(format('SELECT item, score FROM m, quern.recommend(model, %L, 5)', 9),
  $$ SELECT i::text, quern.predict(model, 9, i) AS score FROM m, generate_series(1, 40) AS i ORDER BY score DESC LIMIT 5 $$, 'recommend');
SELECT results_eq($$ SELECT item FROM m, quern.recommend(model, 9, 4, ARRAY(SELECT item_id::bigint FROM ratings WHERE user_id = 9)) $$,
  $$ SELECT i::bigint FROM m, generate_series(1, 40) AS i WHERE NOT EXISTS (SELECT FROM ratings WHERE user_id = 9 AND item_id = i)
     ORDER BY quern.predict(model, 9, i) DESC LIMIT 4 $$, 'without what is excluded');
SELECT is((SELECT count(*) FROM quern.recommend(model, 9, 1000)), 40::bigint, 'no more than there are') FROM m;
SELECT is((SELECT count(*) FROM quern.recommend(model, 9, 0)), 0::bigint, 'none') FROM m;
SELECT results_eq('SELECT item FROM m, quern.recommend(model, -1, 3)',
  $$ SELECT id::bigint FROM m, quern.factors(model) WHERE side = 'item' ORDER BY bias DESC LIMIT 3 $$, 'to a stranger: by the biases');
SELECT is((SELECT array_agg(n ORDER BY u) FROM m, generate_series(1, 3) AS u, LATERAL (SELECT count(*) AS n FROM quern.recommend(model, u, 2)) AS r),
  '{2,2,2}'::bigint[], 'for each of some users');
SELECT is((SELECT bool_and(score <= 1 + 1e-12 AND item <> 3) AND count(*) = 39 FROM quern.similar_items(model, 3, 100)), true, 'similar items') FROM m;
SELECT is((SELECT count(*) FROM quern.similar_items(model, 777, 3)), 0::bigint, 'of an unknown item none') FROM m;

-- Ids of any type give the same model, in another order of ids.
CREATE TYPE page AS ENUM ('a', 'b', 'c');
CREATE TABLE texts AS
SELECT 'u' || lpad(user_id::text, 3, '0') AS name, ('00000000-0000-0000-0000-' || lpad(item_id::text, 12, '0'))::uuid AS item, rating,
       (user_id - 30)::bigint * 100000000000000000 AS huge, user_id::smallint AS small,
       E'\u00e9\u65e5\U0001f377[1:' || lpad(user_id::text, 3, '0') || ']' AS odd, (enum_range(NULL::page))[1 + item_id % 3] AS page
FROM ratings;
SELECT is(quern.predict(pg_temp.fit('SELECT name, item, rating FROM texts'), 'u007', '00000000-0000-0000-0000-000000000011'), quern.predict(model, 7, 11), 'text and uuid') FROM m;
SELECT is(quern.predict(pg_temp.fit('SELECT odd, item, rating FROM texts'), E'\u00e9\u65e5\U0001f377[1:007]', '00000000-0000-0000-0000-000000000011'), quern.predict(model, 7, 11), 'any UTF-8') FROM m;
SELECT is(quern.predict(pg_temp.fit('SELECT huge, item, rating FROM texts'), -2300000000000000000, '00000000-0000-0000-0000-000000000011'), quern.predict(model, 7, 11), 'numbers beyond 2^53') FROM m;
SELECT is(quern.predict(pg_temp.fit('SELECT small, item, rating FROM texts'), 7, '00000000-0000-0000-0000-000000000011'), quern.predict(model, 7, 11), 'smallint') FROM m;
SELECT is((SELECT string_agg(id, ' ') FROM quern.factors(pg_temp.fit('SELECT name, page, rating FROM texts')) WHERE side = 'item'), 'a b c', 'enum');
SELECT is(quern.predict(model::text::quern.model, 7, 11), quern.predict(model, 7, 11), 'through the text form') FROM m;
CREATE TABLE t AS SELECT pg_temp.fit('SELECT odd, item, rating FROM texts') AS model;
SELECT is((SELECT string_agg(id, ',') FROM quern.factors(model::text::quern.model)), (SELECT string_agg(id, ',') FROM quern.factors(model)), 'texts too') FROM t;
SELECT is((SELECT item FROM quern.recommend(model, E'\u00e9\u65e5\U0001f377[1:007]', 1)),
  (SELECT '00000000-0000-0000-0000-' || lpad(item::text, 12, '0') FROM m, quern.recommend(m.model, 7, 1)), 'recommend by text') FROM t;
SELECT pg_temp.refused($$ SELECT * FROM t, quern.recommend(model, 7, 1) WHERE quern.predict(model, 1, 1) IS NOT NULL $$, '22023',
  'recommend: the items of the model are texts, not numbers', 'numbers of items that are texts');

-- Columns by name, weights, rows that do not count.
SELECT is(pg_temp.metric(pg_temp.fit('SELECT rating AS r, 1 + item_id % 2 AS w, item_id AS i, user_id AS u FROM ratings',
    '{"user": "u", "item": "i", "rating": "r", "weight": "w", "max_iter": 3}'), 'loss'),
  pg_temp.metric(pg_temp.fit('SELECT user_id, item_id, rating, 1 + item_id % 2 FROM ratings', '{"max_iter": 3}'), 'loss'), 'columns by options and by place');
SELECT is(pg_temp.metric(pg_temp.fit('SELECT user_id, item_id, rating, (user_id > 1)::int FROM ratings UNION ALL SELECT 1000, 5000, 1, 0', '{"max_iter": 3}'), 'users'),
  59::float8, 'weight 0 is no rating, and no user');
SELECT results_eq($$ SELECT skipped, rows FROM quern.info(pg_temp.fit('SELECT * FROM (VALUES (1, 2, 3.0), (NULL, 2, 3), (1, NULL, 3), (1, 2, NULL)) AS v')) $$,
  'VALUES (3::bigint, 1::bigint)', 'NULLs are skipped and counted');
SELECT is(pg_temp.fit('SELECT 1, 2, 3.0 WHERE false') IS NULL, true, 'no rows: no model');
SELECT is(pg_temp.metric(pg_temp.fit('SELECT user_id, item_id FROM ratings', '{"implicit": true, "max_iter": 3}'), 'loss'),
  pg_temp.metric(pg_temp.fit('SELECT user_id, item_id, 1 FROM ratings', '{"implicit": true, "max_iter": 3}'), 'loss'), 'implicit feedback without a rating counts 1');
SELECT is((SELECT bool_and(p > 0) FROM quern.factors(pg_temp.fit('SELECT user_id, item_id, rating FROM ratings', '{"nonnegative": true}')), unnest(factor) AS p WHERE p <> 0), true, 'nonnegative');

-- Workers change no bit, and every way of gathering gives the same model.
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0;
CREATE TABLE big AS SELECT i % 977 AS u, 'item ' || i % 499 AS i, sin(i % 977) * cos(i % 499) AS r FROM generate_series(1, 60000) AS i;
ALTER TABLE big SET (parallel_workers = 3);
CREATE TABLE ways (way text, model text);
SET LOCAL max_parallel_workers_per_gather = 0;
INSERT INTO ways SELECT 'alone', pg_temp.fit('SELECT u, i, r FROM big', '{"max_iter": 4}');
INSERT INTO ways SELECT 'ordered', pg_temp.fit('SELECT u, i, r FROM big ORDER BY r', '{"max_iter": 4}');
SET LOCAL max_parallel_workers_per_gather = 3;
INSERT INTO ways SELECT 'paged', pg_temp.fit('SELECT u, i, r FROM big', '{"max_iter": 4}');
INSERT INTO ways SELECT 'joined', pg_temp.fit('SELECT b.u, b.i, b.r FROM big AS b JOIN (SELECT DISTINCT u FROM big) AS d ON d.u = b.u', '{"max_iter": 4}');
SET LOCAL quern.train_memory = '1MB';
INSERT INTO ways SELECT 'spilled', pg_temp.fit('SELECT u, i, r FROM big', '{"max_iter": 4}');
RESET quern.train_memory;
SELECT is((regexp_replace(model, '"seconds": [^,}]*|"training_log": .*', '', 'g')), (SELECT regexp_replace(model, '"seconds": [^,}]*|"training_log": .*', '', 'g') FROM ways WHERE way = 'alone'),
  'the same model: ' || way) FROM ways WHERE way <> 'alone';

-- The aggregate: the same model, for each group.
SELECT is((SELECT pg_temp.metric(quern.matrix_factorization(user_id, item_id, rating, '{"rank": 3, "l2": 0.01, "max_iter": 30}'), 'loss') FROM ratings),
  pg_temp.metric(model, 'loss'), 'aggregate of numbers') FROM m;
SELECT is((SELECT quern.predict(quern.matrix_factorization(name, item::text, rating, '{"rank": 3, "l2": 0.01, "max_iter": 30}'), 'u007', '00000000-0000-0000-0000-000000000011') FROM texts),
  quern.predict(model, 7, 11), 'of texts') FROM m;
SELECT is((SELECT pg_temp.metric(quern.matrix_factorization(user_id, item_id, rating, (1 + item_id % 2)::float8, '{"max_iter": 3}'), 'loss') FROM ratings),
  pg_temp.metric(pg_temp.fit('SELECT user_id, item_id, rating, 1 + item_id % 2 FROM ratings', '{"max_iter": 3}'), 'loss'), 'with weights');
SELECT is((SELECT count(*) FROM (SELECT item_id % 3 AS g, quern.matrix_factorization(user_id, item_id, rating) AS model, min(user_id) AS u
  FROM ratings GROUP BY 1) AS s, quern.recommend(model, u, 1)), 3::bigint, 'by group');
SELECT is((SELECT pg_temp.metric(quern.matrix_factorization_merge(s), 'n') FROM (SELECT quern.matrix_factorization_state(name, page::text, rating) AS s FROM texts GROUP BY page) AS t),
  (SELECT count(*)::float8 FROM texts), 'merged states');
SELECT is((SELECT quern.matrix_factorization(user_id, item_id, rating) FROM ratings WHERE false) IS NULL, true, 'of nothing');
SELECT pg_temp.refused('SELECT quern.matrix_factorization(1, 2, ''NaN'')', '22023', 'matrix_factorization: rating must be finite, not NaN', 'NaN');
SELECT pg_temp.refused('SELECT quern.matrix_factorization(1, 2, 3, ''{"user": "x"}'')', '22023', 'matrix_factorization: option "user" is of quern.train, not of the aggregate', 'options of train');

-- Continued: from where it is, over other rows; what they lack stays.
SELECT cmp_ok(pg_temp.metric(quern.update(model, 'SELECT user_id, item_id, rating FROM ratings', '{"max_iter": 1}'), 'loss'), '<=', pg_temp.metric(model, 'loss'), 'a sweep more does not raise the loss') FROM m;
CREATE TABLE late AS SELECT u AS user_id, i AS item_id, 3 + sin(u) * cos(i * 0.7) + 0.2 * cos(u * i) AS rating
FROM generate_series(58, 70) AS u, generate_series(1, 45) AS i WHERE (u + i) % 3 <> 0;
CREATE TABLE updated AS SELECT solver, quern.update(model, 'SELECT user_id, item_id, rating FROM late', jsonb_build_object('solver', solver, 'step_size', 0.05)) AS model
FROM m, unnest('{als,sgd}'::text[]) AS s(solver);
SELECT is(pg_temp.metric(u.model, 'users') || ' ' || pg_temp.metric(u.model, 'items') || ' ' || pg_temp.metric(u.model, 'n'), '70 45 390', 'all users and items, ' || solver) FROM updated AS u;
SELECT is((SELECT count(*) FROM quern.factors(u.model) AS a JOIN quern.factors(m.model) AS b USING (side, id) WHERE a = b), 57::bigint, 'users without new ratings keep their factors, ' || solver) FROM m, updated AS u;
SELECT is(pg_temp.metric(u.model, 'mean'), pg_temp.metric(m.model, 'mean'), 'the mean that biases are from stays, ' || solver) FROM m, updated AS u;
SELECT cmp_ok((SELECT sqrt(avg((rating - quern.predict(u.model, user_id, item_id)) ^ 2)) FROM late), '<', 0.25::float8, 'new ratings are fitted, ' || solver) FROM updated AS u;
SELECT cmp_ok(abs(pg_temp.metric(u.model, 'rmse') - (SELECT sqrt(avg((rating - quern.predict(u.model, user_id, item_id)) ^ 2)) FROM late)), '<', 1e-12::float8, 'rmse is of the new ratings, ' || solver) FROM updated AS u;
CREATE TABLE named AS SELECT pg_temp.fit('SELECT name, item, rating FROM texts') AS model;
SELECT is(quern.predict(quern.update(model, 'SELECT ''u007x''::text, item, 4.5 FROM texts LIMIT 1'), 'u007', item), quern.predict(model, 'u007', item), 'ids of text')
FROM named, (SELECT item::text FROM texts ORDER BY item DESC LIMIT 1) AS t;
SELECT pg_temp.refused('SELECT quern.update(model, ' || quote_literal(query) || ', ''' || options || ''') FROM m', '22023', message, message) FROM (VALUES
  ('SELECT user_id, item_id, rating FROM ratings', '{"rank": 4}', 'matrix_factorization: the model has rank 3, option "rank" is 4'),
  ('SELECT user_id, item_id, rating FROM ratings', '{"biases": false}', 'matrix_factorization: the model has biases, and the options say that there are none'),
  ('SELECT user_id::text, item_id, rating FROM ratings', '{}', 'matrix_factorization: users are texts in the query, and numbers in the model')) AS v(query, options, message);

-- Refusals.
SELECT pg_temp.refused(format('SELECT quern.train(''matrix_factorization'', %L, %L)', query, options), '22023', message, message) FROM (VALUES
  ('SELECT 1, 2', '{}', 'matrix_factorization: the query has no column for the rating'),
  ('SELECT 1', '{"implicit": true}', 'matrix_factorization: the query has no column for the item'),
  ('SELECT 1, 2, 3.0, 1, 5 AS more', '{}', 'matrix_factorization: the query has 5 columns, and "more" is one too many'),
  ('SELECT 1.5 AS u, 2, 3.0', '{}', 'matrix_factorization: column "u" is of type numeric, which is no user'),
  ('SELECT 1, now() AS i, 3.0', '{}', 'matrix_factorization: column "i" is of type timestamp with time zone, which is no item'),
  ('SELECT 1, 2, ''x''::text AS r', '{}', 'matrix_factorization: column "r" is of type text, which is no rating'),
  ('SELECT 1 AS a, 2 AS b, 3.0 AS c', '{"user": "a", "item": "a"}', 'matrix_factorization: column "a" is named by two options'),
  ('SELECT 1, 2, ''NaN''::float8 AS r', '{}', 'matrix_factorization: r must be finite, not NaN'),
  ('SELECT 1, 2, ''Infinity''::float8 AS r', '{}', 'matrix_factorization: r must be finite, not Infinity'),
  ('SELECT 1, 2, 3.0, -1 AS w', '{}', 'matrix_factorization: weight "w" must be finite and at least 0, not -1')) AS v(query, options, message);
SELECT pg_temp.refused('SELECT quern.predict(model, ''{1,2}''::float8[]) FROM m', '22023',
  'predict: a matrix_factorization model scores a user and an item, not features', 'predict of features');
SELECT pg_temp.refused('SELECT quern.recommend(model, 1, -1) FROM m', '22023', 'recommend: n must be 0 or more, not -1', 'n');
SELECT is((SELECT string_agg(item, ' ' ORDER BY item) FROM quern.explain_train('matrix_factorization', 'SELECT user_id, item_id, rating FROM ratings') WHERE item IN ('solver', 'workers', 'rows')),
  'rows solver workers', 'explain_train');

-- Factorization machines.
CREATE TABLE sample AS
SELECT sin(i) AS a, cos(i * 1.3) AS b, 1 + sin(i) * cos(i * 1.3) AS y, sin(i) * cos(i * 1.3) > 0 AS flag FROM generate_series(1, 2000) AS i;
CREATE TABLE f AS SELECT quern.train('factorization_machine', 'SELECT y, a, b FROM sample', '{"rank": 2, "l2_factors": 1e-7}') AS number,
  quern.train('factorization_machine', 'SELECT flag, a, b FROM sample', '{"rank": 2, "l2_factors": 1e-4}') AS class;
SELECT cmp_ok(pg_temp.metric(number, 'rmse'), '<', 1e-2::float8, 'a product is an interaction') FROM f;
SELECT cmp_ok(abs(quern.predict(number, '{0.3, 0.8}') - 1.24), '<', 0.02::float8, 'predict') FROM f;
SELECT is(quern.predict(number, '{1:0.3,2:0.8}/2'::quern.svec), quern.predict(number, '{0.3, 0.8}'), 'of an svec') FROM f;
SELECT is((SELECT round(avg((quern.predict_label(class, s) = flag::text)::int), 1) FROM sample AS s), 1.0, 'predict_label of rows') FROM f;
SELECT cmp_ok(abs((quern.predict_proba(class, '{0.3, 0.8}'))[2] - 1 / (1 + exp(-(quern.decision_function(class, '{0.3, 0.8}'))[1]))), '<', 1e-15::float8, 'predict_proba') FROM f;
SELECT is(quern.predict(class, '{0.9, 0.8}'), 1::float8, 'predict of a class') FROM f;
SELECT results_eq('SELECT side, id, array_length(factor, 1) FROM f, quern.factors(number)', $$ VALUES ('feature', 'a', 2), ('feature', 'b', 2) $$, 'factors');
SELECT cmp_ok(pg_temp.metric(quern.update(number, 'SELECT y, a, b FROM sample'), 'loss'), '<=', pg_temp.metric(number, 'loss'), 'update') FROM f;
-- The aggregate.
SELECT is((SELECT pg_temp.metric(quern.factorization_machine(y, ARRAY[a, b], '{"rank": 2, "l2_factors": 1e-7}'), 'loss') FROM sample),
  pg_temp.metric(number, 'loss'), 'aggregate of numbers') FROM f;
SELECT is((SELECT pg_temp.metric(quern.factorization_machine(flag, ARRAY[a, b], '{"rank": 2, "l2_factors": 1e-4}'), 'loss') FROM sample),
  pg_temp.metric(class, 'loss'), 'aggregate of classes') FROM f;
SELECT is((SELECT quern.predict_label(quern.factorization_machine(flag::text, ARRAY[a, b], 1, '{"rank": 2, "max_iter": 5}'), '{0.1,0.2}') FROM sample),
  quern.predict_label(quern.train('factorization_machine', 'SELECT flag::text, a, b FROM sample', '{"rank": 2, "max_iter": 5}'), '{0.1,0.2}'), 'aggregate of text');
SELECT is((SELECT (quern.info(quern.factorization_machine(flag::int, ARRAY[a, b], '{"task": "classification", "rank": 1, "max_iter": 2}'))).class_names FROM sample), '0, 1', 'numbers as classes');
SELECT is((SELECT pg_temp.metric(quern.factorization_machine_merge(s), 'n') FROM (SELECT quern.factorization_machine_state(flag, ARRAY[a, b], '{"max_iter": 2}') AS s FROM sample GROUP BY a > 0) AS t),
  (SELECT count(*)::float8 FROM sample), 'merged states of factorization machines');
SELECT is((SELECT quern.factorization_machine(y, ARRAY[a, b]) FROM sample WHERE false) IS NULL, true, 'a machine of nothing');
SELECT pg_temp.refused('SELECT quern.factorization_machine(i % 3, ARRAY[i], ''{"task": "classification"}'') FROM generate_series(1, 9) AS i', '22023',
  'factorization_machine: the target has 3 classes, not 2', 'three classes in the aggregate');
SELECT pg_temp.refused('SELECT quern.factorization_machine(''a''::text, ARRAY[i], ''{"task": "regression"}'') FROM generate_series(1, 9) AS i', '22023',
  'factorization_machine: y is "a", and task is regression', 'text as a number');
SELECT pg_temp.refused('SELECT quern.train(''factorization_machine'', ''SELECT (i % 3)::text AS y, i AS x FROM generate_series(1, 9) AS i'')', '22023',
  'factorization_machine: the target has 3 classes, not 2', 'three classes');

-- Visits of a web site (data/msweb). With every confidence 1 and no penalty the optimum is the truncated singular value
-- decomposition: the relative residuals are those that scipy.sparse.linalg.svds gives, 0.7904574228458314 and
-- 0.5382416052559286, here of the squares.
CREATE TABLE visits (visitor integer, area integer);
\copy visits FROM PROGRAM 'gzip -dc data/msweb/visits_train.csv.gz' (FORMAT csv, HEADER)
SELECT cmp_ok(abs(2.0 * 32711 * 285 / 98654 * pg_temp.metric(quern.train('matrix_factorization', 'SELECT visitor, area FROM visits',
    jsonb_build_object('implicit', true, 'alpha', 1e-12, 'l2', 0, 'rank', rank, 'max_iter', 300, 'tol', 1e-11)), 'loss') - residual), '<', 1e-9::float8,
  'msweb: singular values, rank ' || rank) FROM (VALUES (1, 0.7904574228458314::float8), (5, 0.5382416052559286)) AS v(rank, residual);
-- One visit of each visitor of three and more is hidden: it is among ten recommendations more often than among the ten most
-- popular areas.
CREATE TABLE hidden AS SELECT DISTINCT ON (visitor) visitor, area FROM visits
WHERE visitor IN (SELECT visitor FROM visits GROUP BY visitor HAVING count(*) >= 3) ORDER BY visitor, md5(visitor::text || area::text);
CREATE TABLE seen AS SELECT * FROM visits EXCEPT SELECT * FROM hidden;
CREATE INDEX ON seen (visitor);
CREATE TABLE popular AS SELECT area, count(*) AS n FROM seen GROUP BY area;
CREATE TABLE tried AS SELECT * FROM hidden ORDER BY md5(visitor::text) LIMIT 1000;
CREATE TABLE web AS SELECT quern.train('matrix_factorization', 'SELECT visitor, area FROM seen', '{"implicit": true, "alpha": 5, "rank": 16, "l2": 1}') AS model;
SELECT cmp_ok((SELECT count(*) FROM web, tried AS t WHERE area IN (
    SELECT item FROM quern.recommend(model, t.visitor, 10, ARRAY(SELECT s.area::bigint FROM seen AS s WHERE s.visitor = t.visitor)))), '>',
  (SELECT count(*) + 30 FROM tried AS t WHERE area IN (SELECT p.area FROM popular AS p
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.visitor = t.visitor AND s.area = p.area) ORDER BY n DESC LIMIT 10)), 'msweb: better than the most popular');

SELECT * FROM finish();
ROLLBACK;
