-- How arguments may be written: every number type, every array of numbers, every literal, every way in which an array is stored.
BEGIN;
SELECT no_plan();

CREATE TABLE sample (i integer, y integer, a integer, b integer, flag boolean);
INSERT INTO sample VALUES (1, 3, 1, 2, false), (2, 7, 2, 1, false), (3, 6, 3, 5, false), (4, 12, 4, 2, true),
  (5, 9, 5, 6, true),
                          (6, 7, 3, 3, true), (7, 8, 4, 4, false);
CREATE DOMAIN feature_vector AS float8[] CHECK (cardinality(VALUE) = 2);
CREATE DOMAIN small_vector AS smallint[];
CREATE TABLE forms (learner text, form text, model text);

-- x in each form, y in each type, for a learner whose y is a number.
CREATE FUNCTION pg_temp.fit(learner text, y text, x text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO forms SELECT %1$L, %2$L, quern.%1$s(%2$s)::text FROM sample', learner, concat(y, ', ', x));
END
$$;

SELECT pg_temp.fit(learner, y, x)
FROM (VALUES ('linear_regression', 'y'), ('logistic_regression', 'flag'), ('gaussian_naive_bayes', 'flag'))
  AS learners(learner, y),
     unnest(ARRAY['ARRAY[a, b]', 'ARRAY[a, b]::float8[]', 'ARRAY[a, b]::float4[]', 'ARRAY[a, b]::smallint[]',
       'ARRAY[a, b]::bigint[]',
                  'ARRAY[a, b]::numeric[]', 'ARRAY[a, b]::feature_vector', 'ARRAY[a, b]::small_vector',
                    'ARRAY[a::float8, b]',
                  'ARRAY[a::numeric, b::float4]', 'format(''{%s,%s}'', a, b)::float8[]',
                    'format(''{%s,%s}'', a, b)::quern.features',
                  'array_append(ARRAY[a], b)', '(SELECT array_agg(v) FROM (VALUES (a), (b)) AS u(v))',
                  '(ARRAY[0, a, b, 0]::float8[])[2:3]', 'string_to_array(a || '' '' || b, '' '')::numeric[]',
                  'format(''[0:1]={%s,%s}'', a, b)::float8[]']) AS x;
SELECT is(count(DISTINCT model), 1::bigint, learner || ': every form of x gives the same model') FROM forms GROUP BY learner
ORDER BY learner;
SELECT is(count(*), 51::bigint, 'all forms were tried') FROM forms;

-- Literals: unknown until resolved.
SELECT lives_ok(format('SELECT quern.%s(%s, %s)', learner, y, x), format('%s(%s, %s)', learner, y, x))
FROM (VALUES ('linear_regression', '1'), ('linear_regression', '1.5'), ('linear_regression', '''1.5'''),
  ('linear_regression', '1::numeric'),
             ('gaussian_naive_bayes', 'true'), ('gaussian_naive_bayes', '''a'''), ('gaussian_naive_bayes', '1'),
               ('gaussian_naive_bayes', '1.5'),
             ('gaussian_naive_bayes', '''a''::varchar'), ('gaussian_naive_bayes', '1::smallint')) AS learners(learner, y),
     unnest(ARRAY['ARRAY[1,2]', '''{1,2}''', 'ARRAY[1.5,2]', '''{1.5,2e3}''', 'ARRAY[1,2]::real[]', '''{1,NULL}''', 'NULL'])
       AS x;
SELECT lives_ok(format('SELECT quern.moments(%s)', x), format('moments(%s)', x))
FROM unnest(ARRAY['ARRAY[1,2]', '''{1,2}''', 'ARRAY[1.5,2]', 'NULL', 'ARRAY[1,2]::smallint[]']) AS x;
SELECT is(quern.predict(model, '{1, 2}'), quern.predict(model, ARRAY[1, 2]), 'predict of a literal')
FROM (SELECT quern.linear_regression(y, ARRAY[a, b]) AS model FROM sample) AS fitted;
SELECT is(count(DISTINCT p), 1::bigint, 'predict of every number type')
FROM (SELECT quern.linear_regression(y, ARRAY[a, b]) AS model FROM sample) AS fitted,
     LATERAL (VALUES (quern.predict(model, ARRAY[1, 2])), (quern.predict(model, ARRAY[1, 2]::smallint[])),
       (quern.predict(model, ARRAY[1, 2]::bigint[])),
                     (quern.predict(model, ARRAY[1, 2]::numeric[])), (quern.predict(model, ARRAY[1, 2]::float4[])),
                     (quern.predict(model, ARRAY[1.0, 2])), (quern.predict(model, ARRAY[1, 2]::feature_vector)),
                       (quern.predict(model, '{1,2}'))) AS v(p);

-- y of every number type.
TRUNCATE forms;
SELECT pg_temp.fit('linear_regression', 'y::' || type, 'ARRAY[a, b]')
FROM unnest(ARRAY['float8', 'float4', 'integer', 'bigint', 'smallint', 'numeric']) AS type;
SELECT is(count(*) || ' ' || count(DISTINCT model), '6 1', 'linear_regression: y of every number type') FROM forms;
TRUNCATE forms;
SELECT pg_temp.fit('logistic_regression', 'flag::integer::' || type, 'ARRAY[a, b]')
FROM unnest(ARRAY['float8', 'float4', 'integer', 'bigint', 'smallint', 'numeric']) AS type;
SELECT is(count(*) || ' ' || count(DISTINCT model), '6 1', 'logistic_regression: y of every number type') FROM forms;
SELECT is((SELECT quern.logistic_regression(flag, ARRAY[a, b]) FROM sample)::jsonb - '{target,classes}'::text[],
          (SELECT model::jsonb - '{target,classes}'::text[] FROM forms LIMIT 1),
            'logistic_regression: a boolean y is a 0/1 y but for the names of its classes');
TRUNCATE forms;
SELECT pg_temp.fit('gaussian_naive_bayes', '(y % 3)::' || type, 'ARRAY[a, b]')
FROM unnest(ARRAY['integer', 'bigint', 'smallint', 'float8', 'float4', 'numeric']) AS type;
SELECT is(count(*) || ' ' || count(DISTINCT model), '6 1', 'gaussian_naive_bayes: y of every number type') FROM forms;

-- The forms with options and weight; NULL options are the defaults; weights of any number type.
SELECT unnest(ARRAY[is(two, three, learner || ': NULL options are none'), is(two, four, learner || ': weight 1 is none'),
  is(two, five, learner || ': {} is none')])
FROM (SELECT 'linear_regression' AS learner, quern.linear_regression(y, ARRAY[a, b])::jsonb AS two,
  quern.linear_regression(y, ARRAY[a, b], NULL)::jsonb AS three,
             quern.linear_regression(y, ARRAY[a, b], 1, NULL)::jsonb AS four,
               quern.linear_regression(y, ARRAY[a, b], '{}')::jsonb AS five FROM sample
      UNION ALL
      SELECT 'logistic_regression', quern.logistic_regression(flag, ARRAY[a, b])::jsonb,
        quern.logistic_regression(flag, ARRAY[a, b], NULL)::jsonb,
             quern.logistic_regression(flag, ARRAY[a, b], 1, NULL)::jsonb,
               quern.logistic_regression(flag, ARRAY[a, b], '{}')::jsonb FROM sample
      UNION ALL
      SELECT 'gaussian_naive_bayes', quern.gaussian_naive_bayes(flag, ARRAY[a, b])::jsonb,
        quern.gaussian_naive_bayes(flag, ARRAY[a, b], NULL)::jsonb,
             quern.gaussian_naive_bayes(flag, ARRAY[a, b], 1, NULL)::jsonb,
               quern.gaussian_naive_bayes(flag, ARRAY[a, b], '{}')::jsonb FROM sample) AS models;
SELECT is(count(DISTINCT model), 1::bigint, 'weights of every number type')
FROM (SELECT quern.linear_regression(y, ARRAY[a, b], i, '{"l2": 1}')::text FROM sample
      UNION ALL SELECT quern.linear_regression(y, ARRAY[a, b], i::numeric, '{"l2": 1}')::text FROM sample
      UNION ALL SELECT quern.linear_regression(y, ARRAY[a, b], i::float4, '{"l2": 1}'::jsonb)::text FROM sample
      UNION ALL SELECT quern.linear_regression(y, ARRAY[a, b], i::smallint, jsonb_build_object('l2', 1))::text
      FROM sample) AS weighted(model);

-- There is no form with a weight and no options.
SELECT throws_ok(format('SELECT quern.%s(%s, ARRAY[a, b], %s) FROM sample', learner, y, weight), '42883', NULL,
  format('%s(y, x, %s) does not exist', learner, weight))
FROM (VALUES ('linear_regression', 'y'), ('logistic_regression', 'flag'), ('gaussian_naive_bayes', 'flag'))
  AS learners(learner, y),
     unnest(ARRAY['1.5', 'i', 'i::float8']) AS weight;
-- What is no array of numbers is no x.
SELECT throws_ok(format('SELECT quern.linear_regression(1, %s)', x), '42883', NULL, format('x := %s does not exist', x))
FROM unnest(ARRAY['ARRAY[''a'']::text[]', 'ARRAY[true]', '''{1}''::text', '1', 'ARRAY[now()]', '''{}''::jsonb']) AS x;
SELECT set_eq('SELECT pg_get_function_identity_arguments(aggfnoid) FROM pg_aggregate WHERE aggfnoid::text = ''quern.linear_regression''',
  ARRAY['y double precision, x quern.features', 'y double precision, x quern.features, options jsonb',
        'y double precision, x quern.features, weight double precision, options jsonb'],
          'the forms of linear_regression are three');

-- Ways in which an array is stored: short header, four-byte header, compressed, out of line, both.
CREATE TABLE stored (i integer, y float8, x float8[], r float4[], n numeric[], k bigint[]);
INSERT INTO stored
SELECT i, (i % 7) + (i % 3), x, x, x, x FROM generate_series(1, 60) AS i,
       LATERAL (SELECT array_agg(((i * j) % 11 + (i * i + j) % 5)::float8) AS x FROM generate_series(1, 5) AS j) AS features;
CREATE FUNCTION pg_temp.wide(x float8[]) RETURNS float8[] LANGUAGE sql
  AS $$ SELECT x || array_fill(0::float8, ARRAY[1000]) || random_tail FROM (SELECT array_agg(sin(v)) AS random_tail FROM generate_series(1, 700) AS v) AS tail $$;
CREATE TABLE wide (i integer, y float8, plain float8[], compressed float8[], external float8[], extended float8[]);
ALTER TABLE wide ALTER plain SET STORAGE PLAIN, ALTER compressed SET STORAGE MAIN, ALTER external SET STORAGE EXTERNAL,
  ALTER extended SET STORAGE EXTENDED;
INSERT INTO wide SELECT i, y, (x || array_fill(0::float8, ARRAY[400])), (x || array_fill(0::float8, ARRAY[400])),
  pg_temp.wide(x), pg_temp.wide(x) FROM stored;
SELECT is(max(pg_column_size(x)) = 61 AND max(pg_column_size(r)) = 41, true, 'arrays of five have a short header')
FROM stored;
SELECT is(max(pg_column_size(compressed)) < 1000 AND min(pg_column_size(plain)) > 3000, true,
  'one column is compressed, one is not') FROM wide;
SELECT cmp_ok(pg_relation_size(reltoastrelid), '>', 500000::bigint, 'two columns are out of line') FROM pg_class
WHERE oid = 'wide'::regclass;
SELECT is(count(DISTINCT m), 1::bigint, 'short arrays of every type')
FROM (SELECT quern.linear_regression(y, x)::text FROM stored UNION ALL SELECT quern.linear_regression(y, r)::text FROM stored
      UNION ALL SELECT quern.linear_regression(y, n)::text FROM stored UNION ALL SELECT quern.linear_regression(y, k)::text
      FROM stored
      UNION ALL SELECT quern.linear_regression(y, x || '{}'::float8[])::text FROM stored) AS models(m);
SELECT is(count(DISTINCT m), 1::bigint, 'compressed and plain arrays')
FROM (SELECT quern.moments(plain)::text FROM wide UNION ALL SELECT quern.moments(compressed)::text FROM wide) AS models(m);
SELECT is(count(DISTINCT m), 1::bigint, 'arrays out of line, plain and compressed')
FROM (SELECT quern.mean(quern.moments(external))::text FROM wide UNION ALL SELECT quern.mean(quern.moments(extended))::text
  FROM wide
      UNION ALL SELECT quern.mean(quern.moments(pg_temp.wide(x)))::text FROM stored) AS models(m);

-- A NULL anywhere in a row: the row is skipped and counted.
INSERT INTO sample VALUES (8, NULL, 1, 1, NULL), (9, 1, NULL, 1, true), (10, 1, NULL, NULL, false);
CREATE FUNCTION pg_temp.counts(model quern.model) RETURNS text LANGUAGE sql
  AS $$ SELECT rows || ' ' || skipped FROM quern.info(model) $$;
SELECT is(pg_temp.counts(quern.linear_regression(y, ARRAY[a, b])), '7 3', 'linear_regression: NULLs in y and x') FROM sample;
SELECT is(pg_temp.counts(quern.linear_regression(y, ARRAY[a, b]::numeric[])), '7 3', 'linear_regression: NULLs in numeric x')
FROM sample;
SELECT is(pg_temp.counts(quern.linear_regression(y, CASE WHEN a IS NOT NULL THEN ARRAY[a, b] END)), '7 3',
  'linear_regression: x NULL') FROM sample;
SELECT is(pg_temp.counts(quern.linear_regression(y, ARRAY[a, b], nullif(i, 3), NULL)), '6 4',
  'linear_regression: weight NULL') FROM sample;
SELECT is(pg_temp.counts(quern.logistic_regression(flag, ARRAY[a, b])), '7 3', 'logistic_regression: NULLs') FROM sample;
SELECT is(pg_temp.counts(quern.gaussian_naive_bayes(flag, ARRAY[a, b])), '7 3', 'gaussian_naive_bayes: NULLs') FROM sample;
SELECT is((quern.describe(y)).nulls, 1::bigint, 'describe counts NULLs') FROM sample;
SELECT is(quern.moments(ARRAY[a, b])::jsonb -> 'skipped', '2', 'moments counts NULLs') FROM sample;
SELECT is((quern.regression_metrics(y, a)).skipped, 3::bigint, 'regression_metrics counts NULLs') FROM sample;
SELECT is((quern.classification_metrics(flag, 0.5)).skipped, 1::bigint, 'classification_metrics counts NULLs') FROM sample;
SELECT unnest(ARRAY[is(quern.predict(model, NULL), NULL, 'predict: x NULL'),
  is(quern.predict(model, '{1, NULL}'), NULL, 'predict: NULL in x'),
                    is(quern.predict(NULL, '{1, 2}'), NULL, 'predict: model NULL')])
FROM (SELECT quern.linear_regression(y, ARRAY[a, b]) AS model FROM sample) AS fitted;

-- No rows, and rows that all have a NULL.
SELECT ok(quern.linear_regression(y, ARRAY[a, b]) IS NULL, 'no rows, no linear_regression') FROM sample WHERE false;
SELECT ok(quern.linear_regression(NULL, ARRAY[a, b]) IS NULL, 'only NULLs, no linear_regression') FROM sample;
SELECT ok(quern.logistic_regression(flag, ARRAY[a, b]) IS NULL, 'no rows, no logistic_regression') FROM sample WHERE false;
SELECT ok(quern.gaussian_naive_bayes(flag, ARRAY[a, b]) IS NULL, 'no rows, no gaussian_naive_bayes') FROM sample WHERE false;
SELECT ok(quern.moments(ARRAY[a, b]) IS NULL, 'no rows, no moments') FROM sample WHERE false;
SELECT ok(quern.describe(y) IS NULL, 'no rows, no description') FROM sample WHERE false;
SELECT ok(quern.regression_metrics(y, a) IS NULL, 'no rows, no regression_metrics') FROM sample WHERE false;
SELECT ok(quern.classification_metrics(flag, 0.5) IS NULL, 'no rows, no classification_metrics') FROM sample WHERE false;
SELECT ok(quern.confusion_matrix(flag, flag) IS NULL, 'no rows, no confusion_matrix') FROM sample WHERE false;
SELECT ok(quern.linear_regression_state(y, ARRAY[a, b]) IS NULL, 'no rows, no state') FROM sample WHERE false;
SELECT ok(quern.linear_regression_merge(NULL) IS NULL, 'no state, no model');

SELECT * FROM finish();
ROLLBACK;
