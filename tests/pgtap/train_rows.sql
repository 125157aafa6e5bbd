-- What quern.train makes of a query: which columns are features, how its rows are gathered, what is refused. Whatever the
-- way of the rows, the model is that of the aggregate over the same query.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql
SET LOCAL client_min_messages = error;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0.1;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;

CREATE FUNCTION u(i bigint, j integer) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hashint8extended(i, j) / 9223372036854775808.0::float8 $$;
CREATE DOMAIN share AS float8 CHECK (VALUE BETWEEN -10 AND 10);
CREATE DOMAIN shares AS float8[];
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE sample AS
SELECT i, 1 + a - 2 * b + u(i, 9) AS y, a, b, i % 2 = 0 AS flag, (i % 5)::smallint AS small, (i % 7)::integer AS whole, i % 11 AS big,
       a::real AS narrow, b::numeric AS exact, a::share AS part, ARRAY[a, b]::shares AS pair,
       (ARRAY['sad', 'ok', 'happy']::mood[])[1 + i % 3] AS mood, 1 + i % 4 AS w,
       CASE WHEN i % 10 > 0 THEN a END AS hole, ARRAY[a, CASE WHEN i % 10 > 0 THEN b END] AS holes
FROM (SELECT i, u(i, 1) AS a, u(i, 2) AS b FROM generate_series(1::bigint, 20000) AS i) AS s;
CREATE TABLE other AS SELECT i, u(i, 3) AS c FROM generate_series(1::bigint, 20000, 2) AS i;
CREATE VIEW seen AS SELECT y, a, b FROM sample WHERE a > 0;
CREATE TEMP TABLE mine AS SELECT y, a, b FROM sample;
CREATE UNLOGGED TABLE unlogged AS SELECT y, a, b FROM sample;
CREATE MATERIALIZED VIEW kept AS SELECT y, a, b FROM sample;
CREATE TABLE parted (y float8, a float8, b float8, i bigint) PARTITION BY HASH (i);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO parted SELECT y, a, b, i FROM sample;
CREATE TABLE nothing (y float8, a float8, b float8);
CREATE FUNCTION serial(float8) RETURNS float8 LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE AS $$ BEGIN RETURN $1; END $$;
CREATE FUNCTION leaders(float8) RETURNS float8 LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$ BEGIN RETURN $1; END $$;
ANALYZE;

-- The ways. The model is the aggregate's, over the query as a subquery.
CREATE FUNCTION pg_temp.way(query text, options jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
  SELECT value FROM quern.explain_train('linear_regression', query, options) WHERE item = 'gather' $$;
CREATE FUNCTION pg_temp.aggregated(query text) RETURNS quern.model LANGUAGE plpgsql AS $$
DECLARE model quern.model;
BEGIN
  EXECUTE format('SELECT quern.linear_regression(y, ARRAY[a, b]) FROM (%s) AS q', query) INTO model;
  RETURN model;
END $$;
CREATE FUNCTION pg_temp.distance(one quern.model, two quern.model) RETURNS float8 LANGUAGE sql AS $$
  SELECT max(abs(one.estimate - two.estimate)) FROM
    (SELECT estimate, row_number() OVER () AS n FROM quern.coefficients(one)) AS one FULL JOIN
    (SELECT estimate, row_number() OVER () AS n FROM quern.coefficients(two)) AS two USING (n) $$;
CREATE TABLE asked (way text, query text);
INSERT INTO asked VALUES
  ('paged', 'SELECT y, a, b FROM sample'),
  ('paged', 'SELECT y, a, b FROM sample;'),
  ('paged', 'SELECT y, a, b FROM sample -- and no more'),
  ('paged', 'SELECT y, a * 2 AS a, abs(b) AS b FROM sample WHERE i % 3 > 0'),
  ('paged', 'SELECT * FROM seen'),
  ('paged', 'SELECT * FROM (SELECT * FROM (SELECT y, a, b FROM sample) AS s) AS t WHERE a < 0.5'),
  ('paged', 'TABLE unlogged'),
  ('paged', 'TABLE kept'),
  ('paged', 'SELECT y, a, b FROM parted_1'),
  ('parallel', 'SELECT y, a, b FROM parted'),
  ('parallel', 'SELECT y, a, c AS b FROM sample JOIN other USING (i)'),
  ('parallel', 'SELECT y, a, coalesce(c, 0) AS b FROM sample LEFT JOIN other USING (i)'),
  ('parallel', 'WITH s AS (SELECT * FROM sample) SELECT y, a, c AS b FROM s JOIN other USING (i)'),
  ('parallel', 'SELECT y, a, b FROM sample WHERE i IN (SELECT i FROM other)'),
  ('parallel', 'SELECT y, a, b FROM sample UNION ALL SELECT y, b, a FROM parted'),
  ('parallel', 'SELECT y, a, b FROM sample WHERE i > (SELECT min(i) FROM other)'),
  ('leader', 'SELECT y, a, b FROM sample ORDER BY i'),
  ('leader', 'SELECT y, a, b FROM sample ORDER BY y LIMIT 1000'),
  ('leader', 'SELECT y, a, b FROM sample ORDER BY i OFFSET 10'),
  ('leader', 'SELECT avg(y) AS y, avg(a) AS a, avg(b) AS b FROM sample GROUP BY i % 100'),
  ('leader', 'SELECT DISTINCT y, a, b FROM sample'),
  ('leader', 'SELECT y, a, b FROM mine'),
  ('leader', 'SELECT y, serial(a) AS a, b FROM sample WHERE i < 500'),
  ('leader', 'WITH s AS MATERIALIZED (SELECT y, a, b FROM sample) SELECT * FROM s'),
  ('leader', 'VALUES (1, 2, 3), (2, 3, 5), (3, 4, 4), (4, 7, 1)');
UPDATE asked SET query = 'SELECT * FROM (' || query || ') AS v(y, a, b)' WHERE query ~ '^VALUES';
SELECT is(pg_temp.way(query), way, 'gathered ' || way || ': ' || query) FROM asked;
SELECT cmp_ok(pg_temp.distance(quern.train('linear_regression', query), pg_temp.aggregated(rtrim(query, ';') || E'\n')), '<', 1e-9::float8,
              'the model of ' || query) FROM asked;
SELECT is((quern.info(quern.train('linear_regression', query))).rows, (quern.info(pg_temp.aggregated(rtrim(query, ';') || E'\n'))).rows,
          'the rows of ' || query) FROM asked;
SELECT is(pg_temp.way('SELECT y, leaders(a) AS a, b FROM sample'), 'leader', 'a function that workers must not call');
-- A column may have the name that the rows have inside.
SELECT is((quern.info(quern.train('linear_regression', 'SELECT q.y, q.a AS q FROM sample AS q JOIN other USING (i)'))).feature_names, 'q', 'a column q');
-- Workers pack their rows: none passes the leader.
SELECT matches(pg_temp.plan_of(format('SELECT quern.gather_rows(q.*) FROM (%s) AS q', query)), 'Finalize Aggregate.*Gather.*Partial Aggregate', 'in parallel: ' || query)
FROM asked WHERE way = 'parallel';
-- With few workers, and none.
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is(pg_temp.way(query), CASE way WHEN 'parallel' THEN 'leader' ELSE way END, 'without workers: ' || query) FROM asked WHERE way <> 'leader';
SELECT cmp_ok(pg_temp.distance(quern.train('linear_regression', query), pg_temp.aggregated(rtrim(query, ';') || E'\n')), '<', 1e-9::float8,
              'the model without workers of ' || query) FROM asked WHERE way <> 'leader';
SET LOCAL max_parallel_workers_per_gather = 2;

-- The query again for each pass.
SELECT is(pg_temp.way(query, '{"store": "none"}'), 'streamed', 'streamed: ' || query) FROM asked;
SELECT cmp_ok(pg_temp.distance(quern.train('linear_regression', query, '{"store": "none"}'), quern.train('linear_regression', query)), '<', 1e-9::float8,
              'the model, streamed, of ' || query) FROM asked WHERE query !~ 'serial';
CREATE SEQUENCE turn;
SELECT matches(pg_temp.error_of($$ SELECT quern.train('linear_regression', 'SELECT y, a FROM sample WHERE nextval(''turn'') <= 30000', '{"store": "none"}') $$),
               '^22023 \| train: the query gives other rows each time it runs', 'a query that gives fewer rows the second time');
ALTER SEQUENCE turn RESTART;
SELECT matches(pg_temp.error_of($$ SELECT quern.train('linear_regression', 'SELECT y, a FROM sample WHERE nextval(''turn'') > 10000', '{"store": "none"}') $$),
               '^22023 \| train: the query gives other rows each time it runs', 'a query that gives more rows the second time');

-- Beyond the memory: the same bits, in files that are gone.
CREATE TABLE wide AS SELECT u(i, 0) AS y, ARRAY(SELECT u(i, j) FROM generate_series(1, 40) AS j) AS x FROM generate_series(1::bigint, 20000) AS i;
CREATE TABLE stored AS SELECT quern.train('linear_regression', 'SELECT y, x FROM wide') AS here,
  quern.train('linear_regression', 'SELECT y, x FROM wide', '{"solver": "sgd", "max_iter": 3, "tol": 1e-12}') AS here_by_steps;
SET LOCAL quern.train_memory = '1MB';
SELECT is((SELECT array_agg(float8send(estimate)) FROM quern.coefficients(quern.train('linear_regression', 'SELECT y, x FROM wide'))),
          (SELECT array_agg(float8send(estimate)) FROM quern.coefficients(here)), 'spilled: the same bits') FROM stored;
SELECT is((SELECT array_agg(float8send(estimate)) FROM quern.coefficients(quern.train('linear_regression', 'SELECT y, x FROM wide', '{"solver": "sgd", "max_iter": 3, "tol": 1e-12}'))),
          (SELECT array_agg(float8send(estimate)) FROM quern.coefficients(here_by_steps)), 'spilled, by stochastic descent: the same bits') FROM stored;
SELECT cmp_ok(pg_temp.distance(quern.train('linear_regression', 'SELECT w.y, w.x FROM wide AS w LEFT JOIN other ON other.i = w.y'), here), '<', 1e-9::float8,
              'spilled by workers of a query') FROM stored;
-- Rows that are larger than a block.
CREATE TABLE huge AS SELECT i AS y, ARRAY(SELECT u(i, j) FROM generate_series(1, 6000) AS j) AS x FROM generate_series(1::bigint, 60) AS i;
SELECT is((quern.info(quern.train('linear_regression', 'SELECT y, x FROM huge', '{"l2": 1, "solver": "lbfgs", "max_iter": 2}'))).features, 6000::bigint, 'rows of 48 kB, spilled');
SELECT is((SELECT array_agg(float8send(estimate)) FROM quern.coefficients(quern.train('linear_regression', 'SELECT y, x FROM huge', '{"l2": 1, "solver": "lbfgs", "max_iter": 2}'))),
          spilled, 'rows of 48 kB: the same bits in memory and in files')
FROM (SELECT (SELECT array_agg(float8send(estimate)) FROM quern.coefficients(quern.train('linear_regression', 'SELECT y, x FROM huge', '{"l2": 1, "solver": "lbfgs", "max_iter": 2}'))) AS spilled, set_config('quern.train_memory', '64MB', true)) AS s;
SET LOCAL quern.train_memory = '1MB';
SET LOCAL temp_file_limit = '1MB';
SELECT is(pg_temp.error_of($$ SELECT quern.train('linear_regression', 'SELECT y, x FROM wide') $$),
          '53400 | temporary file size exceeds temp_file_limit (1024kB)', 'temp_file_limit');
SELECT is((SELECT count(*) FROM pg_ls_tmpdir()), 0::bigint, 'no file is left');
RESET temp_file_limit;
RESET quern.train_memory;

-- The columns. Each of these models has a column that is a, in other types.
CREATE FUNCTION pg_temp.trained(query text, options jsonb DEFAULT '{}', algorithm text DEFAULT 'linear_regression') RETURNS quern.model
  LANGUAGE sql AS $$ SELECT quern.train(algorithm, query, options) $$;
SELECT is((SELECT feature_names FROM quern.info(pg_temp.trained(query))), names, 'features: ' || query)
FROM (VALUES
  ('SELECT y, flag, small, whole, big, narrow, exact, part FROM sample', 'flag, small, whole, big, narrow, exact, part'),
  ('SELECT y, pair FROM sample', 'pair[1], pair[2]'),
  ('SELECT y, a, pair, b * 1 AS c FROM sample', 'a, pair[1], pair[2], c'),
  ('SELECT y, ARRAY[whole, big] AS x FROM sample', 'x[1], x[2]'),
  ('SELECT y, ARRAY[small] AS s, ARRAY[narrow, 1] AS n, ARRAY[exact, 0.5] AS e FROM sample', 's[1], n[1], n[2], e[1], e[2]'),
  ('SELECT y, ARRAY[a, 0, b]::quern.svec AS s, whole FROM sample', 's[1], s[2], s[3], whole')) AS q(query, names);
SELECT is((SELECT feature_names FROM quern.info(pg_temp.trained('SELECT y, a + 1, a - b FROM sample', '{"feature_names": ["p", "q"]}'))), 'p, q', 'option feature_names');
SELECT is((SELECT feature_names FROM quern.info(pg_temp.trained('SELECT a, y, b FROM sample', '{"target": "y"}'))), 'a, b', 'option target');
SELECT cmp_ok(pg_temp.distance(pg_temp.trained('SELECT y, exact, part, small, whole, big FROM sample'),
                               (SELECT quern.linear_regression(y, ARRAY[exact, part, small, whole, big]::float8[]) FROM sample)), '<', 1e-9::float8, 'columns of all types');
SELECT cmp_ok(pg_temp.distance(pg_temp.trained('SELECT y, pair, ARRAY[whole, small] AS i, ARRAY[big] AS e, flag FROM sample'),
                               (SELECT quern.linear_regression(y, pair::float8[] || ARRAY[whole, small, big, flag::integer]::float8[]) FROM sample)), '<', 1e-9::float8,
              'arrays of all types beside numbers');
SELECT cmp_ok(pg_temp.distance(pg_temp.trained('SELECT y, w, a, b FROM sample', '{"weight": "w"}'),
                               (SELECT quern.linear_regression(y, ARRAY[a, b], w::float8, '{}') FROM sample)), '<', 1e-9::float8, 'option weight');
SELECT is((SELECT rows FROM quern.info(pg_temp.trained('SELECT y, (i % 2) AS w, a FROM sample', '{"weight": "w"}'))), 10000::bigint, 'rows of weight 0 are left out');
SELECT cmp_ok(pg_temp.distance(pg_temp.trained('SELECT y, a, ARRAY[0, b, 0, a * b]::quern.svec AS s FROM sample'),
                               pg_temp.trained('SELECT y, a, ARRAY[0, b, 0, a * b] AS s FROM sample')), '<', 1e-6::float8, 'an svec beside a number, and dense');
SELECT cmp_ok(pg_temp.distance(pg_temp.trained('SELECT y, a, b FROM sample', '{"precision": "float4"}'), pg_temp.aggregated('SELECT y, a, b FROM sample')), '<', 1e-5::float8, 'float4');
-- NULL anywhere in a row: skipped and counted, in every way.
SELECT is((SELECT array[rows, skipped] FROM quern.info(pg_temp.trained(query, options::jsonb))), ARRAY[18000, 2000]::bigint[], 'NULLs: ' || query || options)
FROM (VALUES ('SELECT y, hole FROM sample', '{}'), ('SELECT y, holes FROM sample', '{}'), ('SELECT hole, a FROM sample', '{}'), ('SELECT y, abs(hole) AS w, b FROM sample', '{"weight": "w"}'),
             ('SELECT y, hole FROM sample ORDER BY i', '{}'), ('SELECT y, hole FROM sample', '{"store": "none"}'), ('SELECT y, holes FROM sample LEFT JOIN other USING (i)', '{}'),
             ('SELECT y, a, NULLIF(i % 10, 0) AS k FROM sample', '{"precision": "float4"}')) AS q(query, options);
SELECT ok(pg_temp.trained('SELECT y, a, NULL::float8[] AS x FROM sample') IS NULL, 'all rows skipped');
SELECT ok(pg_temp.trained('TABLE nothing') IS NULL, 'no rows');
SELECT ok(pg_temp.trained('TABLE nothing', '{"store": "none"}') IS NULL, 'no rows, streamed');

-- Classes, in the order of a user whatever the order of the rows.
SELECT is((SELECT class_names FROM quern.info(pg_temp.trained(query, '{"max_iter": 2, "solver": "lbfgs"}', 'multinomial_regression'))), names, 'classes: ' || query)
FROM (VALUES
  ('SELECT mood, a FROM sample ORDER BY i DESC', 'happy, ok, sad'),
  ('SELECT mood::text, a FROM sample JOIN other USING (i)', 'happy, ok, sad'),
  ('SELECT mood::text::varchar(5), a FROM sample', 'happy, ok, sad'),
  ('SELECT flag, a FROM sample ORDER BY i DESC', 'false, true'),
  ('SELECT 12 - big, a FROM sample WHERE i % 11 IN (0, 3, 9, 10)', '2, 3, 9, 12'),
  ('SELECT (big - 1) / 2.0, a FROM sample WHERE big < 4', '-0.5, 0, 0.5, 1'),
  ('SELECT 9007199254740993 + small, a FROM sample WHERE small < 3', '9007199254740993, 9007199254740994, 9007199254740995')) AS q(query, names);
SELECT is((SELECT target FROM quern.info(pg_temp.trained(query, '{"max_iter": 2}', 'logistic_regression'))), target, 'the target of ' || query)
FROM (VALUES ('SELECT flag, a FROM sample', 'boolean'), ('SELECT flag::integer, a FROM sample', 'numeric class'), ('SELECT flag::text, a FROM sample', 'text class')) AS q(query, target);
-- The numbers of a scan in parallel come out as those of an ordered one.
SELECT cmp_ok(pg_temp.distance(pg_temp.trained('SELECT mood::text, a, b, y FROM sample', '{}', 'multinomial_regression'),
                               pg_temp.trained('SELECT mood::text, a, b, y FROM sample ORDER BY -i', '{}', 'multinomial_regression')), '<', 1e-4::float8, 'classes keep their rows');

-- What is refused, and how.
SELECT is(pg_temp.error_of(format('SELECT quern.train(%L, %L, %L)', coalesce(algorithm, 'linear_regression'), query, coalesce(options, '{}'))), error, query)
FROM (VALUES
  ('', '22023 | train: the query is empty | It must be one SELECT.', NULL, NULL),
  ('SELECT y, a FROM sample; SELECT 1', '22023 | train: the query has more than one statement | It must be one SELECT.', NULL, NULL),
  ('SELECT y, a INTO t FROM sample', '22023 | train: the query must be a SELECT that only reads, not SELECT INTO | Write to a table first, and SELECT from it.', NULL, NULL),
  ('INSERT INTO nothing VALUES (1, 2, 3) RETURNING *', '22023 | train: the query must be a SELECT that only reads, not INSERT | Write to a table first, and SELECT from it.', NULL, NULL),
  ('EXPLAIN SELECT y, a FROM sample', '22023 | train: the query must be a SELECT that only reads, not EXPLAIN | Write to a table first, and SELECT from it.', NULL, NULL),
  ('COPY sample TO STDOUT', '22023 | train: the query must be a SELECT that only reads, not COPY | Write to a table first, and SELECT from it.', NULL, NULL),
  ('WITH d AS (DELETE FROM sample RETURNING y, a) SELECT * FROM d', '22023 | train: the query must be a SELECT that only reads, not a statement that writes | Write to a table first, and SELECT from it.', NULL, NULL),
  ('SELECT y, a FROM sample FOR UPDATE', '22023 | train: the query must be a SELECT that only reads, not SELECT FOR UPDATE | Write to a table first, and SELECT from it.', NULL, NULL),
  ('SELECT * FROM (SELECT y, a FROM sample FOR SHARE) AS s', '22023 | train: the query must be a SELECT that only reads, not one that locks or writes rows | Write to a table first, and SELECT from it.', NULL, NULL),
  ('SELECT 1) AS q, (SELECT 2', '42601 | syntax error at or near ")"', NULL, NULL),
  ('SELECT y, a FROM sample WHERE a > $1', '42P02 | there is no parameter $1', NULL, NULL),
  ('SELECT y, zz FROM sample', '42703 | column "zz" does not exist', NULL, NULL),
  ('SELECT y FROM sample', '22023 | train: the query must have a column y and at least one of features, but has 1 column', NULL, NULL),
  ('SELECT y, w FROM sample', '22023 | train: the query must have a column y, a weight and at least one of features, but has 2 columns', NULL, '{"weight": "w"}'),
  ('SELECT y, a FROM sample', '22023 | train: option "target" names "z", which is no column of the query | Its columns are y, a.', NULL, '{"target": "z"}'),
  ('SELECT y, mood FROM sample', '22023 | linear_regression: column "mood" is of type mood, which is no feature | Leave it out, or cast it to a number.', NULL, NULL),
  ('SELECT y, mood::text FROM sample', '22023 | linear_regression: column "mood" is of type text, which is no feature | Leave it out, or cast it to a number.', NULL, NULL),
  ('SELECT mood::text, a FROM sample', '22023 | linear_regression: column "mood" is of type text, which is no number to be predicted | Cast it to double precision, or name another column with the option "target".', NULL, NULL),
  ('SELECT pair, a FROM sample', '22023 | linear_svm: column "pair" is of type shares, which is no class | Cast it to text, to a number or to boolean.', 'linear_svm', NULL),
  ('SELECT y, a, mood FROM sample', '22023 | linear_regression: column "mood" is of type mood, which is no weight | Cast it to double precision.', NULL, '{"weight": "mood"}'),
  ('SELECT y, a, a FROM sample', '22023 | linear_regression: the query has more than one column "a" | Give each its own name with AS.', NULL, NULL),
  ('SELECT y, a + 1 FROM sample', '22023 | linear_regression: feature column 2 of the query has no name | Give it one with AS.', NULL, NULL),
  ('SELECT y, a FROM sample', '22023 | linear_regression: option "feature_names" must name all 1 features, not 2', NULL, '{"feature_names": ["p", "q"]}'),
  ('SELECT y, CASE WHEN i = 7 THEN ''NaN'' ELSE a END AS a, b FROM sample', '22023 | linear_regression: a must be finite, not NaN | Leave such rows out with WHERE, or by a NULL: nullif(..., ''NaN'').', NULL, NULL),
  ('SELECT y, a, ARRAY[b, CASE WHEN i = 7 THEN ''Infinity'' ELSE a END] AS x FROM sample', '22023 | linear_regression: x must be finite, but x[2] is Infinity | Leave such rows out with WHERE, or by a NULL: nullif(..., ''NaN'').', NULL, NULL),
  ('SELECT CASE WHEN i = 7 THEN ''-Infinity'' ELSE y END AS y, a FROM sample', '22023 | linear_regression: y must be finite, not -Infinity | Leave such rows out with WHERE, or by a NULL.', NULL, NULL),
  ('SELECT y, a, w - 2 AS w FROM sample', '22023 | linear_regression: weight "w" must be finite and at least 0, not -1', NULL, '{"weight": "w"}'),
  ('SELECT -1 AS y, a FROM sample', '22023 | poisson_regression: y must be at least 0, not -1 | Leave such rows out with WHERE, or by a NULL.', 'poisson_regression', NULL),
  ('SELECT 0 AS y, a FROM sample', '22023 | gamma_regression: y must be above 0, not 0 | Leave such rows out with WHERE, or by a NULL.', 'gamma_regression', NULL),
  ('SELECT y, CASE WHEN i < 20000 THEN ARRAY[1, 2, 3] ELSE ARRAY[1, 2] END AS x FROM sample ORDER BY i', '22023 | linear_regression: rows have different numbers of features (3, then 2) | Every row needs the same features; write NULL for a row to be left out.', NULL, NULL),
  ('SELECT y, ARRAY[[1, 2], [3, 4]] AS x FROM sample', '22023 | linear_regression: "x" must be a one-dimensional array, not one of 2 dimensions | Give its rows as columns of their own, or unnest it.', NULL, NULL),
  ('SELECT y, ''{}''::float8[] AS x FROM sample', '22023 | linear_regression: x has no features | Give at least one number in each row, or leave the row out by a NULL.', NULL, NULL),
  ('SELECT y, a, 1e300 AS big FROM sample', '22003 | train: a feature is beyond the range of float4 (1e+300) | Use the option "precision": "float8", or scale the column.', NULL, '{"precision": "float4"}'),
  ('SELECT i, a FROM sample', '54000 | linear_svm: i has more than 10000 classes | A number to be predicted is no class: use a regression.', 'linear_svm', NULL),
  ('SELECT mood::text, a FROM sample', '22023 | logistic_regression: mood has 3 classes ("happy", "ok", "sad"), not 2 | Use multinomial_regression or linear_svm for more than two classes.', 'logistic_regression', NULL),
  ('SELECT true AS y, a FROM sample', '22023 | logistic_regression: y is "true" in all rows | A classifier needs rows of two classes.', 'logistic_regression', NULL),
  ('SELECT y, 1 / (i - 7) AS a FROM sample', '22012 | division by zero', NULL, NULL)) AS q(query, error, algorithm, options);
-- Rows of different widths in different processes.
SELECT matches(pg_temp.error_of($$ SELECT quern.train('linear_regression', 'SELECT s.y, CASE WHEN s.i < 10000 THEN ARRAY[s.a] ELSE ARRAY[s.a, s.b] END AS x FROM sample AS s LEFT JOIN other USING (i)') $$),
               '^22023 \| linear_regression: rows have different numbers of features \((1, then 2|2, then 1)\)', 'widths that differ between processes');

-- Only a training gathers, and only its own rows.
SELECT is(pg_temp.error_of('SELECT quern.gather_rows(s.*) FROM sample AS s'),
          '22023 | gather_rows: there is no training to gather rows for | quern.train calls this function, nothing else should.', 'gather_rows outside of a training');
SELECT is(pg_temp.error_of($$ SELECT quern.train('linear_regression', 'SELECT y, a, (SELECT quern.gather_rows(o.*) FROM other AS o) AS n FROM sample JOIN other USING (i)') $$),
          '42804 | gather_rows: not a row of the query that is trained on', 'rows of other types');

-- Row security: quals of the plan, evaluated for the caller in every way of gathering.
CREATE ROLE quern_rows_reader;
GRANT USAGE ON SCHEMA quern TO quern_rows_reader;
GRANT SELECT ON sample, other TO quern_rows_reader;
ALTER TABLE sample ENABLE ROW LEVEL SECURITY;
CREATE POLICY early ON sample FOR SELECT TO quern_rows_reader USING (i <= 1000 AND leaders(1) = 1);
CREATE POLICY all_to_test ON sample FOR SELECT TO quern_rows_reader USING (false);
SET LOCAL ROLE quern_rows_reader;
SELECT (quern.info(quern.train('linear_regression', 'SELECT y, a FROM sample'))).rows AS paged,
       (quern.info(quern.train('linear_regression', 'SELECT y, a FROM sample JOIN other USING (i)'))).rows AS parallel,
       (quern.info(quern.train('linear_regression', 'SELECT y, a FROM sample ORDER BY i'))).rows AS leader,
       (quern.info(quern.train('linear_regression', 'SELECT y, a FROM sample', '{"store": "none"}'))).rows AS streamed \gset
DO $$ BEGIN
  PERFORM quern.train('linear_regression', 'SELECT y, a FROM nothing');
EXCEPTION WHEN OTHERS THEN
  PERFORM set_config('test.state', SQLSTATE, true);
END $$;
RESET ROLE;
SELECT is(ARRAY[:paged, :parallel, :leader, :streamed], ARRAY[1000, 500, 1000, 1000], 'row level security in every way');
SELECT is(current_setting('test.state'), '42501', 'a table that the caller may not read');

SELECT * FROM finish();
ROLLBACK;
