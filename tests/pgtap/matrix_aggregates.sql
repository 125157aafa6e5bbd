-- Aggregates over rows and blocks of matrices: against the products of the matrices themselves and sums of PostgreSQL's
-- own, parallel and merged, refusals, blocks there and back.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql

SET LOCAL search_path = public, quern;  -- for the equality of matrices

CREATE FUNCTION pg_temp.largest(a quern.matrix) RETURNS float8 LANGUAGE sql AS $$ SELECT coalesce(max(abs(v)), 0) FROM unnest(a::float8[]) AS v $$;
-- The largest difference, relative to the largest element.
CREATE FUNCTION pg_temp.off(a quern.matrix, b quern.matrix) RETURNS float8 LANGUAGE sql AS $$
  SELECT pg_temp.largest(quern.subtract(a, b)) / greatest(pg_temp.largest(b), 1e-300) $$;

SELECT setseed(0.25) \g /dev/null
CREATE TABLE sample AS SELECT i, i % 4 AS g, random() AS y, ARRAY[random(), random() - 0.5, random(), 1 - random(), random() - 0.3, random() * 2, random()] AS x,
  ARRAY[random(), random(), random()] AS z FROM generate_series(1, 3000) AS i;
ALTER TABLE sample SET (parallel_workers = 3);
ANALYZE sample;
CREATE TABLE whole AS SELECT quern.matrix_agg(i, x) AS x, quern.matrix_agg(i, z) AS z, quern.matrix_agg(i, ARRAY[y]) AS y FROM sample;

-- Products against the matrices.
SELECT cmp_ok(pg_temp.off((SELECT quern.gram(x) FROM sample), quern.product(quern.transpose(x), x)), '<', 1e-13::float8, 'gram is X''X') FROM whole;
SELECT is((SELECT quern.gram(x) FROM sample), quern.transpose((SELECT quern.gram(x) FROM sample)), 'and symmetric');
SELECT cmp_ok(pg_temp.off((SELECT quern.cross(x, z) FROM sample), quern.product(quern.transpose(x), z)), '<', 1e-13::float8, 'cross is X''Y') FROM whole;
SELECT cmp_ok(pg_temp.off((SELECT quern.cross(x, y) FROM sample), quern.product(quern.transpose(x), y)), '<', 1e-13::float8, 'and with one number') FROM whole;
SELECT is((SELECT quern.cross(x, ARRAY[y]) FROM sample), (SELECT quern.cross(x, y) FROM sample), 'as with an array of one');
SELECT cmp_ok(pg_temp.off(quern.matrix((SELECT quern.mmchain(x, '{1, -2, 3, -4, 5, -6, 7}') FROM sample)),
  quern.product(quern.transpose(x), quern.product(x, '{{1}, {-2}, {3}, {-4}, {5}, {-6}, {7}}'::quern.matrix))), '<', 1e-12::float8, 'mmchain is X''(Xv)') FROM whole;
SELECT is(quern.gram(x), '{{35,44},{44,56}}', 'small numbers exactly') FROM (VALUES (ARRAY[1, 2]), (ARRAY[3, 4]), (ARRAY[5, 6])) AS t(x);
SELECT is(quern.gram(x::real[]), '{{35,44},{44,56}}', 'of real[]') FROM (VALUES (ARRAY[1, 2]), (ARRAY[3, 4]), (ARRAY[5, 6])) AS t(x);
SELECT is(quern.gram(x::quern.svec), '{{35,44},{44,56}}', 'of svec') FROM (VALUES (ARRAY[1, 2]), (ARRAY[3, 4]), (ARRAY[5, 6])) AS t(x);
SELECT is(format('%s %s %s', quern.cross(x::quern.svec, i), quern.cross(x::quern.svec, ARRAY[i, 1]), quern.mmchain(x::quern.svec, '{1,2,-1}')),
          format('%s %s %s', quern.cross(x, i), quern.cross(x, ARRAY[i, 1]), quern.mmchain(x, '{1,2,-1}')), 'sparse rows as dense ones')
FROM (VALUES (1, ARRAY[1, 0, 2]), (2, ARRAY[0, 0, 0]), (3, ARRAY[0, 5, 6])) AS t(i, x);
SELECT is((SELECT quern.nnz(quern.svec(quern.mmchain(x, ones))) FROM (SELECT array_agg(1::float8) AS ones FROM generate_series(1, 100000)) AS o, (VALUES (quern.svec(100000, '{7,99999}', '{1,2}')), (quern.svec(100000, '{7,8}', '{1,2}'))) AS t(x)), 3, 'wide sparse rows are not written out');
SELECT is(quern.mmchain(x, '{1, 0}'), '{35,44}'::float8[], 'the first column of X''X') FROM (VALUES (ARRAY[1, 2]), (ARRAY[3, 4]), (ARRAY[5, 6])) AS t(x);

-- Sums against PostgreSQL's own, element by element.
SELECT cmp_ok(pg_temp.digits((SELECT quern.sum(x) FROM sample), (SELECT array_agg(s ORDER BY k) FROM (SELECT k, sum(v) AS s FROM sample, unnest(x) WITH ORDINALITY AS u(v, k) GROUP BY k) AS t)), '>', 12::float8, 'sum of vectors');
SELECT cmp_ok(pg_temp.digits((SELECT quern.avg(x) FROM sample), (SELECT array_agg(s ORDER BY k) FROM (SELECT k, avg(v) AS s FROM sample, unnest(x) WITH ORDINALITY AS u(v, k) GROUP BY k) AS t)), '>', 12::float8, 'avg of vectors');
SELECT is((SELECT quern.vector(quern.sum(quern.matrix(x))) FROM sample), (SELECT quern.sum(x) FROM sample), 'sum of matrices');
SELECT is((SELECT quern.vector(quern.avg(quern.matrix(x))) FROM sample), (SELECT quern.avg(x) FROM sample), 'avg of matrices');
SELECT is(quern.sum(m), '{{11,22},{33,44}}', 'of two') FROM (VALUES ('{{1,2},{3,4}}'::quern.matrix), (NULL), ('{{10,20},{30,40}}')) AS t(m);
SELECT is(quern.avg(m), '{{5.5,11},{16.5,22}}', 'their mean') FROM (VALUES ('{{1,2},{3,4}}'::quern.matrix), (NULL), ('{{10,20},{30,40}}')) AS t(m);
SELECT is(quern.sum(m), '{}/0x3', 'without elements') FROM (VALUES ('{}/0x3'::quern.matrix), ('{}/0x3')) AS t(m);
SELECT is(quern.sum(v), '{}'::float8[], 'empty vectors') FROM (VALUES ('{}'::float8[]), ('{}')) AS t(v);
SELECT is(quern.sum(v)::text, '{NaN,Infinity}', 'NaN and infinity go into the sum') FROM (VALUES ('{NaN,Infinity}'::float8[]), ('{1,2}')) AS t(v);
SELECT is(quern.sum(v), '{1,2}'::float8[], 'a vector with a NULL is left out') FROM (VALUES ('{NULL,5}'::float8[]), ('{1,2}')) AS t(v);

-- quern in the search_path leaves sum and avg of numbers as they are.
SET LOCAL search_path = quern, public;
SELECT is((SELECT format('%s %s %s', sum(i), avg(i)::numeric(8,2), pg_typeof(sum(i))) FROM sample), '4501500 1500.50 bigint', 'sum(integer)');
SELECT is((SELECT sum(y) FROM sample), (SELECT pg_catalog.sum(y) FROM sample), 'sum(float8)');
SELECT is((SELECT sum(v) FROM (VALUES (1.5), (2)) AS t(v)), 3.5, 'sum(numeric)');
SELECT is((SELECT sum('1 hour'::interval * k) FROM generate_series(1, 3) AS k), '6 hours'::interval, 'sum(interval)');
SELECT is((SELECT sum(v) FROM (VALUES ('{1,2}'::integer[]), ('{3,4}')) AS t(v)), '{4,6}'::float8[], 'sum(integer[]) is of vectors');
SELECT is((SELECT sum(v) FROM (VALUES ('{1.5,2}'::numeric[]), ('{3,4}')) AS t(v)), '{4.5,6}'::float8[], 'sum(numeric[])');
SELECT is(pg_temp.error_of($$SELECT sum('1')$$), '42725 | function sum(unknown) is not unique | Could not choose a best candidate function. You might need to add explicit type casts.', 'a literal without a type, as ever');
SET LOCAL search_path = public;
SELECT is(pg_temp.error_of($$SELECT sum('1')$$), '42725 | function sum(unknown) is not unique | Could not choose a best candidate function. You might need to add explicit type casts.', 'and without quern');
SELECT throws_like($$SELECT sum(x) FROM sample$$, 'function sum(double precision[]) does not exist', 'nor does it add to pg_catalog');
SET LOCAL search_path = public, quern;

-- Matrices from rows and entries.
SELECT is(quern.matrix_agg(i, r), '{{1,2},{3,4}}', 'rows in any order') FROM (VALUES (2, ARRAY[3, 4]), (1, ARRAY[1, 2])) AS t(i, r);
SELECT is(quern.matrix_agg(i, r), '{{NaN,Infinity}}', 'NaN is a number') FROM (VALUES (1, '{NaN,Infinity}'::float8[])) AS t(i, r);
SELECT is(quern.matrix_agg(i, r), '{}/2x0', 'rows without numbers') FROM (VALUES (2, '{}'::float8[]), (1, '{}')) AS t(i, r);
SELECT is(quern.matrix_agg(1, r), NULL, 'no rows') FROM (SELECT '{1}'::float8[] AS r WHERE false) AS t;
SELECT is(pg_temp.error_of($$SELECT quern.matrix_agg(i, '{1}') FROM unnest('{1,3,4}'::int[]) AS i$$), '22023 | matrix_agg: row 2 is missing, and the last is 4 | Number the rows with row_number().', 'a missing row');
SELECT is(pg_temp.error_of($$SELECT quern.matrix_agg(i, '{1}') FROM unnest('{1,2,2}'::int[]) AS i$$), '22023 | matrix_agg: row 2 comes twice | Number the rows with row_number().', 'a row twice');
SELECT is(pg_temp.error_of($$SELECT quern.matrix_agg(i, '{1}') FROM unnest('{2000000000}'::int[]) AS i$$), '22023 | matrix_agg: row 1 is missing, and the last is 2000000000 | Number the rows with row_number().', 'a large number takes no memory');
SELECT is(pg_temp.error_of($$SELECT quern.matrix_agg(i, '{1}') FROM unnest('{0}'::int[]) AS i$$), '22023 | matrix_agg: i must be between 1 and 2147483647, not 0 | Rows and columns count from 1.', 'row 0');
SELECT throws_like($$SELECT quern.matrix_agg(i, array_fill(1::float8, ARRAY[i])) FROM generate_series(1, 2) AS i$$, 'matrix_agg: rows have different widths (1, then 2)', 'widths');
SELECT is(quern.matrix_agg(i, j, v), '{{0,0,7},{5,0,0}}', 'entries, which add up') FROM (VALUES (1, 3, 3::float8), (2, 1, 5), (1, 3, 4), (NULL, 9, 1)) AS t(i, j, v);
SELECT is(pg_temp.error_of($$SELECT quern.matrix_agg(2000000000, 2000000000, 1)$$), '54000 | matrix_agg: a matrix of 2000000000 x 2000000000 is larger than 1 GB | Cut it into blocks, one a row of a table: see quern.blocks.', 'a shape of 2^31');
SELECT is(pg_temp.error_of($$SELECT quern.matrix_agg(1, 1, v) FROM unnest('{1e308,1e308}'::float8[]) AS v$$), '22003 | matrix_agg: result out of range', 'a sum out of range');

-- Refusals.
SELECT throws_like($$SELECT quern.sum(m) FROM (VALUES ('{{1,2}}'::quern.matrix), ('{{1},{2}}')) AS t(m)$$, 'sum: matrices of different shapes (1 x 2 and 2 x 1)', 'shapes');
SELECT throws_like($$SELECT quern.sum(v) FROM (VALUES ('{1,2}'::float8[]), ('{1}')) AS t(v)$$, 'sum: vectors of different sizes (2, then 1)', 'sizes');
SELECT throws_like($$SELECT quern.sum(v) FROM (VALUES ('{{1,2}}'::float8[])) AS t(v)$$, '%: an array of 2 dimensions, and at most 1 are expected', 'dimensions');
SELECT is(pg_temp.error_of($$SELECT quern.sum(v) FROM (VALUES ('{1e308}'::float8[]), ('{1e308}')) AS t(v)$$), '22003 | sum: result out of range', 'a sum out of range');
SELECT is(pg_temp.error_of($$SELECT quern.gram(v) FROM (VALUES ('{1e200}'::float8[])) AS t(v)$$), '22003 | gram: result out of range', 'a product out of range');
SELECT is(pg_temp.error_of($$SELECT quern.cross(v, 1e300) FROM (VALUES ('{1e200}'::float8[])) AS t(v)$$), '22003 | cross: result out of range', 'of cross too');
SELECT is(pg_temp.error_of($$SELECT quern.mmchain(v, '{1e100}') FROM (VALUES ('{1e200}'::float8[])) AS t(v)$$), '22003 | mmchain: result out of range', 'of mmchain too');
SELECT throws_like($$SELECT quern.gram(v) FROM (VALUES ('{NaN}'::float8[])) AS t(v)$$, 'gram: x must be finite, but x[1] is NaN', 'NaN');
SELECT throws_like($$SELECT quern.gram('{}'::float8[])$$, 'gram: x has no features', 'no features');
SELECT throws_like($$SELECT quern.gram(array_fill(0::float8, ARRAY[11001]))$$, 'gram: x has 11001 features, and at most 11000 are supported', 'too many');
SELECT throws_like($$SELECT quern.cross(ARRAY[1, 2], ARRAY['Infinity'::float8])$$, 'cross: y must be finite, but y[1] is Infinity', 'infinity');
SELECT throws_like($$SELECT quern.cross(x, CASE WHEN i = 2 THEN z ELSE z[1:2] END) FROM sample WHERE i < 4$$, 'cross: rows have different numbers of responses y (2, then 3)', 'responses');
SELECT throws_like($$SELECT quern.mmchain(x, '{1, 2}') FROM sample$$, 'mmchain: x has 7 features, and v has 2 numbers', 'v');
SELECT is(quern.gram(x), NULL, 'no rows') FROM sample WHERE false;

-- Singular values: numpy 2.4.6, numpy.linalg.svd of the four columns of data/iris/iris.csv.
CREATE TABLE iris (sepal_length float8, sepal_width float8, petal_length float8, petal_width float8, species integer);
\copy iris FROM 'data/iris/iris.csv' (FORMAT csv, HEADER)
CREATE TABLE flowers AS SELECT row_number() OVER () AS i, ARRAY[sepal_length, sepal_width, petal_length, petal_width] AS x FROM iris;
CREATE TABLE decomposed AS SELECT (d).s, (d).v FROM (SELECT quern.svd(x) AS d FROM flowers) AS t;
SELECT cmp_ok(pg_temp.digits(s, '{95.95991387196452, 17.761033657328568, 3.4609309303869726, 1.8848263059180452}'), '>', 13::float8, 'singular values of iris') FROM decomposed;
SELECT cmp_ok(pg_temp.digits(quern.gram(x)::float8[], '{{5223.85,2673.43,3483.76,1128.14},{2673.43,1430.4,1674.3,531.89},{3483.76,1674.3,2582.71,869.11},{1128.14,531.89,869.11,302.33}}'), '>', 14::float8, 'X''X of iris') FROM flowers;
SELECT cmp_ok(pg_temp.off(quern.product(quern.transpose(v), v), '{{1,0,0,0},{0,1,0,0},{0,0,1,0},{0,0,0,1}}'), '<', 1e-14::float8, 'v is orthogonal') FROM decomposed;
-- U = X V / s has orthonormal columns, and U S V' is X.
CREATE TABLE u AS SELECT quern.divide(quern.product(x, v), quern.transpose(quern.matrix(s))) AS u, x, s, v FROM decomposed, (SELECT quern.matrix_agg(i, x) AS x FROM flowers) AS t;
SELECT cmp_ok(pg_temp.off(quern.product(quern.transpose(u), u), '{{1,0,0,0},{0,1,0,0},{0,0,1,0},{0,0,0,1}}'), '<', 1e-13::float8, 'u is orthogonal') FROM u;
SELECT cmp_ok(pg_temp.off(quern.product(quern.multiply(u, quern.transpose(quern.matrix(s))), quern.transpose(v)), x), '<', 1e-14::float8, 'U S V'' is X') FROM u;
SELECT is((SELECT (quern.svd(x)).s FROM flowers WHERE i <= 2), (SELECT (quern.svd(x)).s FROM flowers WHERE i <= 2), 'fewer rows than columns');
SELECT is((SELECT array_length((quern.svd(x)).s, 1) FROM flowers WHERE i <= 2), 2, 'have as many singular values as rows');
SELECT cmp_ok(pg_temp.digits((SELECT (quern.tall_svd_merge(state)).s FROM (SELECT quern.tall_svd_state(x) AS state FROM flowers GROUP BY i % 3) AS t), s), '>', 13::float8, 'states merge') FROM decomposed;
SELECT throws_like($$SELECT quern.svd('{1e200,1}'::float8[]) FROM generate_series(1, 200)$$, 'svd: a sum of squares is beyond the range of double precision', 'out of range');
-- MADlib 2.1.0, src/ports/postgres/modules/linalg/test/svd.sql_in: the singular values it expects of its 16 rows, to 4 decimals (Apache License 2.0).
CREATE TABLE madlib (x float8[]);
INSERT INTO madlib VALUES
  ('{396,840,353,446,318,886,15,584,159,383}'::float8[]),
  ('{691,58,899,163,159,533,604,582,269,390}'),
  ('{293,742,298,75,404,857,941,662,846,2}'),
  ('{462,532,787,265,982,306,600,608,212,885}'),
  ('{304,151,337,387,643,753,603,531,459,652}'),
  ('{327,946,368,943,7,516,272,24,591,204}'),
  ('{877,59,260,302,891,498,710,286,864,675}'),
  ('{458,959,774,376,228,354,300,669,718,565}'),
  ('{824,390,818,844,180,943,424,520,65,913}'),
  ('{882,761,398,688,761,405,125,484,222,873}'),
  ('{528,1,860,18,814,242,314,965,935,809}'),
  ('{492,220,576,289,321,261,173,1,44,241}'),
  ('{415,701,221,503,67,393,479,218,219,916}'),
  ('{350,192,211,633,53,783,30,444,176,932}'),
  ('{909,472,871,695,930,455,398,893,693,838}'),
  ('{739,651,678,577,273,935,661,47,373,618}');
SELECT cmp_ok(max(abs(a - b)), '<', 6e-5::float8, 'MADlib''s singular values')
FROM (SELECT (quern.svd(x)).s FROM madlib) AS t, unnest(s, '{6475.6723,1875.1807,1483.2523,1159.7226,1033.8609,948.4374,795.3796,709.0862,462.4738,365.8752}'::float8[]) AS u(a, b);

-- Blocks.
SELECT is((SELECT quern.from_blocks(i, j, block) FROM quern.blocks(x, h, w)), x, format('blocks of %s x %s and back', h, w))
FROM (SELECT quern.matrix_agg(i, x) AS x FROM sample WHERE i <= 23) AS t, (VALUES (1, 1), (5, 3), (23, 7), (24, 8), (7, 7)) AS size(h, w);
SELECT is((SELECT quern.from_blocks(i, j, block) FROM quern.blocks('{}/0x3'::quern.matrix, 2, 2)), '{}/0x3', 'without rows');
SELECT is((SELECT quern.from_blocks(i, j, block) FROM quern.blocks('SELECT i, x FROM sample', 100, 3)), x, 'rows of a query') FROM whole;
SELECT is((SELECT quern.from_blocks(i, j, block) FROM quern.blocks('SELECT i, k, v FROM sample, unnest(x) WITH ORDINALITY AS u(v, k); ', 70, 4)), x, 'entries of a query') FROM whole;
SELECT is((SELECT quern.from_blocks(i, j, block) FROM quern.blocks('VALUES (7, 1, 2.5), (1, 5, 1), (7, 1, 0.5) -- all else is 0', 3, 2)), (SELECT quern.matrix_agg(i, j, v) FROM (VALUES (7, 1, 3), (1, 5, 1)) AS t(i, j, v)), 'entries far from another');
SELECT is((SELECT count(*) FROM quern.blocks('VALUES (7, 1, 2.5), (1, 5, 1)', 3, 2)), 9::bigint, 'blocks of zeros are there');
SELECT is((SELECT count(*) FROM quern.blocks('SELECT i, x FROM sample WHERE false', 3, 2)), 0::bigint, 'no rows, no blocks');
SELECT is(pg_temp.error_of($$SELECT * FROM quern.blocks('SELECT i, x FROM sample WHERE i <> 5', 3, 2)$$), '22023 | blocks: row 5 is missing, and there is a row 6 | Number the rows with row_number().', 'a missing row');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT 1, x FROM sample', 3, 2)$$, 'blocks: row 1 comes twice', 'a row twice');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT 0, 1, 1', 3, 2)$$, 'blocks: i must be between 1 and 2147483647, not 0', 'row 0');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT i, x FROM sample', 0, 2)$$, 'blocks: blocks must have at least 1 row and column, not 0 x 2', 'size 0');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT i FROM sample', 1, 2)$$, 'blocks: the query must have two or three columns', 'columns');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT i, x FROM nowhere', 1, 2)$$, 'relation "nowhere" does not exist', 'a mistake in the query');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT 1; SELECT 2', 1, 2)$$, 'blocks: the query must be one SELECT', 'two statements');
SELECT throws_like($$SELECT * FROM quern.blocks('DELETE FROM sample RETURNING i, x', 1, 2)$$, 'blocks: the query must be a SELECT', 'a statement that writes');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT i, x FROM sample FOR UPDATE', 1, 2)$$, '%not allowed in a non-volatile function', 'one that locks');
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT i, x FROM sample) AS t(i, x); DELETE FROM sample; SELECT * FROM (SELECT 1, 2', 1, 2)$$, 'syntax error%', 'a query that is none');
CREATE ROLE reader_of_nothing;
GRANT USAGE ON SCHEMA quern TO reader_of_nothing;
SET LOCAL ROLE reader_of_nothing;
SELECT throws_like($$SELECT * FROM quern.blocks('SELECT i, x FROM public.sample', 1, 2)$$, 'permission denied%', 'as the caller');
RESET ROLE;
SELECT throws_like($$SELECT quern.from_blocks(i, j, '{{1}}') FROM (VALUES (1, 1), (1, 1)) AS t(i, j)$$, 'from_blocks: block (1, 1) comes twice', 'a block twice');
SELECT throws_like($$SELECT quern.from_blocks(i, j, '{{1}}') FROM (VALUES (1, 1), (3, 1)) AS t(i, j)$$, 'from_blocks: there is no block in block row 2, and the last is 3', 'a block row without blocks');
SELECT throws_like($$SELECT quern.from_blocks(i, j, b) FROM (VALUES (1, 1, '{{1}}'::quern.matrix), (1, 2, '{{1},{2}}')) AS t(i, j, b)$$, 'from_blocks: blocks of block row 1 do not fit together (1 x 1 and 2 x 1)', 'blocks that do not fit');
SELECT is(quern.from_blocks(i, j, b), '{{1,0},{0,2}}', 'a missing block is 0') FROM (VALUES (1, 1, '{{1}}'::quern.matrix), (2, 2, '{{2}}')) AS t(i, j, b);

-- The product by blocks is the product.
CREATE TABLE a AS SELECT * FROM quern.blocks('SELECT i, x FROM sample WHERE i <= 500', 64, 2);
CREATE TABLE b AS SELECT * FROM quern.blocks((SELECT quern.transpose(quern.matrix_agg(i - 500, x)) FROM sample WHERE i > 500 AND i <= 800), 2, 50);
ALTER TABLE a SET (parallel_workers = 2);
ANALYZE a, b;
CREATE TABLE product AS SELECT quern.product((SELECT quern.from_blocks(i, j, block) FROM a), (SELECT quern.from_blocks(i, j, block) FROM b)) AS whole;
SELECT cmp_ok(pg_temp.off((SELECT quern.from_blocks(i, j, s) FROM (SELECT a.i, b.j, quern.sum(a.block OPERATOR(quern.@) b.block) AS s FROM a JOIN b ON a.j = b.i GROUP BY 1, 2) AS t), whole), '<', 1e-14::float8, 'a product by blocks') FROM product;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(pg_temp.plan_of('SELECT a.i, b.j, quern.sum(a.block OPERATOR(quern.@) b.block) FROM a JOIN b ON a.j = b.i GROUP BY 1, 2'), 'Finalize (Group|Hash)?Aggregate.*Gather.*Partial', 'whose plan is parallel');
SELECT cmp_ok(pg_temp.off((SELECT quern.from_blocks(i, j, s) FROM (SELECT a.i, b.j, quern.sum(a.block OPERATOR(quern.@) b.block) AS s FROM a JOIN b ON a.j = b.i GROUP BY 1, 2) AS t), whole), '<', 1e-14::float8, 'as is its result') FROM product;

SET LOCAL parallel_tuple_cost = 0;

-- Workers: the plan, and the same result. `as_matrix` makes a matrix of it.
CREATE FUNCTION pg_temp.serial_and_parallel(call text, as_matrix text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  serial quern.matrix;
  parallel quern.matrix;
BEGIN
  SET LOCAL max_parallel_workers_per_gather = 0;
  EXECUTE format('SELECT %s FROM sample', format(as_matrix, call)) INTO serial;
  SET LOCAL max_parallel_workers_per_gather = 3;
  EXECUTE format('SELECT %s FROM sample', format(as_matrix, call)) INTO parallel;
  RETURN pg_temp.off(parallel, serial);
END
$$;
CREATE TABLE call (call text, as_matrix text);
INSERT INTO call VALUES ('quern.gram(x)', '%s'), ('quern.cross(x, z)', '%s'), ('quern.cross(x, y)', '%s'),
  ('quern.mmchain(x, ''{1,2,3,4,5,6,7}'')', 'quern.matrix(%s)'), ('quern.sum(x)', 'quern.matrix(%s)'), ('quern.avg(x)', 'quern.matrix(%s)'),
  ('quern.sum(x::quern.matrix)', '%s'), ('quern.avg(x::quern.matrix)', '%s'), ('quern.matrix_agg(i, x)', '%s'),
  ('quern.matrix_agg(i, 1 + i / 400, y)', '%s'), ('quern.from_blocks(i, 1, x::quern.matrix)', '%s'), ('quern.svd(x)', '(%s).v'),
  ('quern.pca(x)', 'quern.matrix((SELECT array_agg(loading ORDER BY component, term) FROM quern.loadings(%s)))');
SET LOCAL max_parallel_workers_per_gather = 3;
SELECT matches(pg_temp.plan_of(format('SELECT %s FROM sample', call), true), 'Finalize Aggregate.*Workers Launched: [1-9].*Partial Aggregate', call || ' is parallel') FROM call;
SELECT cmp_ok(pg_temp.serial_and_parallel(call, as_matrix), '<', 1e-10::float8, call || ' in parallel') FROM call;

-- States: merged, by groups, from their text.
SELECT cmp_ok(pg_temp.off((SELECT quern.gram_merge(state::text::quern.state) FROM (SELECT quern.gram_state(x) AS state FROM sample GROUP BY g) AS t), (SELECT quern.gram(x) FROM sample)), '<', 1e-13::float8, 'gram of states');
SELECT cmp_ok(pg_temp.off((SELECT quern.matrix_sum_merge(state) FROM (SELECT quern.matrix_sum_state(x::quern.matrix) AS state FROM sample GROUP BY g) AS t), (SELECT quern.sum(x::quern.matrix) FROM sample)), '<', 1e-13::float8, 'sum of states');
SELECT is((SELECT quern.matrix_agg_merge(state) FROM (SELECT quern.matrix_agg_state(i, x) AS state FROM sample GROUP BY g) AS t), x, 'matrix_agg of states') FROM whole;
SELECT cmp_ok(pg_temp.off((SELECT quern.sum(m) FROM (SELECT quern.gram(x) AS m FROM sample GROUP BY g) AS t), (SELECT quern.gram(x) FROM sample)), '<', 1e-13::float8, 'X''X is the sum of those of groups');

SELECT * FROM finish();
ROLLBACK;
