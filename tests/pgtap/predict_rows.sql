-- Predicting from rows: columns found by name, of every type and in every kind of row; decision_function; sparse rows. Models are
-- written by hand, so that every answer is known.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
\ir include/accuracy.sql

-- A model with the terms (intercept), age, member, x[1], x[2], x[3].
CREATE FUNCTION pg_temp.model(changes jsonb DEFAULT '{}') RETURNS quern.model LANGUAGE sql IMMUTABLE AS $$
  SELECT ('{"format": 2, "algorithm": "linear_regression", "options": {}, "target": "number", "rows": 9, "skipped": 0,
            "features": 5, "feature_names": ["age", "member", "x[1:3]"], "classes": [], "metrics": {},
            "parameters": {"estimate": [1, 2, 3, 10, 100, 1000]}}'::jsonb || changes)::text::quern.model
$$;
CREATE TABLE person (note text, x float8[], gone integer, age smallint, member boolean, id bigint);
INSERT INTO person VALUES ('a', '{4, 5, 6}', 0, 7, true, 1), ('b', '{0, 0, 1}', 0, 2, false, 2),
  ('null in age', '{1, 2, 3}', 0, NULL, true, 3), ('null in x', '{1, NULL, 3}', 0, 1, true, 4),
  ('x null', NULL, 0, 1, true, 5), (NULL, '{0, 0, 0}', NULL, 0, false, NULL);
ALTER TABLE person DROP COLUMN gone;
CREATE FUNCTION pg_temp.right(p person) RETURNS float8 LANGUAGE sql
  AS $$ SELECT quern.predict(pg_temp.model(), ARRAY[p.age, p.member::integer] || p.x) $$;
SELECT is(array_agg(quern.predict(pg_temp.model(), p) ORDER BY ctid), '{6558,1005,NULL,NULL,NULL,1}'::float8[],
  'the row of a table; NULL where a column that is needed is NULL') FROM person AS p;
SELECT is(quern.predict(pg_temp.model(), p), 1 + 2 * 7 + 3 + 6540::float8, 'the row of an alias')
FROM person AS p WHERE note = 'a';

-- Kinds of rows.
SELECT is(quern.predict(pg_temp.model(), s), 6558::float8, 'the row of a subquery, its columns in another order')
FROM (SELECT true AS member, 'other' AS rest, ARRAY[4, 5, 6] AS x, 7.0 AS age) AS s;
SELECT is(quern.predict(pg_temp.model(), s), 6558::float8, 'the row of VALUES')
FROM (VALUES (7, true, '{4,5,6}'::float8[])) AS s(age, member, x);
WITH c AS MATERIALIZED (SELECT age, x, member FROM person WHERE note = 'a')
SELECT is(quern.predict(pg_temp.model(), c), 6558::float8, 'the row of a WITH query') FROM c;
CREATE VIEW member AS SELECT id, member, age, x FROM person;
SELECT is(quern.predict(pg_temp.model(), m), 6558::float8, 'the row of a view') FROM member AS m WHERE id = 1;
SELECT is(quern.predict(pg_temp.model(), j), 6558::float8, 'the row of a join')
FROM ((SELECT id, age, x FROM person) AS a JOIN (SELECT id, member FROM person) AS b USING (id)) AS j WHERE id = 1;
SELECT is(quern.predict(pg_temp.model(), p), NULL, 'no row: the missing side of an outer join')
FROM (VALUES (99)) AS v(id) LEFT JOIN person AS p USING (id);
CREATE TYPE features_of_person AS (extra text, x numeric[], age numeric, member boolean);
ALTER TYPE features_of_person DROP ATTRIBUTE extra;
CREATE DOMAIN whole AS integer CHECK (VALUE >= 0);
CREATE DOMAIN three AS float4[] CHECK (cardinality(VALUE) = 3);
CREATE DOMAIN checked AS features_of_person CHECK ((VALUE).age >= 0);
SELECT is(quern.predict(pg_temp.model(), ('{4,5,6}', 7, true)::features_of_person), 6558::float8,
  'a composite type with a dropped attribute');
SELECT is(quern.predict(pg_temp.model(), ('{4,5,6}', 7, true)::features_of_person::checked), 6558::float8,
  'a domain over a composite type');
CREATE TABLE holder (f features_of_person);
INSERT INTO holder VALUES (('{4,5,6}', 7, true)::features_of_person);
SELECT is(quern.predict(pg_temp.model(), f), 6558::float8, 'a column of a composite type') FROM holder;
ALTER TYPE features_of_person ADD ATTRIBUTE zip integer, ADD ATTRIBUTE later float8;
SELECT is(quern.predict(pg_temp.model(), f), 6558::float8, 'stored before the type got more attributes') FROM holder;
SELECT is(quern.predict(pg_temp.model('{"features": 1, "feature_names": ["later"], "parameters": {"estimate": [1]}}'), f), NULL,
  'which are NULL there') FROM holder;
ALTER TABLE person ADD COLUMN bonus float8 DEFAULT 42;
SELECT is(quern.predict(pg_temp.model('{"features": 1, "feature_names": ["bonus"], "parameters": {"estimate": [2]}}'), p),
  84::float8, 'a column that was added with a default') FROM person AS p WHERE id = 1;
DO $$
DECLARE
  r record;
  t person%ROWTYPE;
  total float8 := 0;
BEGIN
  FOR r IN SELECT * FROM person WHERE id <= 2 LOOP total := total + quern.predict(pg_temp.model(), r); END LOOP;
  FOR r IN SELECT x, member, age FROM person WHERE id <= 2 LOOP total := total + quern.predict(pg_temp.model(), r); END LOOP;
  SELECT * INTO t FROM person WHERE id = 1;
  total := total + quern.predict(pg_temp.model(), t);
  CREATE TEMP TABLE loops AS SELECT total;
END $$;
SELECT is(total, 2 * (6558 + 1005) + 6558::float8, 'records of PL/pgSQL, of two types at one place') FROM loops;
CREATE FUNCTION pg_temp.either(which integer) RETURNS record LANGUAGE plpgsql AS $$
DECLARE
  r record;
BEGIN
  IF which % 2 = 0 THEN SELECT 7 AS age, '{4,5,6}'::float8[] AS x, true AS member INTO r;
  ELSE SELECT 'other' AS note, false AS member, '{0,0,1}'::float4[] AS x, 2::numeric AS age INTO r; END IF;
  RETURN r;
END $$;
SELECT is(array_agg(quern.predict(pg_temp.model(), pg_temp.either(i)) ORDER BY i), '{1005,6558,1005,6558,1005}'::float8[],
  'records whose type changes from row to row') FROM generate_series(1, 5) AS i;
SELECT is(array_agg(quern.predict(pg_temp.model(jsonb_build_object('parameters', jsonb_build_object('estimate',
  ARRAY[i % 20, 1, 1, 1, 1, 1]))), p) ORDER BY i), array_agg((i % 20) + 7 + 1 + 15::float8 ORDER BY i),
  'models that change from row to row') FROM generate_series(1, 60) AS i, person AS p WHERE id = 1;

-- Types of columns.
CREATE FUNCTION pg_temp.typed(type text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  result float8;
BEGIN
  EXECUTE format('SELECT quern.predict(pg_temp.model(''{"features": 2, "feature_names": ["a", "b"], "parameters": {"estimate": [1, 10]}}''), t)
                  FROM (SELECT 3::%1$s AS b, 5::%1$s AS a) AS t', type) INTO result;
  RETURN result;
END $$;
SELECT is(pg_temp.typed(type), 35::float8, type) FROM unnest('{smallint,integer,bigint,real,float8,numeric,whole}'::text[]) AS type;
CREATE FUNCTION pg_temp.typed_array(type text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  result float8;
BEGIN
  EXECUTE format('SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 7 AS age, true AS member, %s AS x) AS t', type) INTO result;
  RETURN result;
END $$;
SELECT is(pg_temp.typed_array(x), 6558::float8, x)
FROM unnest(ARRAY['ARRAY[4,5,6]', 'ARRAY[4,5,6]::bigint[]', 'ARRAY[4,5,6]::smallint[]', 'ARRAY[4,5,6]::real[]',
  'ARRAY[4,5,6]::float8[]', 'ARRAY[4,5,6]::numeric[]', 'ARRAY[4,5,6]::three', '''[0:2]={4,5,6}''::float8[]',
  '''{1:4,2:5,3:6}/3''::quern.svec', '''{4,5,6}''::quern.features', '''{1:4,2:5,3:6}/3''::quern.features']) AS x;
SELECT is(quern.predict(pg_temp.model('{"features": 1, "feature_names": ["a"], "parameters": {"estimate": [1]}}'), t),
  'NaN'::float8, 'numeric NaN') FROM (SELECT 'NaN'::numeric AS a) AS t;

-- Names: elements one by one, a part of an array, the same column twice, columns that look like elements.
SELECT is(quern.predict(pg_temp.model('{"feature_names": ["age", "x[1]", "x[2]", "x[3]", "member"]}'), p),
  1 + 14 + 12 + 50 + 600 + 1000::float8, 'elements by their names') FROM person AS p WHERE id = 1;
SELECT is(quern.predict(pg_temp.model('{"features": 2, "feature_names": ["x[3]", "x[1]"], "parameters": {"estimate": [1, 10]}}'), p),
  46::float8, 'some elements, of arrays of any length') FROM person AS p WHERE id = 1;
SELECT is(quern.predict(pg_temp.model('{"features": 2, "feature_names": ["age", "age"], "parameters": {"estimate": [1, 10]}}'), p),
  77::float8, 'the same column twice') FROM person AS p WHERE id = 1;
SELECT is(quern.predict(pg_temp.model(), t), 6558::float8, 'columns that are named like elements')
FROM (SELECT 6 AS "x[3]", 4 AS "x[1]", 5 AS "x[2]", 7 AS age, true AS member) AS t;
SELECT is(quern.predict(pg_temp.model('{"features": 2, "feature_names": ["Ünïcode \"x\"", "Age"], "parameters": {"estimate": [1, 10]}}'),
  t), 21::float8, 'names as they are quoted') FROM (SELECT 9 AS age, 2 AS "Age", 1 AS "Ünïcode ""x""") AS t;
SELECT is(quern.predict(pg_temp.model('{"features": 0, "feature_names": [], "parameters": {"estimate": [5]}}'), p), 5::float8,
  'no features') FROM person AS p WHERE id = 1;
SELECT is((SELECT feature_names FROM quern.info(pg_temp.model())), 'age, member, x[1], x[2], x[3]', 'info shows every name');
SELECT is((SELECT array_agg(term) FROM quern.coefficients(pg_temp.model())),
  '{(intercept),age,member,x[1],x[2],x[3]}'::text[], 'coefficients shows every name');
SELECT is(pg_temp.model()::text::jsonb -> 'feature_names', '["age", "member", "x[1:3]"]', 'the text form has the run');
SELECT is((SELECT feature_names FROM quern.info(pg_temp.model('{"features": 9007199254740992,
  "feature_names": ["x[1:9007199254740992]"], "parameters": {}}'))), 'x[1:9007199254740992]', 'info of very many features');

-- All four functions, and their array forms.
CREATE TABLE fitted (name text, model quern.model);
INSERT INTO fitted VALUES
  ('logistic', pg_temp.model('{"algorithm": "logistic_regression", "target": "boolean", "classes": ["false", "true"],
    "features": 2, "feature_names": ["a", "b"], "parameters": {"estimate": [0.5, 1, -2]}}')),
  ('multinomial', pg_temp.model('{"algorithm": "multinomial_regression", "target": "text class", "classes": ["u", "v", "w"],
    "features": 2, "feature_names": ["a", "b"], "metrics": {"baseline": 0},
    "parameters": {"estimate": [[0, 0, 0], [1, 1, 0], [-1, 0, 2]], "std_error": [["NaN", "NaN", "NaN"], [1, 1, 1], [1, 1, 1]]}}')),
  ('svm', pg_temp.model('{"algorithm": "linear_svm", "target": "numeric class", "classes": ["-1", "1"],
    "features": 2, "feature_names": ["a", "b"], "parameters": {"estimate": [0, 1, -2]}}')),
  ('svm of three', pg_temp.model('{"algorithm": "linear_svm", "target": "numeric class", "classes": ["10", "20", "30"],
    "features": 2, "feature_names": ["a", "b"], "parameters": {"estimate": [[0, 1, 0], [0, 0, 1], [0.25, 0, 0]]}}')),
  ('bayes', pg_temp.model('{"algorithm": "gaussian_naive_bayes", "target": "text class", "classes": ["u", "v"],
    "features": 2, "feature_names": ["a", "b"],
    "parameters": {"prior": [0.5, 0.5], "mean": [[0, 0], [2, 0]], "variance": [[1, 1], [1, 1]]}}')),
  ('poisson', pg_temp.model('{"algorithm": "poisson_regression", "features": 2, "feature_names": ["a", "b"],
    "parameters": {"estimate": [0.5, 1, -2], "std_error": [1, 1, 1]}}')),
  ('gamma', pg_temp.model('{"algorithm": "gamma_regression", "features": 2, "feature_names": ["a", "b"],
    "parameters": {"estimate": [0.5, 1, -2]}, "metrics": {"df_residual": 5}}')),
  ('svr', pg_temp.model('{"algorithm": "svm_regression", "features": 2, "feature_names": ["a", "b"],
    "parameters": {"estimate": [0.5, 1, -2]}}')),
  ('huber', pg_temp.model('{"algorithm": "huber_regression", "features": 2, "feature_names": ["a", "b"],
    "parameters": {"estimate": [0.5, 1, -2]}}'));
CREATE TABLE spot AS SELECT b, 'rest' AS rest, a FROM (VALUES (1.5, 0.25), (-1, 3), (0, 0)) AS v(a, b);
CREATE FUNCTION pg_temp.use(call text, which text, a text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT quern.%s(model, %s)::text FROM fitted, spot WHERE name = ANY (%L) ORDER BY name, spot.a',
    call, a, which);
END $$;
SELECT results_eq(format($$SELECT pg_temp.use(%L, %L, 'spot')$$, call, which),
  format($$SELECT pg_temp.use(%L, %L, %L)$$, call, which, x), call || ': a row is the array ' || x)
FROM (VALUES ('predict', '{logistic,svm,svm of three,poisson,gamma,svr,huber}'), ('predict_proba', '{logistic,multinomial,bayes}'),
  ('predict_label', '{logistic,multinomial,svm,svm of three,bayes}'),
  ('decision_function', '{logistic,multinomial,svm,svm of three,bayes,poisson,gamma,svr,huber}')) AS c(call, which),
  unnest('{"ARRAY[a, b]","ARRAY[a, b]::float8[]","ARRAY[a, b]::float8[]::quern.svec"}'::text[]) AS x;
SELECT is(quern.predict(model, spot), exp(0.5 + 1.5 - 0.5)::float8, name || ': the exponential of the linear predictor')
FROM fitted, spot WHERE name IN ('poisson', 'gamma') AND a = 1.5;
SELECT is(quern.decision_function(model, spot), '{1.5}'::float8[], name || ': decision_function is the linear predictor')
FROM fitted, spot WHERE name IN ('logistic', 'poisson', 'gamma', 'svr', 'huber') AND a = 1.5;
SELECT is(quern.predict(model, spot), 1.5::float8, name || ' is linear') FROM fitted, spot
WHERE name IN ('svr', 'huber') AND a = 1.5;
SELECT cmp_ok(pg_temp.digits(quern.predict_proba(model, spot), ARRAY[1 / s, exp(2.5::float8) / s, exp(-0.5::float8) / s]),
  '>=', 15::float8, 'multinomial_regression: softmax')
FROM fitted, spot, (SELECT 1 + exp(2.5::float8) + exp(-0.5::float8) AS s) AS total WHERE name = 'multinomial' AND a = 1.5;
SELECT is(array_agg(quern.predict_label(model, spot) ORDER BY a), '{w,v,v}'::text[], 'multinomial_regression: the likeliest')
FROM fitted, spot WHERE name = 'multinomial';
SELECT is(array_agg(quern.predict(model, spot) ORDER BY a), '{-1,-1,1}'::float8[], 'linear_svm: 0 is not above 0')
FROM fitted, spot WHERE name = 'svm';
SELECT is(array_agg(quern.predict(model, spot) ORDER BY a), '{20,30,10}'::float8[], 'linear_svm: one against the rest')
FROM fitted, spot WHERE name = 'svm of three';
SELECT cmp_ok(abs((quern.decision_function(model, spot))[1] - (a ^ 2 - (a - 2) ^ 2) / 2), '<', 1e-14::float8,
  'gaussian_naive_bayes: the log odds') FROM fitted, spot WHERE name = 'bayes';
SELECT is(array_agg(concat_ws(' ', class, term, estimate, std_error)), '{v (intercept) 1 1,v a 1 1,v b 0 1,w (intercept) -1 1,w a 0 1,w b 2 1}'::text[],
  'coefficients leaves the baseline out')
FROM fitted, quern.coefficients(model) WHERE name = 'multinomial';
SELECT is(array_agg(class), '{10,10,10,20,20,20,30,30,30}'::text[], 'coefficients of each class')
FROM fitted, quern.coefficients(model) WHERE name = 'svm of three';
SELECT is(array_agg(class), '{NULL,NULL,NULL}'::text[], 'coefficients of one equation')
FROM fitted, quern.coefficients(model) WHERE name = 'svm';

-- Sparse rows are not written out: a width that no array could have.
CREATE TABLE sparse AS
SELECT i, format('{%s:%s,%s:-1}/100000', i, i, 90000 + i)::quern.svec AS x, i * 2 AS n FROM generate_series(1, 50) AS i;
CREATE FUNCTION pg_temp.wide(algorithm text, names text) RETURNS quern.model LANGUAGE sql AS $$
  SELECT pg_temp.model(jsonb_build_object('algorithm', algorithm, 'features', 100000 + (names LIKE '%"n"%')::integer,
    'feature_names', names::jsonb, 'parameters', jsonb_build_object('estimate',
      (SELECT jsonb_agg(j % 7) FROM generate_series(0, 100000 + (names LIKE '%"n"%')::integer) AS j))))
$$;
CREATE TABLE wide AS SELECT pg_temp.wide('linear_regression', '["x[1:100000]"]') AS alone,
  pg_temp.wide('linear_regression', '["x[1:100000]", "n"]') AS before, pg_temp.wide('linear_regression', '["n", "x[1:100000]"]') AS after;
SELECT is(count(*) FILTER (WHERE quern.predict(alone, s) <> (i % 7) * i - (90000 + i) % 7), 0::bigint, 'a sparse column')
FROM wide, sparse AS s;
SELECT is(count(*) FILTER (WHERE quern.predict(alone, x) <> (i % 7) * i - (90000 + i) % 7), 0::bigint, 'a sparse argument')
FROM wide, sparse AS s;
SELECT is(count(*) FILTER (WHERE quern.predict(before, s) <> (i % 7) * i - (90000 + i) % 7 + (100001 % 7) * n), 0::bigint,
  'a sparse column and then a number') FROM wide, sparse AS s;
SELECT is(count(*) FILTER (WHERE quern.predict(after, s) <> n + ((i + 1) % 7) * i - (90001 + i) % 7), 0::bigint,
  'a number and then a sparse column') FROM wide, sparse AS s;
SELECT is(quern.predict(pg_temp.model('{"features": 6, "feature_names": ["y[1:2]", "age", "x[1:3]"],
  "parameters": {"estimate": [1, 10, 100, 1000, 10000, 100000]}}'), t), 653021::float8, 'sparse, number, dense')
FROM (SELECT ARRAY[3, 5, 6] AS x, '{1:1,2:2}/2'::quern.svec AS y, 0 AS age) AS t;
SELECT is(quern.predict(pg_temp.model('{"features": 3, "feature_names": ["x[2]", "x[5]", "x[1]"], "parameters": {"estimate": [1, 10, 100]}}'), t),
  741::float8, 'some elements of a sparse column') FROM (SELECT '{1:7,2:1,5:4,9:3}/10'::quern.svec AS x) AS t;

-- Errors. The array form of each stays what it was.
CREATE TABLE refused (place serial, query text, error text);
INSERT INTO refused (query, error) VALUES
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 1 AS age, '{1,2,3}'::float8[] AS x, 2 AS "Member") AS t$q$,
   $e$42703 | predict: the row has no column "member", a feature of the model | The row has the columns age, x, Member.$e$),
  ($q$SELECT quern.decision_function(pg_temp.model(), t) FROM (SELECT 1 AS age, true AS member, 2 AS "x[2]") AS t$q$,
   $e$42703 | decision_function: the row has no column "x", a feature of the model | The row has the columns age, member, x[2].$e$),
  ($q$SELECT quern.predict(pg_temp.model(), ROW(7, true, '{4,5,6}'::float8[]))$q$,
   $e$42703 | predict: the row has no column "age", a feature of the model | The columns of ROW(...) have no names. Give the row of a table or of a subquery.$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT '1' AS age, '{1,2,3}'::float8[] AS x, true AS member) AS t$q$,
   $e$42804 | predict: column "age" is of type text, and the model needs a number or a boolean | Cast it in a subquery.$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 1 AS age, now() AS member, '{1,2,3}'::float8[] AS x) AS t$q$,
   $e$42804 | predict: column "member" is of type timestamp with time zone, and the model needs a number or a boolean | Cast it in a subquery.$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT ARRAY[1] AS age, true AS member, '{1,2,3}'::float8[] AS x) AS t$q$,
   $e$42804 | predict: column "age" is of type integer[], and the model needs a number or a boolean$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 1 AS age, true AS member, 2 AS x) AS t$q$,
   $e$42804 | predict: column "x" is of type integer, and the model needs an array of numbers or an svec$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 1 AS age, true AS member, '{a}'::text[] AS x) AS t$q$,
   $e$42804 | predict: column "x" is of type text[], and the model needs an array of numbers or an svec$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 1 AS age, true AS member, '{1,2}'::float8[] AS x) AS t$q$,
   $e$22023 | predict: column "x" has 2 elements, and the model needs 3$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 1 AS age, true AS member, '{1:1}/4'::quern.svec AS x) AS t$q$,
   $e$22023 | predict: column "x" has 4 elements, and the model needs 3$e$),
  ($q$SELECT quern.predict(pg_temp.model(), t) FROM (SELECT 1 AS age, true AS member, '{{1,2,3}}'::float8[] AS x) AS t$q$,
   $e$2202E | predict: x must be a one-dimensional array, not one of 2 dimensions$e$),
  ($q$SELECT quern.predict(pg_temp.model('{"features": 1, "feature_names": ["x[4]"], "parameters": {"estimate": [1]}}'), p) FROM person AS p$q$,
   $e$22023 | predict: column "x" has 3 elements, and the model needs 4$e$),
  ($q$SELECT quern.predict(pg_temp.model('{"feature_names": []}'), p) FROM person AS p$q$,
   $e$22023 | predict: the features of the model have no names, so they cannot be found in a row | Give an array, or train with the option feature_names.$e$),
  ($q$SELECT quern.predict(pg_temp.model(), j) FROM ((SELECT 1 AS age, true AS member, '{1,2,3}'::float8[] AS x) AS a CROSS JOIN (SELECT 2 AS age) AS b) AS j$q$,
   $e$42702 | predict: the row has two columns "age" | Name the columns of the row in a subquery.$e$),
  ($q$SELECT quern.predict(pg_temp.model('{"feature_names": ["x[1:4]"]}'), '{1,2,3,4,5}')$q$,
   $e$22P02 | invalid input for type quern.model: its parts do not go together | The text form of a model is the JSON object that quern itself prints.$e$),
  ($q$SELECT quern.predict_proba(model, spot) FROM fitted, spot WHERE name = 'svm'$q$,
   $e$22023 | predict_proba: a linear_svm model has no probabilities | Use quern.decision_function, or train a logistic_regression.$e$),
  ($q$SELECT quern.predict_proba(model, '{1,2}') FROM fitted WHERE name = 'svm of three'$q$,
   $e$22023 | predict_proba: a linear_svm model has no probabilities | Use quern.decision_function, or train a logistic_regression.$e$),
  ($q$SELECT quern.predict_proba(model, spot) FROM fitted, spot WHERE name = 'poisson'$q$,
   $e$22023 | predict_proba: a poisson_regression model has no classes | Use quern.predict.$e$),
  ($q$SELECT quern.predict_label(model, spot) FROM fitted, spot WHERE name = 'huber'$q$,
   $e$22023 | predict_label: a huber_regression model has no classes | Use quern.predict.$e$),
  ($q$SELECT quern.predict(model, spot) FROM fitted, spot WHERE name = 'multinomial'$q$,
   $e$22023 | predict: the classes of the model are text, not numbers | Use quern.predict_label.$e$),
  ($q$SELECT quern.decision_function(model, '{1,2,3}') FROM fitted WHERE name = 'svm'$q$,
   $e$22023 | decision_function: the model has 2 features, the row has 3$e$),
  ($q$SELECT quern.predict(model, '{1:2}/5') FROM fitted WHERE name = 'svr'$q$,
   $e$22023 | predict: the model has 2 features, the row has 5$e$),
  ($q$SELECT quern.predict_label(model, '{1:2}/20000') FROM fitted WHERE name = 'bayes'$q$,
   $e$54000 | predict_label: x is a sparse vector of 20000 features, and a gaussian_naive_bayes model supports at most 16384$e$),
  ($q$SELECT quern.predict(pg_temp.model('{"algorithm": "linear_svm", "target": "numeric class", "classes": ["1", "2", "3"]}'), '{1,2,3,4,5}')$q$,
   $e$22023 | model: a linear_svm model of 5 features needs 3 rows of 5 or 6 values of "estimate", not 6 in 1$e$);
SELECT is(pg_temp.error_of(query), error, query) FROM refused ORDER BY place;

-- Resolution: with the overload for rows every literal is still features.
PREPARE untyped AS SELECT quern.predict(pg_temp.model(), $1);
CREATE TEMP TABLE by_parameter AS EXECUTE untyped('{7,1,4,5,6}');
SELECT is(predict, 6558::float8, 'an untyped parameter') FROM by_parameter;
SELECT is(pg_temp.error_of(format('SELECT quern.%s(model, %s) FROM fitted WHERE name = ''logistic''', call, x)), 'no error',
  format('%s(model, %s)', call, x))
FROM unnest('{predict,predict_proba,predict_label,decision_function}'::text[]) AS call,
  unnest(ARRAY['''{1,2}''', 'ARRAY[1,2]', 'ARRAY[1.5,2]', 'ARRAY[1,NULL]', 'NULL', '''{1,NULL}''', '''{1:2}/2''', 'ARRAY[1,2]::real[]',
    'ARRAY[1,2]::numeric[]', 'ARRAY[1,2]::bigint[]', 'ARRAY[1,2]::smallint[]', '''{1:2}/2''::quern.svec', 'NULL::quern.svec',
    'NULL::float8[]', 'NULL::record', '''{1,2}''::quern.features', '(SELECT ARRAY[1,2])', '(SELECT t FROM (SELECT 1 AS a, 2 AS b) AS t)']) AS x;
SELECT is(left(pg_temp.error_of(format('SELECT quern.predict(model, %s) FROM fitted WHERE name = ''logistic''', x)), 5), '42883',
  format('predict(model, %s) does not exist', x))
FROM unnest(ARRAY['1', '''{1,2}''::text', 'ARRAY[''1'']', 'true', 'now()', '''{}''::jsonb', 'ARRAY[true]', 'point(1, 2)']) AS x;
SELECT is(quern.predict(NULL, '{1,2}'), NULL, 'no model, an array');
SELECT is(quern.predict(NULL, person), NULL, 'no model, a row') FROM person WHERE id = 1;
SELECT is(quern.predict(model, NULL::spot), NULL, 'a model, no row') FROM fitted WHERE name = 'logistic';

-- In parallel.
CREATE TABLE many AS SELECT i % 13 AS b, sin(i) AS a, repeat('x', 100) AS pad FROM generate_series(1, 20000) AS i;
ALTER TABLE many SET (parallel_workers = 2);
ANALYZE many;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT model AS svr FROM fitted WHERE name = 'svr' \gset
SELECT matches(pg_temp.plan_of(format($q$SELECT sum(quern.predict(%L, many)) FROM many$q$, :'svr')), 'Gather.*Partial Aggregate',
  'predict of a row runs in parallel workers');
SELECT is(round(sum(quern.predict(:'svr', many))::numeric, 6), round(sum(0.5 + a - 2 * b)::numeric, 6), 'and is the same there')
FROM many;
SELECT is(count(*) FILTER (WHERE quern.predict(:'svr', s) <> quern.predict(:'svr', ARRAY[a, b])), 0::bigint,
  'rows of a subquery in parallel workers') FROM (SELECT pad, b, a, random() AS other FROM many OFFSET 0) AS s;
SELECT is(count(*) FILTER (WHERE quern.predict(:'svr', s) <> quern.predict(:'svr', ARRAY[a, b])), 0::bigint,
  'rows without a type of their own in parallel workers') FROM (SELECT pad, b, a FROM many) AS s;

SELECT * FROM finish();
ROLLBACK;
