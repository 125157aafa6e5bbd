-- quern.svec: text, binary and stored forms, casts, arithmetic against dense arrays, order, svec_agg, and as feature argument.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL search_path = public, quern;
SET LOCAL client_min_messages = warning;

-- Text.
SELECT is(text::svec::text, printed, format('text %s', text)) FROM (VALUES
  ('{1:0.5,7:2}/100', '{1:0.5,7:2}/100'), (' { 7:2 , 1 : 0.5 } / 100', '{1:0.5,7:2}/100'), ('{3:0,2:-0}/4', '{}/4'),
  ('{}/0', '{}/0'), ('{1:NaN,2:-inf,3:+1e5}/3', '{1:NaN,2:-Infinity,3:100000}/3'),
  ('{2147483647:1e-300}/2147483647', '{2147483647:1e-300}/2147483647')) AS t(text, printed);
SELECT is(split_part(pg_temp.error_of(format('SELECT %L::svec', text)), ' | ', 1), state, format('text %s is refused', text))
FROM (VALUES ('', '22P02'), ('{1:2}', '22P02'), ('{1,2}', '22P02'), ('{1:2,1:3}/4', '22P02'), ('{0:2}/4', '22P02'),
  ('{5:2}/4', '22P02'), ('{-1:2}/4', '22P02'), ('{1:2}/2147483648', '22P02'), ('{1:1e400}/2', '22003'),
  ('{1:x}/2', '22P02'), ('{1:2}/3 and more', '22P02')) AS t(text, state);
SELECT is(pg_temp.error_of($$SELECT '{1:2;3:4}/5'::svec$$), '22P02 | invalid input syntax for type quern.svec: "{1:2;3:4}/5" at '
    'position 5 | Write {index:value,...}/size, such as {1:0.5,7:2}/100.', 'the message of bad text');
SELECT is(pg_temp.error_of($$SELECT '{1:2,9:4}/5'::svec$$),
  '22P02 | invalid input for type quern.svec: index 9 is not between 1 and the size 5', 'the message of a bad index');

-- Many vectors, of no entry to thousands: stored with short and long headers, compressed and out of line.
CREATE FUNCTION pg_temp.noise(i integer, j integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS
  $$SELECT hashint8extended(i, j) / 9223372036854775808.0::float8$$;
CREATE TABLE sample AS SELECT i, array_agg(CASE WHEN j % n = i % n THEN pg_temp.noise(i, j) ELSE 0 END ORDER BY j) AS a
FROM generate_series(1, 60) AS i, LATERAL (SELECT 1 + i % 12 AS n) AS every,
  generate_series(1, CASE WHEN i % 15 = 0 THEN 6000 ELSE 10 + i % 20 END) AS j GROUP BY i;
ALTER TABLE sample ADD x svec, ADD out_of_line svec;
ALTER TABLE sample ALTER out_of_line SET STORAGE EXTERNAL;
UPDATE sample SET x = a, out_of_line = a;
SELECT ok(bool_and(x::float8[] = a AND out_of_line::float8[] = a AND x = out_of_line AND dense(x) = a),
  'stored vectors are as they were') FROM sample;
SELECT ok(min(pg_column_size(x)) < 127 AND max(pg_column_size(x)) > 2000, 'with headers of both kinds') FROM sample;
SELECT ok(bool_and(x::text::svec = x AND x::jsonb::svec = x AND x::text::features::text = x::text),
  'through text, jsonb and features') FROM sample;
SELECT ok(bool_and(dim(x) = cardinality(a) AND nnz(x) = (SELECT count(*) FROM unnest(a) AS v WHERE v <> 0)), 'dim and nnz')
FROM sample;
SELECT ok(bool_and((SELECT array_agg(element(x, i) ORDER BY i) FROM generate_subscripts(a, 1) AS i) = a),
  'element by element') FROM sample WHERE cardinality(a) < 100;
SELECT is(ARRAY[element('{1:2}/3', 0), element('{1:2}/3', 4), element('{1:2}/3', -1)], '{NULL,NULL,NULL}'::float8[],
  'elements outside are NULL, as those of arrays');
SELECT ok(bool_and((SELECT array_agg((index, value)::text ORDER BY index) FROM entries(x)) IS NOT DISTINCT FROM
                   (SELECT array_agg((ordinality, v)::text ORDER BY ordinality) FROM unnest(a) WITH ORDINALITY AS u(v)
                    WHERE v <> 0)), 'entries') FROM sample;
SELECT is(encode(svec_send('{1:0.5,7:-2}/100'), 'hex'),
  concat('00000064', '00000002', '00000000', '00000000', '00000006', '3fe0000000000000', 'c000000000000000'), 'the binary form');

-- Casts.
SELECT is(x::text, '{1:1,3:-2}/4', format('from %s', type)) FROM (VALUES
  ('float8[]', '{1,0,-2,0}'::float8[]::svec), ('float4[]', '{1,0,-2,0}'::float4[]::svec),
  ('integer[]', '{1,0,-2,0}'::integer[]::svec), ('bigint[]', '{1,0,-2,0}'::bigint[]::svec),
  ('smallint[]', '{1,0,-2,0}'::smallint[]::svec), ('numeric[]', '{1,0,-2,0}'::numeric[]::svec),
  ('a constructor', svec(4, '{3,1,2}', '{-2,1,0}')), ('jsonb', '{"indices": [3, 1], "values": [-2, 1], "size": 4}'::jsonb::svec))
  AS t(type, x);
SELECT is('{}'::float8[]::svec::text, '{}/0', 'an empty array');
SELECT is('{}/0'::svec::float8[], '{}'::float8[], 'to an empty array');
SELECT is('{1:2,4:NaN}/5'::svec::jsonb, '{"size": 5, "indices": [1, 4], "values": [2, "NaN"]}'::jsonb, 'to jsonb');
SELECT is(pg_temp.error_of(statement), error, statement) FROM (VALUES
  ('SELECT ''{1,NULL}''::float8[]::svec', '22004 | svec: an array with a NULL has no sparse form'),
  ('SELECT ''{{1,2}}''::float8[]::svec', '2202E | svec: x must be a one-dimensional array, not one of 2 dimensions'),
  ('SELECT svec(4, ''{1,2}'', ''{1}'')', '22023 | svec: 2 indices, but 1 values'),
  ('SELECT svec(4, ''{1,1}'', ''{1,2}'')', '22023 | svec: index 1 is there twice'),
  ('SELECT svec(4, ''{5}'', ''{1}'')', '22023 | svec: index 5 is not between 1 and the size 4'),
  ('SELECT svec(-4, ''{}'', ''{}'')', '22023 | svec: the size must be between 0 and 2147483647, not -4'),
  ('SELECT svec(4, ''{NULL}'', ''{1}'')', '22004 | svec: an array with a NULL has no sparse form'),
  ('SELECT ''{}/2000000000''::svec::float8[]', '54000 | dense: an array holds at most 134217724 numbers, not 2000000000'),
  ('SELECT ''{"size": 4}''::jsonb::svec', '22P02 | invalid input for type quern.svec: "indices" must be there'))
  AS t(statement, error);

-- Arithmetic, against the arrays.
CREATE TABLE pair AS SELECT l.a, l.x, r.a AS b, r.x AS y FROM sample AS l JOIN sample AS r ON cardinality(l.a) = cardinality(r.a);
CREATE FUNCTION pg_temp.each(a float8[], b float8[], op text) RETURNS float8[] LANGUAGE sql AS $$
  SELECT array_agg(CASE op WHEN '+' THEN v + w WHEN '-' THEN v - w ELSE v * w END ORDER BY i)
  FROM unnest(a, b) WITH ORDINALITY AS u(v, w, i)
$$;
SELECT cmp_ok(count(*), '>', 100::bigint, 'there are pairs') FROM pair;
SELECT ok(bool_and((x + y)::float8[] = pg_temp.each(a, b, '+')), 'x + y') FROM pair;
SELECT ok(bool_and((x - y)::float8[] = pg_temp.each(a, b, '-')), 'x - y') FROM pair;
SELECT ok(bool_and((x * y)::float8[] = pg_temp.each(a, b, '*')), 'x * y') FROM pair;
SELECT ok(bool_and(x - x = svec(dim(x), '{}', '{}') AND nnz(x - x) = 0), 'zeros are not stored') FROM pair;
SELECT ok(bool_and(-x = -1 * x AND x + x = 2 * x AND 2 * x = x * 2 AND x * 0.5 + 0.5 * x = x), 'scalars') FROM pair;
SELECT ok(bool_and(abs(dot(x, y) - (SELECT sum(v * w) FROM unnest(a, b) AS u(v, w))) < 1e-10
               AND dot(x, y) = dot(x, b) AND dot(x, y) = dot(a, y) AND abs(dot(x, y) - dot(a, b)) < 1e-10), 'dot') FROM pair;
SELECT ok(bool_and(abs(l1_norm(x) - (SELECT sum(abs(v)) FROM unnest(a) AS v)) < 1e-10 AND abs(l1_norm(x) - l1_norm(a)) < 1e-10
               AND abs(l2_norm(x) ^ 2 - dot(x, x)) < 1e-10 AND abs(l2_norm(x) - l2_norm(a)) < 1e-10
               AND linf_norm(x) = (SELECT max(abs(v)) FROM unnest(a) AS v) AND linf_norm(x) = linf_norm(a)), 'norms')
FROM sample;
SELECT is(dot('{1:2,3:4}/3', '{1,2,3}'), 14::float8, 'literals, sparse and dense');
SELECT is(dot(ARRAY[1,2], ARRAY[3,4]::smallint[]), 11::float8, 'arrays of whole numbers');
SELECT is(dot('{1:2}/2', '{1,NULL}'), NULL, 'an array with a NULL');
SELECT is(pg_temp.error_of(statement), error, statement) FROM (VALUES
  ('SELECT ''{}/3''::svec + ''{}/4''', '22023 | add: the vectors have different sizes (3 and 4)'),
  ('SELECT ''{}/3''::svec - ''{}/4''', '22023 | subtract: the vectors have different sizes (3 and 4)'),
  ('SELECT ''{}/3''::svec * ''{}/4''::svec', '22023 | multiply: the vectors have different sizes (3 and 4)'),
  ('SELECT dot(''{}/3'', ''{1}'')', '22023 | dot: the vectors have different sizes (3 and 1)'),
  ('SELECT ''{1:1e308}/3''::svec * 10', '22003 | multiply: result out of range'),
  ('SELECT l1_norm(''{1:1e308,2:-1e308}/3'')', '22003 | l1_norm: result out of range')) AS t(statement, error);
SELECT is(2 * '{1:2}/2147483647'::svec, '{1:4}/2147483647'::svec, 'of any size');

-- Order: that of the arrays.
CREATE TABLE small AS SELECT a, a::svec AS x FROM (SELECT ARRAY[v]::float8[] FROM unnest('{0,1,-1,NaN}'::float8[]) AS v UNION ALL
  SELECT ARRAY[v, w]::float8[] FROM unnest('{0,1,-1,NaN}'::float8[]) AS v, unnest('{0,2,-Infinity}'::float8[]) AS w
  UNION ALL SELECT '{}') AS t(a);
SELECT is(bool_and((l.x < r.x) = (l.a < r.a) AND (l.x <= r.x) = (l.a <= r.a) AND (l.x = r.x) = (l.a = r.a)
  AND (l.x <> r.x) = (l.a <> r.a) AND (l.x >= r.x) = (l.a >= r.a) AND (l.x > r.x) = (l.a > r.a)
  AND svec_cmp(l.x, r.x) = btarraycmp(l.a, r.a) AND (l.x = r.x) = (svec_hash(l.x) = svec_hash(r.x))), true,
  'comparisons are those of arrays') FROM small AS l, small AS r;
SELECT is(array_agg(a ORDER BY x), array_agg(a ORDER BY a), 'ORDER BY') FROM (SELECT * FROM small WHERE cardinality(a) = 2) AS t;
SELECT is(count(DISTINCT x), 17::bigint, 'DISTINCT') FROM (SELECT * FROM small UNION ALL SELECT * FROM small) AS t;
SET LOCAL enable_sort = off;
SELECT is(array_agg(n), array_fill(2::bigint, '{17}'), 'GROUP BY, by hash')
FROM (SELECT x, count(*) AS n FROM (SELECT * FROM small UNION ALL SELECT * FROM small) AS t GROUP BY x) AS g;
RESET enable_sort;
SELECT is(svec_hash_extended(x, 0) & 4294967295, svec_hash(x)::bigint & 4294967295, 'both hashes') FROM small LIMIT 3;
CREATE INDEX ON small (x);
CREATE INDEX ON small USING hash (x);
SET LOCAL enable_seqscan = off;
SELECT is(count(*), 1::bigint, 'by index') FROM small WHERE x = '{1:1}/2';
RESET enable_seqscan;

-- svec_agg.
SELECT is(svec_agg(i, v)::text, '{2:5,4:-1}/7', 'svec_agg: duplicates add up, zeros count for the size only')
FROM (VALUES (4, -1), (2, 2), (7, 0), (2, 3)) AS t(i, v);
SELECT is(svec_agg(i, v, 9)::text, '{2:5,4:-1}/9', 'svec_agg with the size') FROM (VALUES (4, -1), (2, 5)) AS t(i, v);
SELECT is(svec_agg(i, v)::text, '{2:5}/2', 'rows with a NULL are left out') FROM (VALUES (4, NULL), (NULL, 1), (2, 5)) AS t(i, v);
SELECT is(svec_agg(i, v, s)::text, '{2:5}/6', 'also a NULL size') FROM (VALUES (4, 1, NULL), (2, 5, 6)) AS t(i, v, s);
SELECT is(svec_agg(i, i), NULL, 'no rows') FROM generate_series(1, 0) AS i;
SELECT is(svec_agg(i, i) FILTER (WHERE i > 2)::text, '{3:3,4:4}/4', 'filtered') FROM generate_series(1, 4) AS i;
SELECT is(svec_agg(i, i) OVER (ORDER BY i)::text, (array['{1:1}/1', '{1:1,2:2}/2', '{1:1,2:2,3:3}/3'])[i], 'in a window')
FROM generate_series(1, 3) AS i;
SELECT is(pg_temp.error_of(statement), error, statement) FROM (VALUES
  ('SELECT svec_agg(0, 1)', '22023 | svec_agg: the index must be between 1 and 2147483647, not 0'),
  ('SELECT svec_agg(2147483648, 1)', '22023 | svec_agg: the index must be between 1 and 2147483647, not 2147483648'),
  ('SELECT svec_agg(5, 1, 4)', '22023 | svec_agg: index 5 is beyond the size 4'),
  ('SELECT svec_agg(1, 1, i) FROM generate_series(1, 2) AS i', '22023 | svec_agg: rows have different sizes (1, then 2)'),
  ('SELECT svec_agg(1, 1e308) FROM generate_series(1, 2)', '22003 | svec_agg: the sum of the values of an index is out of range'))
  AS t(statement, error);
SELECT ok(bool_and((SELECT svec_agg(index, value, dim(x)) FROM entries(x)) IS NOT DISTINCT FROM nullif(x, svec(dim(x), '{}', '{}'))),
  'svec_agg undoes entries') FROM sample;
CREATE TABLE entry AS SELECT i % 20 AS g, 1 + (hashint4(i) & 1023) AS index, (i % 7 - 3)::float8 AS value
FROM generate_series(1, 30000) AS i;
ALTER TABLE entry SET (parallel_workers = 3);
SELECT svec_agg(index, value)::text AS serial, svec_agg(index, value, 5000)::text AS sized FROM entry \gset
SELECT is(:'serial', (SELECT svec_agg(index, sum ORDER BY index DESC)::text FROM (SELECT index, sum(value) FROM entry GROUP BY index) AS t),
  'as sums by index');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text = '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP plan := plan || line; END LOOP;
  RETURN plan;
END $$;
SELECT matches(pg_temp.plan_of('SELECT svec_agg(index, value) FROM entry'), 'Finalize.*Gather.*Partial', 'a parallel plan');
SELECT is(svec_agg(index, value)::text || svec_agg(index, value, 5000)::text, :'serial' || :'sized', 'in parallel') FROM entry;
SELECT is(svec_agg_merge(s)::text, :'serial', 'from states of groups') FROM (SELECT svec_agg_state(index, value) AS s FROM entry GROUP BY g) AS t;

-- As feature argument: exactly what the array gives.
CREATE TABLE training AS SELECT i, (x).*, (x).a::svec AS s FROM generate_series(1, 400) AS i, LATERAL (SELECT
  ARRAY[i % 3, CASE WHEN i % 4 = 0 THEN sin(i) ELSE 0 END, CASE WHEN i % 5 = 0 THEN 1 ELSE 0 END, cos(i * 7)]::float8[] AS a,
  (i * i % 17)::float8 AS y, i % 7 > 2 AS flag) AS x;
ALTER TABLE training SET (parallel_workers = 2);
SELECT is(linear_regression(y, s)::text, linear_regression(y, a)::text, 'linear_regression') FROM training;
SELECT is(linear_regression(y, s, 1 + i % 3, '{"l2": 0.1}')::text, linear_regression(y, a, 1 + i % 3, '{"l2": 0.1}')::text,
  'linear_regression with weights') FROM training;
SELECT is(logistic_regression(flag, s)::text, logistic_regression(flag, a)::text, 'logistic_regression') FROM training;
SELECT is(gaussian_naive_bayes(flag, s)::text, gaussian_naive_bayes(flag, a)::text, 'gaussian_naive_bayes') FROM training;
SELECT is(moments(s)::text, moments(a)::text, 'moments') FROM training;
SELECT is(moments(CASE WHEN i % 2 = 0 THEN s::features ELSE a::features END)::text, moments(a)::text, 'sparse and dense mixed')
FROM training;
SELECT is(null_score(s), null_score(a), 'null_score') FROM training WHERE i < 4;
SELECT is(array_agg(predict(m, s) ORDER BY i), array_agg(predict(m, a) ORDER BY i), 'predict') FROM training,
  (SELECT linear_regression(y, a) AS m FROM training) AS fitted;
SELECT is(array_agg(predict_proba(m, s) ORDER BY i), array_agg(predict_proba(m, a) ORDER BY i), 'predict_proba') FROM training,
  (SELECT gaussian_naive_bayes(flag, a) AS m FROM training) AS fitted;
SELECT is(predict(m, '{1:2,4:0.5}/4'), predict(m, '{2,0,0,0.5}'), 'a sparse literal') FROM
  (SELECT linear_regression(y, a) AS m FROM training) AS fitted;
SELECT is(pg_temp.error_of(statement), error, statement) FROM (VALUES
  ('SELECT moments(''{1:2}/16385'')', '54000 | moments: x is a sparse vector of 16385 features, and at most 16384 are supported | '
    'This function needs dense rows. Use fewer features.'),
  ('SELECT moments(''{1:NaN}/3'')', '22023 | moments: x must be finite, but x[1] is NaN | Leave such rows out with WHERE or FILTER, or by a NULL.'),
  ('SELECT moments(x) FROM (VALUES (''{}/3''::svec), (''{}/4'')) AS t(x)', '22023 | moments: rows have different numbers of '
    'features (3, then 4) | Every row needs the same features; write NULL for a row to be left out.')) AS t(statement, error);
SELECT is(null_score('{16384:2}/16384'), 2::float8, 'null_score needs no dense row');
SELECT is('[2:3]={1,2}'::features::text || '{1,2}'::features || '{1:2}/3'::features || '{}/3'::features || '{}'::features,
  '[2:3]={1,2}{1,2}{1:2}/3{}/3{}', 'features from text');
SELECT is(encode(features_send('{1:0.5}/9'), 'hex'),
  concat('aca9babd', '00000009', '00000001', '00000000', '00000000', '3fe0000000000000'), 'the binary form of sparse features');

-- Bytes that are no svec, as if a stored value were damaged: refused wherever they are read, or harmless.
CREATE TYPE raw;
CREATE FUNCTION raw_in(cstring) RETURNS raw AS 'byteain' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION raw_out(raw) RETURNS cstring AS 'byteaout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended);
CREATE CAST (raw AS svec) WITHOUT FUNCTION;
CREATE CAST (svec AS raw) WITHOUT FUNCTION;
CREATE FUNCTION pg_temp.outcome(bytes bytea) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(DISTINCT left(pg_temp.error_of(format('SELECT %s FROM (SELECT %L::raw::quern.svec AS v) AS t', use, bytes)), 5), ',')
  FROM unnest(ARRAY['v::text', 'v::float8[]', 'v::jsonb', 'svec_send(v)', 'v + v', 'v * ''{1:3}/20''', '-v', 'v = ''{1:3}/20''',
    'svec_hash(v)', 'dot(v, v)', 'l2_norm(v)', 'dim(v)', 'nnz(v)', 'element(v, 3)', '(SELECT count(*) FROM entries(v))',
    'moments(v)', 'linear_regression(1, v)', 'null_score(v)', 'v::features::text', 'features_send(v)']) AS use
$$;
CREATE TABLE original AS SELECT v::raw::text::bytea AS bytes FROM (VALUES ('{1:1.5,4:-2,20:8}/20'::svec),
  ((SELECT svec_agg(i, i + 0.5, 20) FROM generate_series(1, 20) AS i))) AS t(v);
SELECT is(pg_temp.outcome(bytes), 'no er', 'untouched bytes') FROM original;
SELECT is(array_agg(DISTINCT outcome), '{22P03}'::text[], 'every truncation is refused') FROM (
  SELECT pg_temp.outcome(substring(bytes FROM 1 FOR size)) AS outcome FROM original,
    LATERAL generate_series(0, length(bytes) - 1) AS size) AS t;
SELECT is(pg_temp.outcome(bytes || '\x00'), '22P03', 'a byte too many is refused') FROM original;
SELECT is(array_agg(DISTINCT outcome) FILTER (WHERE outcome !~ '^((no er|22003|22023|22P03|54000)(,|$))+$'), NULL,
  'altered bytes are refused or harmless') FROM (
  SELECT pg_temp.outcome(set_byte(bytes, at, get_byte(bytes, at) # flip)) AS outcome FROM original,
    LATERAL generate_series(0, length(bytes) - 1) AS at, unnest('{1, 128, 255}'::integer[]) AS flip) AS t;

SELECT * FROM finish();
ROLLBACK;
