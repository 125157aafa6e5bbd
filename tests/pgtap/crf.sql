-- Conditional random fields: against MADlib's figures, CRFsuite's, and themselves.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql
SET LOCAL client_min_messages = error;

-- CRFsuite 0.12 (python-crfsuite 0.9.12, epsilon 1e-13, delta 1e-16), which minimises the sum of the negative log-likelihoods +
-- c1 |w|_1 + c2 |w|^2: l1 = c1 / n, l2 = 2 c2 / n. It prints weights with six decimals.
CREATE TABLE planted (labels text[], features jsonb);
INSERT INTO planted VALUES
('{C,A,B,C,A}', '[{"w=3":1,"v":1.27,"s":"m"},{"w=1":1,"v":0.23,"s":"m"},{"w=4":1,"v":1.19,"s":"n"},{"w=6":1,"v":1.27,"s":"o"},{"w=1":1,"v":0.5,"s":"m"}]'),
('{B,C}', '[{"w=3":1,"v":1.01,"s":"o"},{"w=6":1,"v":1.74,"s":"m"}]'),
('{B,C,A,B}', '[{"w=3":1,"v":0.96,"s":"o"},{"w=0":1,"v":1.29,"s":"o"},{"w=6":1,"v":0.48,"s":"m"},{"w=4":1,"v":0.9,"s":"o"}]'),
('{B,C}', '[{"w=3":1,"v":1.02,"s":"o"},{"w=7":1,"v":1.56,"s":"o"}]'),
('{C,A,B,B,C}', '[{"w=6":1,"v":1.1,"s":"m"},{"w=1":1,"v":1.0,"s":"m"},{"w=4":1,"v":0.83,"s":"o"},{"w=3":1,"v":0.79,"s":"n"},{"w=8":1,"v":1.51,"s":"m"}]'),
('{A,A}', '[{"w=1":1,"v":0.92,"s":"m"},{"w=2":1,"v":0.28,"s":"n"}]'),
('{C}', '[{"w=6":1,"v":1.56,"s":"m"}]'),
('{B,A,B,C,A}', '[{"w=7":1,"v":0.86,"s":"n"},{"w=1":1,"v":0.6,"s":"m"},{"w=3":1,"v":1.27,"s":"n"},{"w=6":1,"v":1.14,"s":"m"},{"w=0":1,"v":0.18,"s":"m"}]'),
('{C,A,B,C}', '[{"w=6":1,"v":1.63,"s":"o"},{"w=1":1,"v":0.97,"s":"m"},{"w=3":1,"v":1.26,"s":"o"},{"w=7":1,"v":1.59,"s":"o"}]'),
('{B,B}', '[{"w=5":1,"v":1.03,"s":"n"},{"w=0":1,"v":1.38,"s":"n"}]'),
('{A,B,C,A,B}', '[{"w=0":1,"v":0.17,"s":"m"},{"w=4":1,"v":1.44,"s":"o"},{"w=1":1,"v":1.57,"s":"o"},{"w=0":1,"v":0.31,"s":"m"},{"w=4":1,"v":0.83,"s":"n"}]'),
('{C,B,C,A}', '[{"w=8":1,"v":1.25,"s":"m"},{"w=3":1,"v":0.89,"s":"o"},{"w=6":1,"v":1.89,"s":"m"},{"w=3":1,"v":0.22,"s":"n"}]'),
('{B}', '[{"w=1":1,"v":1.01,"s":"o"}]'),
('{B,C,B,B,C}', '[{"w=5":1,"v":0.88,"s":"o"},{"w=4":1,"v":1.89,"s":"o"},{"w=4":1,"v":1.18,"s":"n"},{"w=3":1,"v":1.29,"s":"o"},{"w=6":1,"v":1.99,"s":"o"}]'),
('{C}', '[{"w=7":1,"v":1.96,"s":"o"}]'),
('{B,C,A,B,C}', '[{"w=4":1,"v":1.08,"s":"n"},{"w=7":1,"v":1.59,"s":"o"},{"w=0":1,"v":0.18,"s":"n"},{"w=5":1,"v":1.4,"s":"n"},{"w=8":1,"v":1.82,"s":"m"}]'),
('{A,B,C,A}', '[{"w=2":1,"v":0.93,"s":"m"},{"w=1":1,"v":1.48,"s":"o"},{"w=6":1,"v":1.41,"s":"o"},{"w=1":1,"v":0.79,"s":"n"}]'),
('{A,A}', '[{"w=0":1,"v":0.26,"s":"n"},{"w=2":1,"v":0.91,"s":"n"}]'),
('{B}', '[{"w=4":1,"v":1.35,"s":"n"}]'),
('{A,C,A,B}', '[{"w=2":1,"v":0.29,"s":"m"},{"w=7":1,"v":1.28,"s":"o"},{"w=0":1,"v":0.58,"s":"m"},{"w=5":1,"v":0.71,"s":"n"}]'),
('{A,B}', '[{"w=1":1,"v":0.93,"s":"n"},{"w=3":1,"v":0.91,"s":"o"}]'),
('{A,A,B,A}', '[{"w=0":1,"v":0.93,"s":"m"},{"w=0":1,"v":0.3,"s":"n"},{"w=5":1,"v":1.05,"s":"o"},{"w=4":1,"v":0.75,"s":"n"}]'),
('{C,A,B,A,B}', '[{"w=8":1,"v":1.28,"s":"o"},{"w=2":1,"v":0.31,"s":"n"},{"w=3":1,"v":0.8,"s":"n"},{"w=2":1,"v":0.75,"s":"n"},{"w=4":1,"v":1.09,"s":"n"}]'),
('{A,B,B,C,C}', '[{"w=2":1,"v":0.71,"s":"n"},{"w=4":1,"v":1.05,"s":"n"},{"w=3":1,"v":1.29,"s":"o"},{"w=6":1,"v":1.26,"s":"o"},{"w=6":1,"v":1.22,"s":"m"}]');
CREATE TABLE crfsuite (run text, label text, term text, weight float8);
INSERT INTO crfsuite SELECT 'c2', * FROM (VALUES
  ('C','(after C)',-0.750903),('A','(after C)',0.685898),('B','(after C)',-0.685183),('C','(after A)',-0.454531),('A','(after A)',0.208631),('B','(after A)',0.838762),('C','(after B)',0.70875),('A','(after B)',-0.138451),('B','(after B)',-0.412974),('C','w=3',-0.580676),('A','w=3',-0.210019),('B','w=3',0.790694),('C','v',0.712922),('A','v',-0.912288),('B','v',0.199366),('C','s=m',0.344348),('A','s=m',1.154719),('C','w=1',-0.676659),('A','w=1',0.8144),('B','w=1',-0.137742),('C','w=4',-0.48931),('A','w=4',-0.289415),('B','w=4',0.778725),('A','s=n',1.18529),('B','s=n',0.899891),('C','w=6',0.926201),('A','w=6',-0.135663),('C','s=o',0.437784),('B','s=o',0.604637),('C','w=0',-0.500941),('A','w=0',0.722766),('B','w=0',-0.221825),('C','w=7',0.341589),('B','w=7',-0.107038),('C','w=8',0.637032),('A','w=2',1.320804),('B','w=5',0.856039)) AS v;
INSERT INTO crfsuite SELECT 'c1', * FROM (VALUES
  ('C','(after C)',-0.60105),('A','(after C)',0.923023),('B','(after C)',-0.326419),('C','(after A)',-0.260289),('B','(after A)',0.872914),('C','(after B)',1.130509),('B','(after B)',-0.089118),('C','w=3',-0.599162),('B','w=3',1.07504),('C','v',0.951194),('A','v',-2.062627),('C','s=m',0.124645),('A','s=m',2.550473),('C','w=1',-0.993347),('A','w=1',1.549574),('C','w=4',-0.381555),('B','w=4',0.933058),('A','s=n',3.247854),('B','s=n',2.116413),('C','w=6',1.396292),('B','s=o',0.480769),('C','w=0',-0.522309),('A','w=0',1.248734),('C','w=7',0.193279),('C','w=8',0.90534),('A','w=2',2.5086),('B','w=5',1.530085)) AS v;
INSERT INTO crfsuite SELECT 'all', * FROM (VALUES
  ('C','(after C)',-0.825739),('A','(after C)',0.742683),('B','(after C)',-0.758342),('C','(after A)',-0.47161),('A','(after A)',0.256265),('B','(after A)',0.749305),('C','(after B)',0.901514),('A','(after B)',-0.087489),('B','(after B)',-0.506587),('C','w=3',-0.732124),('A','w=3',-0.140479),('B','w=3',0.872603),('C','v',0.951389),('A','v',-1.31702),('B','v',0.365632),('C','s=m',-0.071033),('A','s=m',1.224282),('B','s=m',-1.153249),('C','w=1',-1.000347),('A','w=1',1.19352),('B','w=1',-0.193174),('C','w=4',-0.450913),('A','w=4',-0.276555),('B','w=4',0.727469),('C','s=n',-1.751188),('A','s=n',1.135141),('B','s=n',0.616047),('C','w=6',0.885652),('A','w=6',-0.203053),('B','w=6',-0.682599),('C','s=o',0.213438),('A','s=o',-0.735),('B','s=o',0.521563),('C','w=0',-0.689608),('A','w=0',0.915502),('B','w=0',-0.225895),('C','w=7',0.567632),('A','w=7',-0.371189),('B','w=7',-0.196443),('C','w=8',0.722108),('A','w=8',-0.409947),('B','w=8',-0.31216),('C','w=2',-0.410362),('A','w=2',1.350957),('B','w=2',-0.940594),('C','w=5',-0.500821),('A','w=5',-0.434333),('B','w=5',0.935154)) AS v;
CREATE TABLE run AS
SELECT run, loss, quern.train('crf', 'SELECT labels, features FROM planted', options || '{"ends": false, "tol": 1e-9, "max_iter": 5000}') AS model
FROM (VALUES ('c2', 34.681277, '{"l2": 0.058333333333333327}'::jsonb),
             ('c1', 28.22354, '{"l1": 0.016666666666666666, "l2": 0.0041666666666666666}'::jsonb),
             ('all', 22.345539, '{"l2": 0.024999999999999998, "all_possible_states": true, "all_possible_transitions": true}'::jsonb)) AS r(run, loss, options);
SELECT cmp_ok(abs(24 * pg_temp.metric(model, 'loss') - loss), '<', 2e-6::numeric::float8, 'the objective of CRFsuite: ' || run) FROM run;
SELECT is(pg_temp.metric(model, 'converged'), 1::float8, 'converges: ' || run) FROM run;
SELECT is((SELECT ARRAY[count(*), count(*) FILTER (WHERE abs(estimate - weight) < 2e-5)] FROM quern.coefficients(model) AS c
           FULL JOIN (SELECT * FROM crfsuite AS s WHERE s.run = run.run) AS s ON c.class = s.label AND c.term = s.term
           WHERE abs(coalesce(estimate, 0)) > 1e-6 OR weight <> 0),
          (SELECT ARRAY[count(*), count(*)] FROM crfsuite AS s WHERE s.run = run.run), 'the weights of CRFsuite: ' || run)
FROM run;
WITH fourth AS (SELECT features FROM planted OFFSET 3 LIMIT 1), c2 AS (SELECT model FROM run WHERE run = 'c2')
SELECT is(quern.tag(model, features), '{B,C}', 'the labels of CRFsuite') FROM fourth, c2 UNION ALL
SELECT cmp_ok(pg_temp.digits(exp(quern.tag_log_probability(model, features)), 0.7692373714068559), '>', 5::float8, 'their probability') FROM fourth, c2 UNION ALL
SELECT cmp_ok(pg_temp.digits(quern.tag_marginals(model, features), '{{0.03579550654493152, 0.8660594371833534, 0.09814505627171469}, {0.02298781236174942, 0.1274402457994584, 0.8495719418387921}}'), '>', 4::float8, 'the marginals of CRFsuite')
FROM fourth, c2;

-- MADlib's own tests of its module crf (data/madlib_crf). Its objective is the sum of the negative log-likelihoods + 0.01 / 2 |w|^2
-- over 45 labels, most of which never occur; its weights are those after 20 iterations of its L-BFGS.
\cd data/madlib_crf
CREATE TABLE segment (start_pos int, doc_id int, seg_text text, label int, max_pos int);
\copy segment FROM 'train_segmenttbl.csv' CSV
CREATE TABLE regex (pattern text, name text);
\copy regex FROM 'train_regex.csv' CSV
CREATE TABLE label (id int, label text);
\copy label FROM 'crf_label.csv' CSV
CREATE TABLE expected (id int, name text, prev_label int, label int, weight float8);
\copy expected FROM 'expected_crf_feature.csv' CSV
CREATE TABLE test_segment (start_pos int, doc_id int, seg_text text, max_pos int);
\copy test_segment FROM 'test_segmenttbl.csv' CSV
CREATE TABLE dictionary (token text, total int);
\copy dictionary FROM 'crf_dictionary.csv' CSV
CREATE TABLE weight (id int, name text, prev_label int, label int, weight float8);
\copy weight FROM 'crf_feature_test.csv' CSV
CREATE TABLE extraction (doc_id int, start_pos int, seg_text text, label text);
\copy extraction FROM 'expected_extraction.csv' CSV
\cd ../..

CREATE FUNCTION pg_temp.features(token text, unknown boolean) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array('W_' || token) || (SELECT coalesce(jsonb_agg('R_' || name), '[]') FROM regex WHERE token ~ pattern)
         || CASE WHEN unknown THEN '["U"]' ELSE '[]' END::jsonb
$$;
CREATE TABLE sentence AS
SELECT doc_id, array_agg(label.label ORDER BY start_pos) AS labels, jsonb_agg(pg_temp.features(seg_text, n = 1) ORDER BY start_pos) AS features
FROM (SELECT *, count(*) OVER (PARTITION BY seg_text) AS n FROM segment) AS s JOIN label ON s.label = label.id GROUP BY doc_id;
-- Their features by our names.
CREATE FUNCTION pg_temp.term(name text, prev_label int) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN name LIKE 'E.%' THEN '(after ' || (SELECT label FROM label WHERE id = prev_label) || ')'
              WHEN name = 'S.' THEN '(first)' WHEN name = 'End.' THEN '(last)' ELSE name END
$$;
CREATE FUNCTION pg_temp.model_of(weights regclass, penalty float8) RETURNS quern.model LANGUAGE plpgsql AS $$
DECLARE
  model text;
BEGIN
  EXECUTE format($sql$
    WITH ls AS (SELECT array_agg(label ORDER BY label COLLATE "C") AS ls FROM label),
         w AS (SELECT pg_temp.term(name, prev_label) AS term, array_position(ls.ls, l.label) - 1 AS label, weight,
                      array_position(ls.ls, p.label) - 1 AS before
               FROM %s AS w JOIN label AS l ON w.label = l.id LEFT JOIN label AS p ON w.prev_label = p.id, ls),
         state AS (SELECT * FROM w WHERE term !~ '^\((after|first|last)'),
         starts AS (SELECT term, sum(count(*)) OVER (ORDER BY term) AS upto FROM state GROUP BY term)
    SELECT jsonb_build_object('format', 2, 'algorithm', 'crf', 'options', '{}'::jsonb, 'target', 'text class', 'rows', 0, 'skipped', 0,
      'features', (SELECT count(*) FROM starts), 'feature_names', (SELECT jsonb_agg(term ORDER BY term) FROM starts),
      'classes', to_jsonb(ls), 'metrics', '{}'::jsonb, 'parameters', jsonb_build_object(
        'state', (SELECT jsonb_agg(weight ORDER BY term, label) FROM state),
        'state_label', (SELECT jsonb_agg(label ORDER BY term, label) FROM state),
        'state_start', (SELECT '[0]' || jsonb_agg(upto ORDER BY term) FROM starts),
        'transition', (SELECT jsonb_agg(line ORDER BY i) FROM (
           SELECT i, jsonb_agg(coalesce((SELECT weight FROM w WHERE before = i AND label = j), 0) ORDER BY j) AS line
           FROM generate_series(0, 44) AS i, generate_series(0, 44) AS j GROUP BY i) AS t),
        'start', (SELECT jsonb_agg(coalesce((SELECT weight FROM w WHERE term = '(first)' AND label = j), 0) ORDER BY j) FROM generate_series(0, 44) AS j),
        'end', (SELECT jsonb_agg(coalesce((SELECT weight FROM w WHERE term = '(last)' AND label = j), 0) ORDER BY j) FROM generate_series(0, 44) AS j)))::text
    FROM ls $sql$, weights) INTO model;
  RETURN model::quern.model;
END
$$;
CREATE TABLE madlib AS
SELECT quern.train('crf', 'SELECT labels, features FROM sentence',
                   jsonb_build_object('l2', 0.01 / 2, 'labels', (SELECT array_agg(label) FROM label), 'tol', 1e-8)) AS model,
       pg_temp.model_of('expected', 0.01) AS reference;
SELECT is((SELECT ARRAY[count(*), count(term), count(name)] FROM quern.coefficients(model) AS c
           FULL JOIN (SELECT pg_temp.term(name, prev_label) AS name, l.label FROM expected AS e JOIN label AS l ON e.label = l.id) AS e
           ON c.term = e.name AND c.class = e.label), '{115,115,115}', 'the features of MADlib, and no others')
FROM madlib;
-- log p of the right labels under a model: all others left out of reach by one more feature.
CREATE FUNCTION pg_temp.objective(model quern.model) RETURNS float8 LANGUAGE sql STABLE AS $$
  SELECT sum((SELECT -quern.tag_log_probability(model, features) FROM sentence AS s WHERE s.doc_id = t.doc_id
              AND quern.tag(model, features) = labels)) + 0.005 * (SELECT sum(estimate ^ 2) FROM quern.coefficients(model))
  FROM sentence AS t
$$;
SELECT cmp_ok(pg_temp.digits(pg_temp.objective(reference), 4.759479461515921), '>', 9::float8, 'the objective at the weights of MADlib') FROM madlib;
SELECT cmp_ok(pg_temp.digits(pg_temp.objective(model), 2 * pg_temp.metric(model, 'loss')), '>', 9::float8, 'and at ours') FROM madlib;
SELECT cmp_ok(pg_temp.objective(reference) / pg_temp.objective(model), '>=', 1::float8, 'the optimum is not above them') FROM madlib;
SELECT cmp_ok(pg_temp.objective(reference) / pg_temp.objective(model), '<', 1.02::float8, 'nor far below') FROM madlib;
SELECT cmp_ok((SELECT max(abs(c.estimate - e.weight)) FROM quern.coefficients(model) AS c
               JOIN (SELECT pg_temp.term(name, prev_label) AS name, l.label, weight FROM expected AS e JOIN label AS l ON e.label = l.id) AS e
               ON c.term = e.name AND c.class = e.label), '<', 0.4::float8, 'weights are those of MADlib but for the iterations it left out')
FROM madlib;
SELECT is(pg_temp.metric(model, 'accuracy'), 1::float8, 'all labels of its training sentences are learned') FROM madlib;

CREATE TABLE tagged AS
SELECT doc_id, tokens, quern.tag((SELECT pg_temp.model_of('weight', 0)), features) AS labels
FROM (SELECT doc_id, array_agg(seg_text ORDER BY start_pos) AS tokens, jsonb_agg(pg_temp.features(seg_text,
        NOT EXISTS (SELECT FROM (SELECT token, sum(total) AS total FROM dictionary GROUP BY token) AS d
                    WHERE token = seg_text AND total > 1)) ORDER BY start_pos) AS features
      FROM test_segment GROUP BY doc_id) AS t;
SELECT bag_eq('SELECT doc_id, i - 1, token, label FROM tagged, unnest(tokens, labels) WITH ORDINALITY AS t(token, label, i)',
              'SELECT doc_id, start_pos::bigint, seg_text, label FROM extraction', 'the labels that MADlib expects, all 61');

-- The same sequences in every form.
CREATE TABLE form AS SELECT id, labels, names, jsonb_agg(to_jsonb(n)) AS json, array_agg(n[1]) AS one FROM (
  SELECT id, array_agg((ARRAY['A', 'B', 'C'])[1 + (id * 7 + t * t) % 3] ORDER BY t) AS labels,
         array_agg(ARRAY[(id * 7 + t * t) % 5, 10 + (id + t) % 4]::text[] ORDER BY t) AS names
  FROM generate_series(1, 40) AS id, generate_series(1, 9) AS t WHERE t <= 1 + id % 9 GROUP BY id) AS s,
  LATERAL (SELECT ARRAY[names[i][1], names[i][2]] AS n FROM generate_subscripts(names, 1) AS i) AS r GROUP BY id, labels, names;
ALTER TABLE form ADD flat text[], ADD ids int[], ADD big bigint[], ADD matrix int[], ADD offsets int[], ADD weight float8;
UPDATE form SET flat = ARRAY(SELECT unnest(names)), ids = ARRAY(SELECT unnest(names)::int), big = ARRAY(SELECT unnest(names)::bigint),
  matrix = names::int[], offsets = ARRAY(SELECT 2 * i FROM generate_series(0, cardinality(labels)) AS i), weight = 1 + id % 2;
CREATE TABLE reference AS SELECT quern.train('crf', 'SELECT labels, json FROM form ORDER BY id') AS model;
CREATE FUNCTION pg_temp.weights(model quern.model) RETURNS jsonb LANGUAGE sql AS
  $$ SELECT jsonb_agg(c) FROM quern.coefficients(model) AS c $$;
SELECT is(pg_temp.weights(quern.train('crf', format('SELECT labels, %s FROM form ORDER BY id', columns))), pg_temp.weights(model), 'trained on ' || columns)
FROM reference, unnest('{names, "flat, offsets", "ids, offsets", "big, offsets::bigint[]", matrix}'::text[]) AS columns;
SELECT is(quern.tag(model, names), quern.tag(model, json), 'tag: matrix of text') FROM form, reference WHERE id = 17 UNION ALL
SELECT is(quern.tag(model, flat, offsets), quern.tag(model, json), 'tag: text and offsets') FROM form, reference WHERE id = 17 UNION ALL
SELECT is(quern.tag(model, ids, offsets), quern.tag(model, json), 'tag: numbers and offsets') FROM form, reference WHERE id = 17 UNION ALL
SELECT is(quern.tag(model, matrix), quern.tag(model, json), 'tag: matrix of numbers') FROM form, reference WHERE id = 17 UNION ALL
SELECT is(quern.tag(model, '[[1, "10"], ["3", 12]]'), quern.tag(model, '[{"1": true, "10": 1, "7": false}, {"3": 1.0, "12": 1}]'), 'tag: JSON')
FROM reference;
SELECT is(pg_temp.weights(quern.train('crf', 'SELECT labels, json FROM form', options)), pg_temp.weights(model), options::text)
FROM (SELECT quern.train('crf', 'SELECT labels, json FROM form') AS model) AS m, (VALUES ('{"store": "none"}'::jsonb), ('{"precision": "float4"}')) AS o(options);
SELECT is(pg_temp.weights(quern.train('crf', 'SELECT labels, json, weight FROM form ORDER BY id', '{"weight": "weight", "l2": 0.1, "tol": 1e-8}')) -> 3 -> 'class',
          pg_temp.weights(quern.train('crf', 'SELECT labels, json FROM form, generate_series(1, weight::int) ORDER BY id', '{"l2": 0.1, "tol": 1e-8}')) -> 3 -> 'class', 'weights');
SELECT cmp_ok(pg_temp.digits(pg_temp.estimates(quern.train('crf', 'SELECT labels, json, weight FROM form ORDER BY id', '{"weight": "weight", "l2": 0.1, "tol": 1e-8}')),
                             pg_temp.estimates(quern.train('crf', 'SELECT labels, json FROM form, generate_series(1, weight::int) ORDER BY id', '{"l2": 0.1, "tol": 1e-8}'))),
              '>', 4::float8, 'a weight of 2 is a row twice');
-- The aggregate: the same model, for each group.
SELECT is(pg_temp.weights(quern.crf(labels, json ORDER BY id)), (SELECT pg_temp.weights(model) FROM reference), 'aggregate') FROM form;
SELECT unnest(ARRAY[is(pg_temp.weights(quern.crf(labels, names ORDER BY id)), (SELECT pg_temp.weights(model) FROM reference), 'aggregate of a matrix of text'),
  is(pg_temp.weights(quern.crf(labels, matrix ORDER BY id)), (SELECT pg_temp.weights(model) FROM reference), 'aggregate of a matrix of numbers'),
  is(pg_temp.weights(quern.crf(labels, flat, offsets ORDER BY id)), (SELECT pg_temp.weights(model) FROM reference), 'aggregate of text and offsets'),
  is(pg_temp.weights(quern.crf(labels, ids, offsets ORDER BY id)), (SELECT pg_temp.weights(model) FROM reference), 'aggregate of numbers and offsets'),
  is(pg_temp.weights(quern.crf(labels, big, offsets ORDER BY id)), (SELECT pg_temp.weights(model) FROM reference), 'aggregate of bigint and offsets')])
FROM form;
CREATE TABLE weighted AS SELECT quern.train('crf', 'SELECT labels, json, weight FROM form ORDER BY id', '{"weight": "weight", "l2": 0.1}') AS model;
SELECT unnest(ARRAY[is(pg_temp.weights(quern.crf(labels, json, weight, '{"l2": 0.1}' ORDER BY id)), (SELECT pg_temp.weights(model) FROM weighted), 'aggregate with weights'),
  is(pg_temp.weights(quern.crf(labels, ids, offsets, weight, '{"l2": 0.1}' ORDER BY id)), (SELECT pg_temp.weights(model) FROM weighted), 'aggregate with offsets and weights'),
  is(pg_temp.weights(quern.crf(labels, ids, offsets, '{"l2": 0.1}'::jsonb ORDER BY id)), pg_temp.weights(quern.crf(labels, json, '{"l2": 0.1}' ORDER BY id)), 'aggregate with offsets and options')])
FROM form;
SELECT is(pg_temp.weights(quern.crf_merge(s)), pg_temp.weights((SELECT model FROM reference)), 'states of parts, merged')
FROM (SELECT quern.crf_state(labels, json ORDER BY id) AS s FROM form GROUP BY id > 13 ORDER BY id > 13) AS parts;
SELECT ok(quern.crf(labels, json) IS NULL, 'no rows') FROM form WHERE false;
SELECT is((SELECT ARRAY[rows, skipped, features, classes] FROM quern.info((SELECT quern.crf(l, f) FROM (VALUES
  ('{A,B}'::text[], '[["x"],["y"]]'::jsonb), (NULL, '[]'), ('{A}', NULL), ('{A,NULL}', '[["x"],["x"]]'), ('{A}', '[null]'), ('{A}', '[{"x": null}]'),
  ('{}', '[]'), ('{B}', '[["y"]]')) AS t(l, f)))), '{3,5,2,2}', 'rows with a NULL in them are left out of an aggregate too');
SELECT is((SELECT array_agg(tags ORDER BY odd) FROM (SELECT id % 2 AS odd, quern.tag(quern.crf(labels, json), '[["1"],["11"]]')::text AS tags FROM form GROUP BY 1) AS q),
          (SELECT array_agg(quern.tag(quern.train('crf', format('SELECT labels, json FROM form WHERE id %% 2 = %s', odd)), '[["1"],["11"]]')::text ORDER BY odd)
           FROM generate_series(0, 1) AS odd), 'a model for each group');
SELECT ok(quern.crf('{A,A}'::text[], '{1,2}'::int[]) IS NULL, 'one label is no model');
SELECT ok(quern.crf('{}'::text[], '[]'::jsonb) IS NULL, 'nor are empty sequences');
SELECT ok(quern.crf('{A,A}'::text[], '{1,2}'::int[], '{"labels": ["A", "B"]}'::jsonb) IS NOT NULL, 'unless there may be another label');
SELECT throws_ok(format('SELECT quern.crf(%s)', arguments), '22023', message, message) FROM (VALUES
  ($$'{A,B}'::text[], '[["x"]]'::jsonb$$, 'crf: a row has 2 labels and features of 1 positions'),
  ($$'{A,B}'::text[], '{1,2,3}'::int[], '{0,1}'::int[]$$, 'crf: offsets must end with the number of features'),
  ($$'{A,B}'::text[], '{"x": 1}'::jsonb$$, 'crf: features must be a JSON array of positions'),
  ($$'{A,B}'::text[], '[[],[]]'::jsonb, -1, '{}'$$, 'crf: weight must be finite and at least 0, not -1'),
  ($$'{A,B}'::text[], '[[],[]]'::jsonb, '{"max_seconds": 1}'$$, 'crf: option "max_seconds" is of quern.train, not of the aggregate'),
  ($$'{A,B}'::text[], '[[],[]]'::jsonb, '{"l3": 1}'$$, 'crf: unknown option "l3"')) AS t(arguments, message);

-- As many processes as there are: the same bits, whatever numbers they gave to labels and features.
CREATE TABLE many AS SELECT labels, json FROM form, generate_series(1, 400) ORDER BY md5(id::text || generate_series);
ALTER TABLE many SET (parallel_workers = 2);
ANALYZE many;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE TABLE alone_and_not AS
SELECT workers, set_config('max_parallel_workers_per_gather', workers::text, true),
       pg_temp.weights(quern.train('crf', 'SELECT labels, json FROM many', '{"max_iter": 5}')) AS weights FROM (VALUES (0), (2)) AS w(workers);
SELECT is((SELECT weights FROM alone_and_not WHERE workers = 2), (SELECT weights FROM alone_and_not WHERE workers = 0), 'two workers, the same bits');
SELECT is(pg_temp.weights(quern.train('crf', 'SELECT labels, json FROM many', options)), pg_temp.weights(quern.train('crf', 'SELECT labels, json FROM many', options)), 'sgd: by its seed')
FROM (VALUES ('{"solver": "sgd", "max_iter": 3, "seed": 5}'::jsonb)) AS o(options);

-- Odd sequences.
SELECT is(quern.tag(model, '[]'), '{}', 'an empty sequence') FROM reference UNION ALL
SELECT is(quern.tag_marginals(model, '[]'), '{}', 'has no marginals') FROM reference UNION ALL
SELECT is(quern.tag_log_probability(model, '[]'), 0::float8, 'and is certain') FROM reference UNION ALL
SELECT is(cardinality(quern.tag(model, '[["nobody knows"]]')), 1, 'features that the model does not know') FROM reference UNION ALL
SELECT is(quern.tag(model, '[[]]'), quern.tag(model, '[["nobody knows"]]'), 'are as none') FROM reference UNION ALL
SELECT is(quern.tag(model, '[["1", null]]'), NULL, 'a null') FROM reference UNION ALL
SELECT is(quern.tag(model, NULL::jsonb), NULL, 'NULL') FROM reference UNION ALL
SELECT is(cardinality(quern.tag(model, (SELECT jsonb_agg(ARRAY['1', '12']) FROM generate_series(1, 10000)))), 10000, 'long sequences') FROM reference;
SELECT is((SELECT ARRAY[rows, skipped, features, classes] FROM quern.info(quern.train('crf', $$SELECT * FROM (VALUES
  ('{A,B}'::text[], '[["x"],["y"]]'::jsonb), (NULL, '[]'), ('{A}', NULL), ('{A,NULL}', '[["x"],["x"]]'), ('{A}', '[null]'), ('{A}', '[{"x": null}]'),
  ('{}', '[]'), ('{B}', '[["y"]]')) AS t(l, f)$$))), '{3,5,2,2}', 'rows with a NULL in them are left out, empty ones are not');
SELECT lives_ok($$SELECT quern.train('crf', 'SELECT l, f FROM (VALUES (''{A,B}''::text[], ''[{"x":1e8},{"x":-1e8}]''::jsonb)) AS t(l, f)')$$, 'huge values');

-- What is refused.
SELECT throws_ok(format('SELECT quern.train(''crf'', $q$SELECT %s$q$, %L)', query, options), code, message, message)
FROM (VALUES
  ('''{A,B}''::text[] AS l, ''[["x"]]''::jsonb AS f', '{}', '22023', 'crf: a row has 2 labels ("l") and features of 1 positions ("f")'),
  ('''{A,A}''::text[] AS l, ''[["x"],[]]''::jsonb AS f', '{}', '22023', 'crf: the label is "A" at all positions'),
  ('''{A,B}''::text[] AS l, ''[["x"],[]]''::jsonb AS f', '{"labels": ["A", "C"]}', '22023', 'crf: option "labels" lacks "B"'),
  ('''{A,B}''::text[] AS l, ''{"x": 1}''::jsonb AS f', '{}', '22023', 'crf: features must be a JSON array of positions'),
  ('''{A,B}''::text[] AS l, ''[[["x"]]]''::jsonb AS f', '{}', '22023', 'crf: a position has an array or object inside'),
  ('''{A,B}''::text[] AS l, ''[[true]]''::jsonb AS f', '{}', '22023', 'crf: a feature must be a name, not true or false'),
  ('''{A,B}''::text[] AS l, ''{1,2,3}''::int[] AS f, ''{0,1}''::int[] AS o', '{}', '22023', 'crf: offsets must end with the number of features'),
  ('''{A,B}''::text[] AS l, ''{1,2,3}''::int[] AS f, ''{1,3}''::int[] AS o', '{}', '22023', 'crf: offsets must start with 0'),
  ('''{A,B}''::text[] AS l, ''{1,2,3}''::int[] AS f, ''{0,4,3}''::int[] AS o', '{}', '22023', 'crf: offsets must ascend to the number of features'),
  ('''{A,B}''::text[] AS l, ''[]''::jsonb AS f, ''{0}''::int[] AS o', '{}', '22023', 'train: the query has a column "o" too many'),
  ('''{}''::text[] AS l, ''[]''::jsonb AS f', '{}', '22023', 'crf: all sequences are empty'),
  ('1 AS l, ''[]''::jsonb AS f', '{}', '22023', 'crf: column "l" is of type integer, which is no array of labels'),
  ('''{A}''::text[] AS l, 1 AS f', '{}', '22023', 'crf: column "f" is of type integer, which is no feature of a sequence'),
  ('''{A}''::text[] AS l, ''[["x"]]''::jsonb AS f', '{"solver": "sgd", "l1": 1}', '22023', 'crf: solver "sgd" has no l1 penalty')
) AS t(query, options, code, message);
SELECT throws_ok(format('SELECT quern.%s FROM reference', call), '22023', message, message)
FROM (VALUES ('predict(model, ''{1}'')', 'predict: a crf model labels sequences, not rows'),
             ('predict_label(model, ''{1}'')', 'predict_label: a crf model labels sequences, not rows'),
             ('tag(quern.linear_regression(1, ''{1}''), ''[]'')', 'tag: the model is of linear_regression, not of crf'),
             ('update(model, ''SELECT labels, json FROM form'')', 'update: a model of crf cannot be continued')) AS t(call, message);

-- Features of tokens.
SELECT is(quern.token_features('{New,U2}', '{"window": 0, "prefixes": 1, "suffixes": 2}'),
          '[["bias", "word=New", "lower=new", "shape=Xxx", "prefix=N", "suffix=w", "suffix=ew", "capital", "first"],
            ["bias", "word=U2", "lower=u2", "shape=Xd", "prefix=U", "suffix=2", "has_digit", "capital", "last"]]', 'token_features');
SELECT is(quern.token_features('{}'), '[]', 'of no tokens');
SELECT is(quern.token_features('{a,NULL}'), NULL, 'of a NULL');
SELECT is(quern.token_features('{a,"b\""}', '{"lower": false, "shape": false, "flags": false, "bias": false, "window": 1, "prefixes": 0, "suffixes": 0}'),
          '[["word=a", "first", "+1:word=b\""], ["word=b\"", "last", "-1:word=a"]]', 'neighbours');
SELECT throws_ok($$SELECT quern.token_features('{a}', '{"prefix": 1}')$$, '22023', 'token_features: unknown option "prefix"');

SELECT * FROM finish();
ROLLBACK;
