-- quern.smatrix: text, binary and stored forms, Matrix Market, casts, arithmetic and products against dense matrices and SciPy,
-- parts, aggregates in one process and in parallel, forged values.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
\ir include/accuracy.sql
SET LOCAL search_path = public, quern;
SET LOCAL client_min_messages = warning;

-- Text.
SELECT is(text::smatrix::text, printed, format('text %s', text)) FROM (VALUES
  ('{1:{2:0.5,7:1},3:{1:2}}/3x8', '{1:{2:0.5,7:1},3:{1:2}}/3x8'),
  (' { 3:{1:2}, 1 : {7:1 , 2:0.5, 3:0} } / 3 x 8 ', '{1:{2:0.5,7:1},3:{1:2}}/3x8'), ('{}/0x0', '{}/0x0'),
  ('{}/0x2147483647', '{}/0x2147483647'), ('{1:{1:NaN,2:-inf}}/1x3', '{1:{1:NaN,2:-Infinity}}/1x3')) AS t(text, printed);
SELECT is(split_part(pg_temp.error_of(format('SELECT %L::smatrix', text)), ' | ', 1), state, format('text %s is refused', text))
FROM (VALUES ('', '22P02'), ('{}', '22P02'), ('{1:2}/3x3', '22P02'), ('{1:{4:1}}/3x3', '22P02'), ('{0:{1:1}}/3x3', '22P02'),
  ('{1:{1:1,1:2}}/3x3', '22P02'), ('{}/2147483648x1', '22P02'), ('{}/2147483647x1', '54000'), ('{1:{1:1e999}}/1x1', '22003'))
  AS t(text, state);
SELECT is(pg_temp.error_of($$SELECT '{1:2}/3x3'::smatrix$$), '22P02 | invalid input syntax for type quern.smatrix: "{1:2}/3x3" at '
  'position 4 | Write {row:{column:value,...},...}/rowsxcolumns, such as {1:{2:0.5,7:1},3:{1:2}}/3x8.', 'the message of bad text');

-- Matrices of many shapes, with a dense twin, stored in every way.
CREATE TABLE sample AS SELECT k, srandom(1 + k * 7 % 23, 1 + k * 5 % 19, k % 10 / 9.0, k) AS a FROM generate_series(1, 60) AS k;
INSERT INTO sample SELECT 100 + k, srandom(k * 100, 300, 0.05, k) FROM generate_series(1, 4) AS k;
ALTER TABLE sample ADD d matrix, ADD main smatrix, ADD extended smatrix;
ALTER TABLE sample ALTER main SET STORAGE MAIN, ALTER extended SET STORAGE EXTENDED;
UPDATE sample SET d = a, main = a, extended = a;
SELECT ok(bool_and(a = main AND a = extended AND a = d::smatrix AND a::text::smatrix = a AND a::jsonb::smatrix = a AND
    a::float8[]::smatrix = a AND a = sparse(dense(a)) AND transpose(transpose(a)) = a AND
    from_matrix_market(to_matrix_market(a)) = a AND from_matrix_market(to_matrix_market(d)) = a AND
    matrix_from_matrix_market(to_matrix_market(a)) = d), 'stored, cast, as text, json and Matrix Market: they are as they were')
FROM sample;
SELECT ok(bool_and(a = (SELECT smatrix((dims(a))[1], (dims(a))[2], coalesce(array_agg(i ORDER BY v), '{}'), coalesce(array_agg(j ORDER BY v), '{}'),
  coalesce(array_agg(v ORDER BY v), '{}')) FROM entries(a) AS e(i, j, v))), 'made from their entries in any order') FROM sample;
SELECT ok(bool_and(nnz(a) = (SELECT count(*) FROM unnest(d::float8[]) AS u WHERE u <> 0)), 'nnz') FROM sample;
SELECT ok(bool_and((SELECT array_agg(element(a, i, j) ORDER BY i, j) FROM generate_series(1, (dims(a))[1]) AS i,
  generate_series(1, (dims(a))[2]) AS j) = (SELECT array_agg(u) FROM unnest(d::float8[]) AS u)), 'element by element') FROM sample WHERE k <= 60;
SELECT is(ARRAY[element(a, 0, 1), element(a, 1, 9), element(a, 4, 1)], '{NULL,NULL,NULL}'::float8[], 'elements outside are NULL')
FROM (SELECT '{1:{1:1}}/3x8'::smatrix AS a) AS t;
SELECT is(encode(smatrix_send('{1:{2:0.5},3:{1:-2}}/3x8'), 'hex'), concat('00000003', '00000008', '00000002',
  '00000000', '00000001', '00000001', '00000002', '00000001', '00000000', '3fe0000000000000', 'c000000000000000'), 'the binary form');
SELECT is('{1:{2:0.5},3:{1:NaN}}/3x8'::smatrix::jsonb, '{"rows": 3, "columns": 8, "i": [1, 3], "j": [2, 1], "value": [0.5, "NaN"]}'::jsonb,
  'to jsonb');

-- Casts.
SELECT is('{{0,1},{2,0}}'::float8[]::smatrix::text, '{1:{2:1},2:{1:2}}/2x2', 'from a two-dimensional array');
SELECT is('{0,3}'::float8[]::smatrix::text, '{2:{1:3}}/2x1', 'a one-dimensional array is a column');
SELECT is('{2:3}/4'::svec::smatrix::text, '{2:{1:3}}/4x1', 'a sparse vector is a column');
SELECT is('{2:3}/4'::svec::matrix::text, '{{0},{3},{0},{0}}', 'also a dense one');
SELECT is('{2:{1:3}}/4x1'::smatrix::svec::text, '{2:3}/4', 'and back');
SELECT is('{1:{2:3}}/1x4'::smatrix::svec::text, '{2:3}/4', 'from a row');
SELECT is('{{0},{3}}'::matrix::svec::text, '{2:3}/2', 'from a dense column');
SELECT is('{}'::float8[]::smatrix::text || ('{}/0x0'::smatrix::float8[])::text, '{}/0x0{}', 'empty arrays');

-- Arithmetic against dense matrices.
SELECT ok(bool_and((a + b)::matrix = da + db AND (a - b)::matrix = da - db AND (a * b)::matrix = da * db AND a + db = da + db AND
    da + b = da + db AND a - db = da - db AND da - b = da - db AND (a * db)::matrix = da * db AND (da * b)::matrix = da * db AND
    a + 2 = da + 2 AND 2 + a = da + 2 AND a - 2 = da - 2 AND 2 - a = 2 - da AND (a * 2)::matrix = da * 2 AND
    (2 * a)::matrix = da * 2 AND (a / 2)::matrix = da / 2 AND (-a)::matrix = -da AND (a = b) = (da = db) AND (a <> b) = (da <> db)),
  'sums, differences, products, quotients')
FROM (SELECT a, d AS da, b, dense(b) AS db FROM sample, LATERAL (SELECT srandom((dims(a))[1], (dims(a))[2], 0.3, 1000 + k) AS b) AS t) AS t;
SELECT ok(bool_and((a * r)::matrix = d * r AND (a * c)::matrix = d * c AND (a * sparse(r))::matrix = d * r AND (a / (r * r + 1))::matrix = d / (r * r + 1)),
  'with a row and a column')
FROM (SELECT a, d, dense(srandom(1, (dims(a))[2], 1, k)) AS r, dense(srandom((dims(a))[1], 1, 1, k)) AS c FROM sample) AS t;
SELECT ok(bool_and(norm(sparse((a @ b)::matrix - (da @ db))) < 1e-12 * n AND norm(sparse((a @ db) - (da @ db))) < 1e-12 * n AND
    norm(sparse((da @ b) - (da @ db))) < 1e-12 * n), 'matrix products')
FROM (SELECT a, d AS da, b, dense(b) AS db, 1 + norm(a) * norm(b) AS n
      FROM sample, LATERAL (SELECT srandom((dims(a))[2], 11, 0.3, 2000 + k) AS b) AS t) AS t;
SELECT ok(bool_and(l2_norm(subtract((a @ x)::svec, svec(d @ x))) < 1e-12 * n AND l2_norm(subtract((y @ a)::svec, svec(y @ d))) < 1e-12 * n AND
    l2_norm(subtract(a @ svec(x), svec(d @ x))) < 1e-12 * n AND l2_norm(subtract(svec(y) @ a, svec(y @ d))) < 1e-12 * n AND
    l2_norm(subtract(svec(d @ svec(x)), svec(d @ x))) < 1e-12 * n AND l2_norm(subtract(svec(svec(y) @ d), svec(y @ d))) < 1e-12 * n),
  'products with vectors, dense and sparse')
FROM (SELECT a, d, vector(dense(srandom((dims(a))[2], 1, 0.7, k))) AS x, vector(dense(srandom(1, (dims(a))[1], 0.7, k))) AS y, 1 + 9 * norm(a) AS n
      FROM sample WHERE k <= 60) AS t;
SELECT is('{1:2,3:4}/5'::svec @ '{3:0.5,4:7}/5'::svec, 2::float8, 'the inner product of sparse vectors');
SELECT is(kron('{1:{1:1,2:2}}/1x2', '{1:{1:3},2:{2:4}}/2x2'::smatrix)::text, '{1:{1:3,3:6},2:{2:4,4:8}}/2x4', 'kron');
SELECT is(apply('{1:{1:-4,2:0.25}}/1x3'::smatrix, 'abs')::text, '{1:{1:4,2:0.25}}/1x3', 'apply');
SELECT is((sidentity(3) * 2)::text || sdiag('{1,0,5}'::float8[])::text || sdiag('{2:7}/2'::svec)::text,
  '{1:{1:2},2:{2:2},3:{3:2}}/3x3{1:{1:1},3:{3:5}}/3x3{2:{2:7}}/2x2', 'sidentity and sdiag');

-- Parts and measures.
SELECT ok(bool_and(vstack(slice(a, 1, m / 2, 1, n), slice(a, m / 2 + 1, m, 1, n)) = a AND
    hstack(slice(a, 1, m, 1, n / 3), slice(a, 1, m, n / 3 + 1, n / 2), slice(a, 1, m, n / 2 + 1, n)) = a AND
    (SELECT smatrix_agg(i, "row") FROM rows(a)) = a AND "row"(a, m) = svec(slice(a, m, m, 1, n)) AND col(a, n) = svec(slice(a, 1, m, n, n)) AND
    col(a, n) = "row"(transpose(a), n)), 'cut and put together again')
FROM (SELECT a, (dims(a))[1] AS m, (dims(a))[2] AS n FROM sample) AS t;
SELECT is(ARRAY[min(a), max(a), density(a), norm(a), norm(a, '1'), norm(a, 'inf'), norm(a, 'max')], '{-4,3,0.5,5.477225575051661,5,7,4}'::float8[], 'measures')
FROM (SELECT '{1:{1:-1,3:2},2:{1:-4,2:3}}/2x4'::smatrix AS a) AS t;
SELECT is(ARRAY[row_sums(a), row_means(a)]::text || col_sums(a)::text || col_means(a)::text || diag(a)::text || dims(a)::text,
  '{{1,-1},{0.25,-0.25}}{-5,3,2,0}{-2.5,1.5,1,0}{-1,3}{2,4}', 'sums, means, diagonal, dims')
FROM (SELECT '{1:{1:-1,3:2},2:{1:-4,2:3}}/2x4'::smatrix AS a) AS t;
SELECT is(trace('{1:{1:5},2:{2:7,1:1}}/2x2'::smatrix), 12::float8, 'trace');
SELECT is(min(a)::text || max(a)::text || coalesce(density(a)::text, '') , NULL, 'of nothing: NULL') FROM (SELECT '{}/0x4'::smatrix AS a) AS t;
SELECT is(show('{1:{2:0.5,7:-1000000},3:{1:2}}/3x8'::smatrix, 2), E'3 x 8, 3 entries\n(1, 2)     0.5\n(1, 7)  -1e+06\n... 1 more', 'show');
SELECT is(hstack('{}/1x1'::smatrix, NULL), NULL, 'a NULL among the parts');

-- SciPy 1.10.1: mmread(), csr_matrix(); columns, rows, entries, largest sums of absolute values by column and row, Frobenius norm, sum,
-- |A cos(1..n)|, |A' sin(1..m)|, entries of A'A and the sum of their absolute values, min, max.
CREATE TABLE market (name text, text text);
\set text `cat data/matrix-market/west0067.mtx`
INSERT INTO market VALUES ('west0067', :'text');
\set text `cat data/matrix-market/lp_afiro.mtx`
INSERT INTO market VALUES ('lp_afiro', :'text');
\set text `cat data/matrix-market/LFAT5.mtx`
INSERT INTO market VALUES ('LFAT5', :'text');
\set text `cat data/matrix-market/karate.mtx`
INSERT INTO market VALUES ('karate', :'text');
\set text `cat data/matrix-market/A.mtx`
INSERT INTO market VALUES ('A', :'text');
\set text `cat data/matrix-market/can24.mtx`
INSERT INTO market VALUES ('can24', :'text');
\set text `cat data/matrix-market/gear100.mtx`
INSERT INTO market VALUES ('gear100', :'text');
\set text `cat data/matrix-market/hilbert10.mtx`
INSERT INTO market VALUES ('hilbert10', :'text');
\set text `cat data/matrix-market/skew_fp64.mtx`
INSERT INTO market VALUES ('skew_fp64', :'text');
CREATE TABLE scipy (name text, m int, n int, entries int, one float8, inf float8, fro float8, sum float8, ax float8, ay float8,
  gram_entries int, gram_sum float8, least float8, greatest float8);
INSERT INTO scipy VALUES
  ('west0067', 67, 67, 294, 6.1433746, 6.590061400000001, 13.121668969819032, 34.3087486, 6.739510975840481, 8.48667523077921, 889, 653.9441714231658, -1.863354, 1.863354),
  ('lp_afiro', 27, 51, 102, 3.429, 20.525, 11.193477386406782, 44.37, 7.31519302468688, 9.299570640718503, 375, 716.19124, -1.06, 2.429),
  ('LFAT5', 14, 14, 46, 25132800.0, 25132800.0, 25132818.099574342, 12581499.9073662, 28279849.218714587, 15274160.242715945, 72, 1342274434958570.8, -6283200.0, 12566400.0),
  ('karate', 34, 34, 156, 17.0, 17.0, 12.489995996796797, 156.0, 8.489407078922035, 9.992118470048212, 698, 1212.0, 0.0, 1.0),
  ('A', 7, 7, 30, 5.0, 5.0, 5.477225575051661, 30.0, 2.005798593553173, 2.93696908493935, 49, 134.0, 0.0, 1.0),
  ('can24', 24, 24, 160, 9.0, 9.0, 12.649110640673518, 160.0, 11.532816775373155, 7.085756401879572, 336, 1144.0, 0.0, 1.0),
  ('gear100', 100, 100, 200, 2.0, 2.0, 14.142135623730951, 200.0, 7.595525361124575, 7.9312309100634595, 300, 400.0, 0.0, 1.0),
  ('hilbert10', 10, 10, 100, 2.9289682539682502, 2.9289682539682502, 1.7855271226510312, 13.375428063508538, 0.3731150402354457, 1.4368257070885175, 100, 22.182584254977126, 0.052631578947368, 1.0);
CREATE FUNCTION pg_temp.near(a float8, b float8) RETURNS boolean LANGUAGE sql AS $$SELECT abs(a - b) <= 1e-13 * (1 + abs(b))$$;
CREATE TEMPORARY VIEW read AS SELECT name, from_matrix_market(text) AS a, matrix_from_matrix_market(text) AS d FROM market;
SELECT ok(dims(a) = ARRAY[m, n] AND nnz(a) = entries AND pg_temp.near(norm(a, '1'), one) AND pg_temp.near(norm(a, 'inf'), inf) AND
    pg_temp.near(norm(a), fro) AND pg_temp.near((SELECT sum(s) FROM unnest(row_sums(a)) AS s), sum) AND
    pg_temp.near(l2_norm(a @ (SELECT array_agg(cos(i) ORDER BY i) FROM generate_series(1, n) AS i)), ax) AND
    pg_temp.near(l2_norm((SELECT array_agg(sin(i) ORDER BY i) FROM generate_series(1, m) AS i) @ a), ay) AND
    nnz(transpose(a) @ a) = gram_entries AND pg_temp.near((SELECT sum(s) FROM unnest(row_sums(apply(transpose(a) @ a, 'abs'))) AS s), gram_sum) AND
    min(a) = least AND max(a) = greatest AND dense(a) = d, format('%s as SciPy reads it', name)) FROM read JOIN scipy USING (name);
SELECT ok(a = -transpose(a) AND nnz(a) = 20 AND min(a) = '-Infinity' AND diag(a) = '{0,0,0,0,0,0}', 'skew-symmetric, with infinities')
FROM read WHERE name = 'skew_fp64';
SELECT ok(a = transpose(a), format('%s is symmetric', name)) FROM read WHERE name IN ('LFAT5', 'karate', 'A', 'can24', 'hilbert10');
SELECT ok((SELECT pg_temp.near(norm(sparse_gram("row") - (transpose(a) @ a)), 0) FROM rows(a)), format('sparse_gram of the rows of %s', name))
FROM read WHERE name NOT IN ('skew_fp64', 'LFAT5');
SELECT is(pg_temp.error_of($$SELECT from_matrix_market(E'%%MatrixMarket matrix coordinate complex general\n1 1 0\n')$$),
  '22P02 | from_matrix_market: line 1: field "complex" is not one of real, double, integer, pattern', 'complex matrices are refused');

-- Aggregates.
SELECT is(smatrix_agg(i, j, v)::text, '{1:{2:5},3:{1:-1}}/3x4', 'smatrix_agg: duplicates add up, zeros count for the shape only')
FROM (VALUES (3, 1, -1), (1, 2, 2), (1, 2, 3), (2, 4, 0), (2, 1, NULL)) AS t(i, j, v);
SELECT is(smatrix_agg(i, j, v, 5, 6)::text, '{1:{2:5}}/5x6', 'with the shape') FROM (VALUES (1, 2, 5)) AS t(i, j, v);
SELECT is(smatrix_agg(i, x)::text, '{1:{2:5},3:{1:1}}/3x2', 'from rows') FROM (VALUES (3, '{1:1}/2'), (1, '{2:5}/2'::svec)) AS t(i, x);
SELECT is(smatrix_agg(i, x)::text, '{1:{2:5},3:{1:1}}/3x2', 'from arrays') FROM (VALUES (3, '{1,0}'), (1, '{0,5}'::float8[])) AS t(i, x);
SELECT is(sum(x)::text, '{1:1,2:7}/3', 'sum(svec)') FROM (VALUES ('{2:5,3:1}/3'::svec), ('{1:1,2:2,3:-1}/3'), (NULL)) AS t(x);
SELECT is(sparse_gram(x)::text, '{1:{1:1,2:2},2:{1:2,2:5}}/3x3', 'sparse_gram') FROM (VALUES ('{1:1,2:2}/3'::svec), ('{2:1}/3'), (NULL)) AS t(x);
SELECT is(gram(x)::text, '{{1,2,0},{2,5,0},{0,0,9}}', 'gram of sparse and dense rows') FROM (VALUES ('{1:1,2:2}/3'::features), ('{0,1,0}'), ('{3:3}/3')) AS t(x);
SELECT is(num_nulls(smatrix_agg(1, 1, 1), smatrix_agg(1, '{}/1'::svec), sum('{}/1'::svec), sparse_gram('{}/1'::svec)), 4, 'no rows')
FROM generate_series(1, 0);
SELECT is(pg_temp.error_of(statement), error, statement) FROM (VALUES
  ('SELECT smatrix_agg(0, 1, 1)', '22023 | smatrix_agg: i must be between 1 and 2147483647, not 0'),
  ('SELECT smatrix_agg(1, 5, 1, 4, 4)', '22023 | smatrix_agg: column 5 is beyond the 4 columns'),
  ('SELECT smatrix_agg(1, 1, 1, i, 2) FROM generate_series(1, 2) AS i', '22023 | smatrix_agg: different numbers of rows (1, then 2)'),
  ('SELECT smatrix_agg(1, 1, 1e308) FROM generate_series(1, 2)', '22003 | smatrix_agg: the sum of the values of an index is out of range'),
  ('SELECT sum(x) FROM (VALUES (''{}/2''::svec), (''{}/3'')) AS t(x)', '22023 | sum: the vectors have different sizes (2, then 3)'),
  ('SELECT sparse_gram(''{1:inf}/1''::svec)', '22023 | sparse_gram: x must be finite, but x[1] is Infinity | Leave such rows out with WHERE or FILTER, or by a NULL.'),
  ('SELECT sparse_gram(''{1:1e200}/1''::svec)', '22003 | gram: result out of range'),
  ('SELECT ''{}/2x3''::smatrix + ''{}/3x2''::smatrix', '22023 | +: sparse matrices must have the same shape (2 x 3 and 3 x 2)'),
  ('SELECT ''{}/2x3''::smatrix @ ''{}/2x3''::smatrix', '22023 | @: the columns of the first must be as many as the rows of the second (2 x 3 and 2 x 3)'),
  ('SELECT ''{}/2x3''::smatrix * ''{{1,2},{3,4}}''::matrix',
   '22023 | *: the dense matrix has not the shape of the sparse one, nor is it a row, a column or a number that fits (2 x 3 and 2 x 2)'),
  ('SELECT ''{1:{1:1}}/2x3''::smatrix / 0', '22003 | /: division by zero'),
  ('SELECT ''{1:{1:1e300}}/1x1''::smatrix @ ''{1:{1:1e300}}/1x1''::smatrix', '22003 | @: result out of range'),
  ('SELECT ''{}/2x3''::smatrix::svec', '22023 | svec: the matrix must be one row or one column (2 x 3)'),
  ('SELECT trace(''{}/2x3''::smatrix)', '22023 | trace: the matrix must be square (2 x 3)'),
  ('SELECT "row"(''{}/2x3''::smatrix, 3)', '22023 | row: there is no row 3 (2 x 3)'),
  ('SELECT dense(''{}/1x2147483647''::smatrix)', '54000 | a matrix of 1 x 2147483647 takes more than the 1 GB that a value may have | Keep it '
   'sparse, or cut it into blocks, one a row of a table: see quern.blocks.'),
  ('SELECT transpose(''{}/1x2147483647''::smatrix)', '54000 | a sparse matrix of 2147483647 x 1 with 0 entries takes 8589934616 bytes, and a '
   'value at most 1 GB | Cut it into blocks, one a row of a table: see quern.blocks.'),
  ('SELECT ''{1}''::float8[] @ ''{}/1x2147483647''::smatrix', '54000 | a matrix of 1 x 2147483647 takes more than the 1 GB that a value may have | '
   'Keep it sparse, or cut it into blocks, one a row of a table: see quern.blocks.'),
  ('SELECT smatrix(2, 2, ''{1,1}'', ''{2,2}'', ''{1,1}'')', '22023 | smatrix: entry (1, 2) is there twice'),
  ('SELECT smatrix(2, 2, ''{1,1}'', ''{2}'', ''{1,1}'')', '22023 | smatrix: 2 rows i and 1 columns j, but 2 values'),
  ('SELECT smatrix(2, 2, ''{1}'', ''{2}'', ''{NULL}'')', '22004 | smatrix: i, j and value must be arrays of one dimension without NULLs'),
  ('SELECT norm(''{}/2x3''::smatrix, ''2'')', '22023 | norm: 2 needs the singular values, which a sparse matrix does not have at hand | Take it of '
   'the dense matrix: norm(dense(a), ...).'))
  AS t(statement, error);
SELECT matches(pg_temp.error_of($$SELECT apply('{}/2x3'::smatrix, 'exp')$$), '^22023 . apply: "exp" is not a function that keeps 0 . There are abs, ',
  'apply names its functions');

-- In parallel as in one process. Whole numbers, so that sums are exact.
CREATE TABLE entry AS SELECT 1 + (g * 7919) % 300 AS i, 1 + (g * 104729) % 400 AS j, (g % 9 - 4)::float8 AS value FROM generate_series(1::bigint, 30000) AS g;
CREATE TABLE vector AS SELECT i, svec_agg(j, value, 400) AS x FROM entry GROUP BY i;
SELECT smatrix_agg(i, j, value)::text AS entries FROM entry \gset
SELECT smatrix_agg(i, x)::text AS rows, sum(x)::text AS sum, sparse_gram(x)::text AS gram FROM vector \gset
SELECT ok(:'entries' = :'rows' AND :'gram'::smatrix = transpose(:'rows'::smatrix) @ :'rows'::smatrix AND :'sum'::svec = svec(col_sums(:'rows'::smatrix)),
  'the aggregates agree with each other and with matrix products');
SELECT ok((SELECT smatrix_agg(i, j, value) = :'rows'::smatrix FROM (SELECT * FROM entry ORDER BY value, j) AS t), 'in any order');
SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(pg_temp.plan_of('SELECT sparse_gram(x), sum(x), smatrix_agg(i, x) FROM vector'), 'Partial Aggregate', 'a parallel plan');
SELECT is(smatrix_agg(i, j, value)::text, :'entries', 'smatrix_agg in parallel') FROM entry;
SELECT ok(smatrix_agg(i, x)::text = :'rows' AND sum(x)::text = :'sum' AND sparse_gram(x)::text = :'gram', 'the others in parallel') FROM vector;
SELECT is(sparse_gram_merge(state)::text, :'gram', 'states that were stored') FROM (
  SELECT sparse_gram_state(x)::text::state AS state FROM vector GROUP BY i % 3) AS t;

-- Bytes that are no matrix, as if a stored value were damaged: refused wherever they are read, or harmless.
CREATE TYPE raw;
CREATE FUNCTION raw_in(cstring) RETURNS raw AS 'byteain' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION raw_out(raw) RETURNS cstring AS 'byteaout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external);
CREATE CAST (raw AS smatrix) WITHOUT FUNCTION;
CREATE CAST (smatrix AS raw) WITHOUT FUNCTION;
CREATE FUNCTION pg_temp.outcome(bytes bytea) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(DISTINCT left(pg_temp.error_of(format('SELECT %s FROM (SELECT %L::raw::quern.smatrix AS a) AS t', use, bytes)), 5), ',')
  FROM unnest(ARRAY['a::text', 'a::jsonb', 'dense(a)', 'smatrix_send(a)', 'a + a', 'a * a', 'a * ''{{2}}''::matrix', '-a', 'a = a', 'a @ transpose(a)',
    'a @ ''{1,1,1,1}''::float8[]', '''{1,1,1}''::float8[] @ a', 'a @ ''{2:1}/4''::svec', '''{2:1}/3''::svec @ a', 'transpose(a) @ dense(a)',
    'element(a, 2, 2)', '"row"(a, 2)', 'col(a, 2)', 'slice(a, 1, 2, 2, 3)', 'hstack(a, a)', 'vstack(a, a)', 'kron(a, a)', 'diag(a)', 'col_sums(a)',
    'norm(a, ''1'')', 'min(a)', 'show(a)', '(SELECT count(*) FROM entries(a))', '(SELECT count(*) FROM rows(a))', 'to_matrix_market(a)', 'apply(a, ''abs'')']) AS use
$$;
CREATE TABLE original AS SELECT a::raw::text::bytea AS bytes FROM (VALUES ('{1:{2:0.5,4:1},3:{1:-2}}/3x4'::smatrix), ('{}/3x4')) AS t(a);
SELECT is(pg_temp.outcome(bytes), 'no er', 'untouched bytes') FROM original;
SELECT is(array_agg(DISTINCT outcome), '{22P03}'::text[], 'every truncation is refused') FROM (
  SELECT pg_temp.outcome(substring(bytes FROM 1 FOR size)) AS outcome FROM original, LATERAL generate_series(0, length(bytes) - 1) AS size) AS t;
SELECT is(pg_temp.outcome(bytes || '\x00'), '22P03', 'a byte too many is refused') FROM original;
SELECT is(array_agg(DISTINCT outcome) FILTER (WHERE outcome !~ '^((no er|22003|22023|22P03|54000)(,|$))+$'), NULL,
  'altered bytes are refused or harmless') FROM (
  SELECT pg_temp.outcome(set_byte(bytes, at, get_byte(bytes, at) # flip)) AS outcome FROM original,
    LATERAL generate_series(0, length(bytes) - 1) AS at, unnest('{1, 128}'::integer[]) AS flip) AS t;
SELECT is(pg_temp.outcome(set_byte(bytes, at, value)), '22P03', format('forged: %s', what)) FROM (SELECT bytes FROM original LIMIT 1) AS t,
  (VALUES ('mark', 0, 1), ('rows', 4, 4), ('negative rows', 7, 255), ('columns too few', 8, 3), ('negative columns', 11, 255), ('entries', 12, 4),
    ('the zero', 16, 1), ('first offset', 44, 1), ('offsets that fall', 48, 4), ('last offset', 56, 4), ('column', 60, 200), ('columns that fall', 64, 0))
  AS change(what, at, value);

-- Grouped, made distinct and joined by hash.
SELECT is((SELECT count(*) FROM (SELECT DISTINCT m FROM (VALUES ('{1:{2:5},3:{1:NaN}}/3x3'::quern.smatrix), ('{1:{2:5},3:{1:NaN}}/3x3'), ('{1:{1:0}}/1x2'), ('{}/1x2'), ('{}/2x1')) AS v(m)) AS d), 3::bigint, 'DISTINCT of smatrix');
SELECT is((SELECT count(*) FROM (VALUES ('{1:{2:5},3:{1:NaN}}/3x3'::quern.smatrix)) AS a(m) JOIN (VALUES ('{1:{2:5},3:{1:NaN}}/3x3'::quern.smatrix)) AS b(m) USING (m)), 1::bigint, 'a join of smatrix');
SELECT is(quern.smatrix_hash_extended('{1:{2:5},3:{1:NaN}}/3x3', 0) & 4294967295, quern.smatrix_hash('{1:{2:5},3:{1:NaN}}/3x3')::bigint & 4294967295, 'both hashes of smatrix');

SELECT * FROM finish();
ROLLBACK;
