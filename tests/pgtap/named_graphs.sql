-- quern.graph_of and named graphs, in one session; tests/client/named_graphs.cpp has many.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL client_min_messages = error;

-- The same edges however they are read: by pages or by rows, whatever the type and the place of the columns, with dropped
-- columns, NULLs, texts before them, parts of tables, and rows that are dead or updated.
CREATE TABLE edge (src bigint, dst bigint);
INSERT INTO edge SELECT src - 1000, dst * 1000000007 FROM quern.rmat_graph(8, 8, 3);
CREATE TABLE of_int (note text, dst bigint, w real, src smallint, gone integer);
INSERT INTO of_int SELECT repeat('x', (src + 1000)::int % 50), dst, src, src, 1 FROM edge;
ALTER TABLE of_int DROP gone, ADD later integer DEFAULT 7;
CREATE TABLE of_width (pad integer, src integer, gone bigint, dst bigint, w smallint);
INSERT INTO of_width SELECT 1, src, 2, dst, src FROM edge;
ALTER TABLE of_width DROP gone;
INSERT INTO of_width SELECT NULL, src, dst, src FROM edge;
DELETE FROM of_width WHERE pad = 1;
UPDATE of_width SET pad = 5 WHERE src % 3 = 0;
CREATE TABLE parted (src bigint, dst bigint) PARTITION BY HASH (src);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT * FROM edge;
CREATE TEMP TABLE passing AS SELECT * FROM edge;
SELECT is(quern.graph_of(query)::text, (SELECT quern.graph(src, dst) FROM edge)::text, query)
FROM unnest(ARRAY['SELECT src, dst FROM edge', 'SELECT * FROM edge;', 'SELECT src, dst FROM edge ORDER BY dst', 'TABLE parted', 'TABLE passing',
  'SELECT src, dst FROM of_int', 'SELECT src, dst FROM of_width', 'SELECT src, dst FROM edge WHERE src < 1e9',
  'WITH e AS MATERIALIZED (TABLE edge) SELECT * FROM e', 'SELECT src + 0, dst FROM edge', 'SELECT * FROM edge UNION ALL SELECT NULL, NULL']) AS query;
SELECT is(quern.graph_of(query)::text, (SELECT quern.graph(src, dst, src) FROM edge)::text, query)
FROM unnest(ARRAY['SELECT src, dst, src FROM edge', 'SELECT src, dst, w FROM of_int', 'SELECT src, dst, w FROM of_width',
  'SELECT src, dst, src::numeric FROM edge', 'SELECT src, dst, src::float8 FROM edge UNION ALL SELECT 1, 2, NULL']) AS query;
SELECT is(quern.text_graph_of(query)::text, (SELECT quern.graph(src::text, dst::text) FROM edge)::text, query)
FROM unnest(ARRAY['SELECT src::text, dst::text FROM edge', 'TABLE edge', 'SELECT src::varchar, dst::bpchar FROM edge']) AS query;
SELECT is(quern.text_graph_of('SELECT repeat(chr(97 + i % 7), 3000), repeat(chr(97 + i % 5), 2000), i::float8 FROM generate_series(1, 5000) AS i')::text,
  (SELECT quern.graph(repeat(chr(97 + i % 7), 3000), repeat(chr(97 + i % 5), 2000), i::float8) FROM generate_series(1, 5000) AS i)::text, 'long texts');
SELECT is(quern.graph_of('TABLE edge', options)::text, (SELECT quern.graph(src, dst, options) FROM edge)::text, options::text)
FROM unnest(ARRAY['{"directed": false}', '{"multi": "sum"}', '{"multi": "max", "loops": false}', '{"loops": false, "directed": false}']::jsonb[]) AS options;
SELECT results_eq($$ SELECT * FROM quern.pagerank(quern.graph_of('TABLE edge', '{"transpose": true}')) $$,
  $$ SELECT * FROM quern.pagerank(quern.graph_of('TABLE edge')) $$, 'with the lists the other way round too');
CREATE TABLE half_null (src bigint, dst bigint);
INSERT INTO half_null VALUES (1, 2), (NULL, 3), (4, NULL), (NULL, NULL);
SELECT is(quern.graph_of('TABLE half_null')::text, (SELECT quern.graph(src, dst) FROM half_null)::text, 'NULLs');
SELECT is(quern.graph_of('SELECT 1, 2 WHERE false')::text, '{"directed": true, "edges": []}', 'no rows are a graph without vertices');
SELECT is((SELECT array_agg(vertex) FROM quern.vertices(quern.graph_of('TABLE half_null'))), '{1,2,3,4}', 'its vertices');

-- What is refused.
SELECT is(pg_temp.error_of(format('SELECT quern.graph_of(%L, %L)', query, options)), error, query || options)
FROM (VALUES
  ('SELECT 1', '{}', '22023 | graph_of: the query has 1 column, not two or three | They are source, target and, if edges have one, weight.'),
  ('SELECT 1, 2, 3, 4', '{}', '22023 | graph_of: the query has 4 columns, not two or three | They are source, target and, if edges have one, weight.'),
  ('SELECT ''a'', 2', '{}', '22023 | graph_of: the source column "?column?" is of type text, which is no number of a vertex | Cast it to bigint, or make a graph of text ids (quern.text_graph).'),
  ('SELECT 1, 2.5 AS b', '{}', '22023 | graph_of: the target column "b" is of type numeric, which is no number of a vertex | Cast it to bigint, or make a graph of text ids (quern.text_graph).'),
  ('SELECT 1, 2, now() AS w', '{}', '22023 | graph_of: the weight column "w" is of type timestamp with time zone, which is no weight | Cast it to double precision.'),
  ('SELECT 1, 2, ''Infinity''::float8', '{}', '22023 | graph_of: the weight of the edge from 1 to 2 is Infinity | Weights are finite numbers; leave an edge out, or give it another weight.'),
  ('DELETE FROM edge', '{}', '22023 | graph_of: the query must be a SELECT that only reads, not DELETE | Write to a table first, and SELECT from it.'),
  ('SELECT src, dst FROM edge FOR UPDATE', '{}', '22023 | graph_of: the query must be a SELECT that only reads, not SELECT FOR UPDATE | Write to a table first, and SELECT from it.'),
  ('', '{}', '22023 | graph_of: the query is empty | It must be one SELECT.'),
  ('SELECT 1, 2', '{"direct": 1}', '22023 | graph_of: unknown option "direct" | Options are directed, multi, loops and transpose.'),
  ('SELECT 1, 2', '{"text_ids": true}', '22023 | graph_of: unknown option "text_ids" | Options are directed, multi, loops and transpose.')
) AS refused(query, options, error);
CREATE FUNCTION writes() RETURNS bigint LANGUAGE sql AS 'INSERT INTO edge VALUES (1, 2) RETURNING src';
SELECT throws_ok($$ SELECT quern.graph_of('SELECT writes(), 2') $$, '25006', NULL, 'a function in the query cannot write');
SELECT lives_ok($$ INSERT INTO edge SELECT 1, 2 WHERE false $$, 'and afterwards the transaction can');

-- Named graphs.
SELECT is(quern.graph_create('roads', 'SELECT src, dst FROM edge'), (SELECT count(*) FROM edge), 'graph_create returns the number of edges');
SELECT results_eq($$ SELECT * FROM quern.edges('roads') $$, $$ SELECT * FROM quern.edges(quern.graph_of('TABLE edge')) $$, 'its edges');
SELECT results_eq($$ SELECT * FROM quern.pagerank('roads') $$, $$ SELECT * FROM quern.pagerank(quern.graph_of('TABLE edge')) $$, 'and ranks');
SELECT results_eq($$ SELECT vertices, edges, in_memory, changed_rows, stale, owner = current_user, query, readers FROM quern.graphs WHERE name = 'roads' $$,
  $$ SELECT vertices, edges, true, 0::bigint, false, true, 'SELECT src, dst FROM edge', '' FROM quern.graph_summary(quern.graph_of('TABLE edge')) $$, 'its row in quern.graphs');
INSERT INTO edge VALUES (77, 78), (78, 79);
DELETE FROM edge WHERE src = 78;
SELECT results_eq($$ SELECT changed_rows, stale FROM quern.graphs $$, $$ VALUES (3::bigint, true) $$, 'it is told that rows changed');
SELECT is((SELECT count(*) FROM quern.vertices('roads') WHERE vertex = 77), 0::bigint, 'until it is refreshed it stays');
SAVEPOINT before;
SELECT is(quern.graph_refresh('roads'), (SELECT count(*) FROM edge), 'graph_refresh');
SELECT is((SELECT count(*) FROM quern.vertices('roads') WHERE vertex = 77), 1::bigint, 'has the new edge');
SELECT results_eq($$ SELECT changed_rows, stale FROM quern.graphs $$, $$ VALUES (0::bigint, false) $$, 'and is not stale');
ROLLBACK TO before;
SELECT is((SELECT count(*) FROM quern.vertices('roads') WHERE vertex = 77), 0::bigint, 'after the rollback it is as it was');
SAVEPOINT before;
SELECT lives_ok($$ SELECT quern.graph_drop('roads') $$, 'graph_drop');
SELECT throws_ok($$ SELECT * FROM quern.vertices('roads') $$, '42704', 'graph "roads" does not exist', 'then it is gone');
ROLLBACK TO before;
SELECT is((SELECT count(*) FROM quern.vertices('roads')), (SELECT vertices FROM quern.graphs), 'after the rollback it is there');
TRUNCATE edge;
SELECT results_eq($$ SELECT changed_rows, stale FROM quern.graphs $$, $$ VALUES (NULL::bigint, true) $$, 'a table that was truncated has changed by no known number of rows');

SELECT lives_ok($$ SELECT quern.graph_create('names', $q$ SELECT * FROM (VALUES ('a', 'b', 0.5), ('b', 'c', 2)) AS v $q$, '{"text_ids": true, "directed": false, "transpose": true}') $$, 'texts');
SELECT results_eq($$ SELECT vertex, distance FROM quern.shortest_paths('names'::quern.text_graph, 'a') $$, $$ VALUES ('a', 0::float8), ('b', 0.5), ('c', 2.5) $$, 'its paths');
SELECT throws_ok($$ SELECT * FROM quern.vertices('names'::quern.graph) $$, '42804', 'the ids of graph "names" are texts, not numbers', 'it is no graph of numbers');
SELECT throws_ok($$ SELECT * FROM quern.vertices('roads'::quern.text_graph) $$, '42804', 'the ids of graph "roads" are numbers, not texts', 'and the other none of texts');
SELECT is(pg_typeof('names'::quern.text_graph)::text || ' ' || ('names'::quern.text_graph)::text, 'quern.text_graph names', 'a name is a value of the type');

SELECT is(pg_temp.error_of(call), error, call)
FROM (VALUES
  ('SELECT quern.graph_create(''roads'', ''SELECT 1, 2'')', '42710 | graph "roads" already exists | quern.graph_refresh(name) makes it anew, quern.graph_drop(name) removes it.'),
  ('SELECT quern.graph_create(''{}'', ''SELECT 1, 2'')', '22023 | graph_create: "{}" is no name of a graph | A name has 1 to 200 bytes, and does not begin with {, as the text form of a graph does.'),
  ('SELECT quern.graph_create('''', ''SELECT 1, 2'')', '22023 | graph_create: "" is no name of a graph | A name has 1 to 200 bytes, and does not begin with {, as the text form of a graph does.'),
  ('SELECT quern.graph_create(''x'', ''TABLE passing'')', '22023 | graph_create: the query reads the temporary table "passing", which other sessions do not have | Name a permanent table, or make a value: quern.graph_of(query).'),
  ('SELECT quern.graph_create(''x'', ''SELECT 1, 2'', ''{"loop": true}'')', '22023 | graph_create: unknown option "loop" | Options are directed, multi, loops, transpose and text_ids.'),
  ('SELECT quern.graph_refresh(''nowhere'')', '42704 | graph "nowhere" does not exist | The view quern.graphs lists those that there are; quern.graph_create(name, query) makes one.'),
  ('SELECT quern.graph_drop(''nowhere'')', '42704 | graph "nowhere" does not exist | The view quern.graphs lists those that there are; quern.graph_create(name, query) makes one.'),
  ('SELECT quern.graph_grant(''nowhere'', ''public'')', '42704 | graph "nowhere" does not exist | The view quern.graphs lists those that there are; quern.graph_create(name, query) makes one.'),
  ('SELECT * FROM quern.vertices(''nowhere'')', '42704 | graph "nowhere" does not exist | The view quern.graphs lists those that there are; quern.graph_create(name, query) makes one.')
) AS refused(call, error);
SELECT throws_ok($$ SELECT quern.graph_grant('roads', 'nobody_of_that_name') $$, '42704', 'role "nobody_of_that_name" does not exist', 'a role that is not there');

-- More than there may be, and those that have to go for others.
SET LOCAL quern.graph_memory = '64kB';
SELECT is(pg_temp.error_of($$ SELECT quern.graph_create('large', 'SELECT i, i + 1 FROM generate_series(1, 10000) AS i') $$),
  '54000 | named graph: it takes 196 kB, more than quern.graph_memory, 64 kB, allows | Ask for more quern.graph_memory, or leave out weights and the option "transpose".',
  'a graph of more than quern.graph_memory');

-- Under the path that it was created with, whatever schemas come first later.
SET LOCAL quern.graph_memory = '1GB';
CREATE SCHEMA here;
CREATE SCHEMA elsewhere;
CREATE TABLE here.line AS SELECT 1 AS a, 2 AS b;
CREATE TABLE elsewhere.line AS SELECT 1 AS a, i AS b FROM generate_series(1, 10) AS i;
SET LOCAL search_path = here, public;
SELECT quern.graph_create('line', 'SELECT a, b FROM line') AS edges \gset
SET LOCAL search_path = elsewhere, here, public;
SELECT is(quern.graph_refresh('line'), 1::bigint, 'a refresh looks names up as the creation did');
CREATE TEMP TABLE line AS SELECT 3 AS a, 4 AS b UNION SELECT 5, 6;
SELECT is(quern.graph_refresh('line'), 1::bigint, 'temporary tables do not come before');
SELECT is((SELECT search_path FROM quern.graph_definitions WHERE name = 'line'), 'here, public, pg_temp', 'the path');
RESET search_path;

-- Who may do what.
CREATE ROLE quern_graph_owner;
CREATE ROLE quern_graph_reader;
GRANT USAGE ON SCHEMA quern TO quern_graph_owner, quern_graph_reader;
CREATE TABLE secret (a bigint, b bigint);
INSERT INTO secret VALUES (1, 2), (2, 3);
SET LOCAL ROLE quern_graph_owner;
SELECT throws_ok($$ SELECT quern.graph_create('secret', 'TABLE secret') $$, '42501', 'permission denied for table secret', 'the query runs with the rights of the caller');
SELECT throws_ok($$ SELECT quern.graph_of('TABLE secret') $$, '42501', 'permission denied for table secret', 'graph_of too');
SELECT throws_ok($$ TABLE quern.graph_definitions $$, '42501', NULL, 'nobody reads the definitions');
SELECT throws_ok($$ SELECT * FROM quern.vertices('line') $$, '42501', 'permission denied for graph "line"', 'nor graphs of others');
SELECT throws_ok($$ SELECT quern.graph_refresh('line') $$, '42501', 'must be owner of graph "line"', 'nor refreshes them');
SELECT throws_ok($$ SELECT quern.graph_drop('line') $$, '42501', 'must be owner of graph "line"', 'nor drops them');
SELECT throws_ok($$ SELECT quern.graph_grant('line', 'quern_graph_owner') $$, '42501', 'must be owner of graph "line"', 'nor gives them to himself');
SELECT is_empty($$ SELECT * FROM quern.graphs $$, 'nor sees them');
RESET ROLE;
GRANT SELECT ON secret TO quern_graph_owner;
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY first_only ON secret USING (a = 1);
SET LOCAL ROLE quern_graph_owner;
SELECT is(quern.graph_create('secret', 'TABLE secret'), 1::bigint, 'row security is obeyed');
SELECT is((SELECT edges FROM quern.graph_summary(quern.graph_of('TABLE secret'))), 1::bigint, 'by graph_of too');
SELECT lives_ok($$ SELECT quern.graph_grant('secret', 'quern_graph_reader') $$, 'graph_grant');
SELECT is((SELECT readers FROM quern.graphs), 'quern_graph_reader', 'is seen');
SET LOCAL ROLE quern_graph_reader;
SELECT results_eq($$ SELECT * FROM quern.vertices('secret') $$, $$ VALUES (1::bigint), (2) $$, 'who was granted it reads it, without rights on the table');
SELECT throws_ok($$ SELECT quern.graph_refresh('secret') $$, '42501', 'must be owner of graph "secret"', 'but does not refresh it');
SET LOCAL ROLE quern_graph_owner;
SELECT lives_ok($$ SELECT quern.graph_revoke('secret', 'quern_graph_reader') $$, 'graph_revoke');
SET LOCAL ROLE quern_graph_reader;
SELECT throws_ok($$ SELECT * FROM quern.vertices('secret') $$, '42501', 'permission denied for graph "secret"', 'then it is over');
SET LOCAL ROLE quern_graph_owner;
SELECT lives_ok($$ SELECT quern.graph_grant('secret', 'public') $$, 'to everybody');
SET LOCAL ROLE quern_graph_reader;
SELECT is((SELECT count(*) FROM quern.vertices('secret')), 2::bigint, 'everybody reads it');
RESET ROLE;

SELECT throws_ok($$ SELECT quern.graph_refresh('secret') $$, '42501', 'must be owner of graph "secret" to make it anew', 'a superuser does not read rows for the owner');

-- A graph that this transaction has replaced stays for others until the end, whatever it makes next.
SELECT is((SELECT count(*) FROM (SELECT quern.graph_refresh(name) FROM quern.graphs WHERE owner = current_user) AS t) > 1, true, 'several graphs are made anew');

-- A materialized view without rows yet is an error, as in any query.
CREATE MATERIALIZED VIEW unread AS SELECT 1 AS a, 2 AS b WITH NO DATA;
SELECT throws_ok($$ SELECT quern.graph_of('SELECT a, b FROM unread') $$, '55000', 'materialized view "unread" has not been populated', 'a view that is not populated');

-- Weights of type numeric.
CREATE TABLE priced AS SELECT i AS a, i + 1 AS b, (i / 4.0)::numeric AS w FROM generate_series(1, 3) AS i;
SELECT results_eq($$ SELECT weight FROM quern.edges(quern.graph_of('TABLE priced')) $$, $$ VALUES (0.25::float8), (0.5), (0.75) $$, 'numeric weights');
SELECT is((SELECT count(*) FROM quern.vertices(quern.text_graph_of('SELECT ARRAY[a], ARRAY[b] FROM priced'))), 4::bigint, 'ids that are printed');

-- Not where nothing may be written.
SET TRANSACTION READ ONLY;
SELECT throws_ok($$ SELECT quern.graph_create('x', 'SELECT 1, 2') $$, '25006', 'cannot execute quern.graph_create() in a read-only transaction', 'graph_create writes');
SELECT throws_ok($$ SELECT quern.graph_refresh('roads') $$, '25006', 'cannot execute quern.graph_refresh() in a read-only transaction', 'graph_refresh writes');
SELECT is((SELECT count(*) FROM quern.vertices('secret')), 2::bigint, 'a graph can be read');
SELECT is((SELECT edges FROM quern.graph_summary(quern.graph_of('TABLE secret'))), 2::bigint, 'and made of rows');

SELECT * FROM finish();
ROLLBACK;
