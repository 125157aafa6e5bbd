-- Graphs as values: the aggregate's forms and rules, text and binary, tables, names, and what a graph consists of.
BEGIN;
SELECT no_plan();
\ir include/errors.sql

-- Forms of the call.
CREATE TABLE edge (src bigint, dst bigint, weight float8);
INSERT INTO edge VALUES (1, 2, 0.5), (2, 3, 1), (2, 3, 3), (3, 2, 4), (3, 3, 2), (NULL, 7, 9), (8, NULL, NULL), (NULL, NULL, 1);
CREATE FUNCTION pg_temp.text_of(g quern.graph) RETURNS text LANGUAGE sql AS $$ SELECT $1::text $$;
SELECT is(quern.graph(src, dst)::text, '{"directed": true, "edges": [[1, 2], [2, 3], [2, 3], [3, 2], [3, 3]], "isolated": [7, 8]}', 'graph(src, dst)') FROM edge;
SELECT is(quern.graph(src, dst, weight)::text, '{"directed": true, "edges": [[1, 2, 0.5], [2, 3, 1], [2, 3, 3], [3, 2, 4], [3, 3, 2]], "isolated": [7, 8]}',
          'graph(src, dst, weight)') FROM edge;
CREATE TABLE form (name text, g text, expected text);
INSERT INTO form
SELECT 'options as a literal', quern.graph(src, dst, '{"directed": false}')::text, '{"directed": false, "edges": [[1, 2], [2, 3], [2, 3], [2, 3], [3, 3]], "isolated": [7, 8]}' FROM edge
UNION ALL SELECT 'options as jsonb', quern.graph(src, dst, '{"directed": false}'::jsonb)::text, '{"directed": false, "edges": [[1, 2], [2, 3], [2, 3], [2, 3], [3, 3]], "isolated": [7, 8]}' FROM edge
UNION ALL SELECT 'options as text', quern.graph(src, dst, '{"loops": false}'::text)::text, '{"directed": true, "edges": [[1, 2], [2, 3], [2, 3], [3, 2]], "isolated": [7, 8]}' FROM edge
UNION ALL SELECT 'no options', quern.graph(src, dst, NULL)::text, quern.graph(src, dst)::text FROM edge
UNION ALL SELECT 'empty options', quern.graph(src, dst, '{}')::text, quern.graph(src, dst)::text FROM edge
UNION ALL SELECT 'weight and options', quern.graph(src, dst, weight, '{"loops": false}')::text, '{"directed": true, "edges": [[1, 2, 0.5], [2, 3, 1], [2, 3, 3], [3, 2, 4]], "isolated": [7, 8]}' FROM edge
UNION ALL SELECT 'weight and no options', quern.graph(src, dst, weight, NULL)::text, quern.graph(src, dst, weight)::text FROM edge
UNION ALL SELECT 'integers', quern.graph(src::integer, dst::integer)::text, quern.graph(src, dst)::text FROM edge
UNION ALL SELECT 'smallints, and a numeric weight', quern.graph(src::smallint, dst::smallint, weight::numeric)::text, quern.graph(src, dst, weight)::text FROM edge
UNION ALL SELECT 'texts', quern.graph(src::text, dst::text)::text, '{"directed": true, "edges": [["1", "2"], ["2", "3"], ["2", "3"], ["3", "2"], ["3", "3"]], "isolated": ["7", "8"]}' FROM edge
UNION ALL SELECT 'varchars, weight, options', quern.graph(src::varchar, dst::varchar, weight, '{"multi": "sum", "directed": false}')::text,
  '{"directed": false, "edges": [["1", "2", 0.5], ["2", "3", 8], ["3", "3", 2]], "isolated": ["7", "8"]}' FROM edge
UNION ALL SELECT 'texts, options as a literal', quern.graph(src::text, dst::text, '{"directed": false}')::text,
  '{"directed": false, "edges": [["1", "2"], ["2", "3"], ["2", "3"], ["2", "3"], ["3", "3"]], "isolated": ["7", "8"]}' FROM edge
UNION ALL SELECT 'texts, options as jsonb', quern.graph(src::text, dst::text, '{"loops": false}'::jsonb)::text,
  '{"directed": true, "edges": [["1", "2"], ["2", "3"], ["2", "3"], ["3", "2"]], "isolated": ["7", "8"]}' FROM edge
UNION ALL SELECT 'FILTER', quern.graph(src, dst) FILTER (WHERE src < 3)::text, '{"directed": true, "edges": [[1, 2], [2, 3], [2, 3]]}' FROM edge
UNION ALL SELECT 'DISTINCT', quern.graph(DISTINCT src, dst)::text, '{"directed": true, "edges": [[1, 2], [2, 3], [3, 2], [3, 3]], "isolated": [7, 8]}' FROM edge
UNION ALL SELECT 'ORDER BY', quern.graph(src, dst ORDER BY dst DESC)::text, quern.graph(src, dst)::text FROM edge;
-- Parallel edges: of a directed graph (2, 3) comes twice, with 1 and 3; of an undirected one also (3, 2) with 4.
INSERT INTO form
SELECT format('multi %s, weights %s, directed %s', multi, weighted, directed),
  CASE WHEN weighted THEN quern.graph(src, dst, weight, options) ELSE quern.graph(src, dst, options) END::text,
  CASE WHEN NOT directed THEN format('{"directed": false, "edges": [[1, 2, %s], [2, 3, %s], [3, 3, %s]], "isolated": [7, 8]}', CASE WHEN weighted THEN 0.5 ELSE 1 END,
                                     CASE WHEN weighted THEN (least_of + most_of) / 2 ELSE unweighted END, CASE WHEN weighted THEN 2 ELSE 1 END)
       ELSE format('{"directed": true, "edges": [[1, 2, %s], [2, 3, %s], [3, 2, %s], [3, 3, %s]], "isolated": [7, 8]}', CASE WHEN weighted THEN 0.5 ELSE 1 END,
                   CASE WHEN weighted THEN found ELSE CASE multi WHEN 'sum' THEN 2 ELSE 1 END END, CASE WHEN weighted THEN 4 ELSE 1 END, CASE WHEN weighted THEN 2 ELSE 1 END) END
FROM edge, (VALUES ('sum', 8, 8, 4, 3), ('min', 1, 1, 1, 1), ('max', 4, 4, 3, 1)) AS m(multi, least_of, most_of, found, unweighted),
  unnest('{t,f}'::boolean[]) AS weighted, unnest('{t,f}'::boolean[]) AS directed,
  LATERAL (SELECT jsonb_build_object('multi', multi, 'directed', directed) AS options) AS o
GROUP BY multi, least_of, most_of, found, unweighted, weighted, directed, options;
-- Without weights only sum counts.
UPDATE form SET expected = replace(expected, ', 1]', ']') WHERE name ~ 'multi (min|max), weights f';
SELECT is(g, expected, name) FROM form;

-- NULLs and few rows.
SELECT is(quern.graph(src, dst)::text, NULL, 'no rows: NULL') FROM edge WHERE false;
SELECT is(quern.graph(src, dst)::text, '{"directed": true, "edges": []}', 'rows without ends alone: a graph without vertices') FROM edge WHERE src IS NULL AND dst IS NULL;
SELECT is(quern.graph(1, 2, NULL::float8)::text, '{"directed": true, "edges": []}', 'an edge whose weight is NULL is left out, with its ends');
SELECT is(quern.graph(1, NULL, NULL::float8)::text, '{"directed": true, "edges": [], "isolated": [1]}', 'a vertex needs no weight');
SELECT is(quern.graph(4, 4, '{"loops": false}')::text, '{"directed": true, "edges": [], "isolated": [4]}', 'a loop that is dropped leaves its vertex');
SELECT is(quern.graph('a', 'a', '{"loops": false}')::text, '{"directed": true, "edges": [], "isolated": ["a"]}', 'also a text');
SELECT is(quern.graph(4, 4)::text, '{"directed": true, "edges": [[4, 4]]}', 'one vertex with a loop');
SELECT is(array_agg(g::text ORDER BY k), ARRAY['{"directed": true, "edges": [[1, 2]]}', '{"directed": true, "edges": [], "isolated": [5]}', '{"directed": true, "edges": []}'], 'a graph for each group')
FROM (SELECT k, quern.graph(a, b) AS g FROM (VALUES (1, 1, 2), (2, 5, NULL), (3, NULL, NULL)) AS v(k, a, b) GROUP BY k) AS s;
SELECT is(array_agg(g::text ORDER BY s), array_agg('{"directed": true, "edges": [[1, 2], [2, 3], [2, 3], [3, 2], [3, 3]], "isolated": [7, 8]}'::text), 'in grouping sets')
FROM (SELECT s, quern.graph(src, dst) AS g FROM edge, generate_series(1, 3) AS s GROUP BY GROUPING SETS ((s), (s, s))) AS t;
SELECT is(left(pg_temp.error_of('SELECT quern.graph(src, dst) OVER (ORDER BY src) FROM edge'), 5), '0A000', 'no window function: rows are used up');

-- Ids: negative, huge, both ends of bigint; texts in the order of bytes under any collation.
SELECT is(g::text, '{"directed": true, "edges": [[-9223372036854775808, 9223372036854775807], [-1, -9223372036854775808], [9223372036854775807, -1]]}', 'the least and the greatest bigint')
FROM (SELECT quern.graph(a, b) AS g FROM (VALUES (-9223372036854775808, 9223372036854775807), (9223372036854775807, -1), (-1, -9223372036854775808)) AS v(a, b)) AS t;
SELECT is(g::text::quern.graph::text, g::text, 'and back') FROM (SELECT quern.graph(a, b) AS g FROM (VALUES (-9223372036854775808, 9223372036854775807)) AS v(a, b)) AS t;
CREATE TABLE word (w text);
INSERT INTO word VALUES ('a'), ('B'), ('ä'), ('Z'), ('b'), (''), ('aa'), ('A'), ('🦆'), ('"'), ('\'), (E'\n'), ('ﬁ'), ('é'), (E'e\u0301'), ('{}'), ('a b');
SELECT results_eq('SELECT vertex FROM (SELECT quern.graph(w, NULL::text) AS g FROM word) AS t, quern.vertices(g)', 'SELECT w FROM word ORDER BY w COLLATE "C"', 'texts in the order of their bytes');
SELECT is((SELECT quern.graph(a.w, b.w)::text FROM word AS a, word AS b WHERE a.w < b.w COLLATE "C"), (SELECT quern.graph(a.w, b.w ORDER BY a.w DESC)::text FROM word AS a, word AS b WHERE a.w < b.w COLLATE "C"),
          'whatever the order of the rows');
SELECT is(g::text::quern.text_graph::text, g::text, 'texts of all kinds survive the text form') FROM (SELECT quern.graph(a.w, b.w) AS g FROM word AS a, word AS b) AS t;
SELECT is(g::text::jsonb -> 'edges' ->> 0, jsonb_build_array('', 'a b')::text, 'which is JSON') FROM (SELECT quern.graph('', 'a b') AS g) AS t;
CREATE TABLE found AS SELECT vertex FROM quern.vertices('{"edges": [["b", "A"], ["a", "C"]]}'::quern.text_graph);
SELECT is((SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'found'::regclass AND attname = 'vertex'), 'text', 'texts come back as text');
SELECT is((SELECT array_agg(vertex ORDER BY vertex) FROM found), (SELECT array_agg(w ORDER BY w) FROM unnest('{A,C,a,b}'::text[]) AS w), 'that sorts by the collation of the database');
SELECT is((SELECT array_agg(vertex ORDER BY vertex COLLATE "C") FROM found WHERE vertex COLLATE "POSIX" < 'a'), '{A,C}', 'or by another');

-- Text form.
CREATE TABLE written (input text, output text);
INSERT INTO written VALUES
  ('{}', '{"directed": true, "edges": []}'),
  ('  { "edges" : [ ] , "directed":false}  ', '{"directed": false, "edges": []}'),
  ('{"isolated": [3, 1, 3]}', '{"directed": true, "edges": [], "isolated": [1, 3]}'),
  ('{"edges": [[2, 1], [1, 2]], "directed": false, "isolated": [2, 5]}', '{"directed": false, "edges": [[1, 2], [1, 2]], "isolated": [5]}'),
  ('{"edges": [[2, 1, 5e-1], [1, 2]]}', '{"directed": true, "edges": [[1, 2, 1], [2, 1, 0.5]]}'),
  ('{"edges": [[1, 1]], "directed": false}', '{"directed": false, "edges": [[1, 1]]}'),
  (E'\n\t{"edges":\r[[-1,0,-2.5]]}', '{"directed": true, "edges": [[-1, 0, -2.5]]}'),
  ('{"edges": [[1, 2, 1e308], [1, 3, 5e-324], [1, 4, 0.1]]}', '{"directed": true, "edges": [[1, 2, 1e+308], [1, 3, 5e-324], [1, 4, 0.1]]}');
SELECT is(input::quern.graph::text, output, 'text form: ' || translate(input, E'\n\r\t', '')) FROM written;
SELECT is(output::quern.graph::text, output, 'and back: ' || translate(input, E'\n\r\t', '')) FROM written;
SELECT is(('{"edges": [["\u0041\n", "\"\\"]]}'::quern.text_graph)::text, '{"directed": true, "edges": [["A\u000a", "\"\\"]]}', 'escapes in texts');
SELECT is(array_agg(weight ORDER BY i), array_agg(w ORDER BY i), 'weights survive the text form to the last bit')
FROM (SELECT quern.graph(0, i, w)::text::quern.graph AS g FROM generate_series(1, 500) AS i, LATERAL (SELECT exp(i * 1.3 - 300) * sin(i) AS w) AS s) AS t,
  quern.edges(g) AS e(src, i, weight) JOIN LATERAL (SELECT exp(i * 1.3 - 300) * sin(i) AS w) AS s ON true;

-- Binary form, tables, TOAST.
CREATE TABLE kept (name text, g quern.graph, t quern.text_graph);
INSERT INTO kept
SELECT 'of edge', quern.graph(src, dst, weight, '{"directed": false}'), quern.graph(src::text, dst::text, '{"multi": "sum"}') FROM edge
UNION ALL SELECT 'empty', '{}', '{}'
UNION ALL SELECT 'one vertex', '{"isolated": [0]}', '{"isolated": [""]}'
UNION ALL SELECT 'words', NULL, quern.graph(a.w, b.w, '{"directed": false}') FROM word AS a, word AS b
UNION ALL SELECT 'random', quern.graph(src, dst), quern.graph(src || ' of ' || dst, dst::text, src % 7) FROM quern.uniform_graph(2000, 20000, 7)
UNION ALL SELECT 'weighted', quern.graph(src, dst, sin(src), '{"directed": false}'), NULL FROM quern.rmat_graph(9, 16, 1)
UNION ALL SELECT 'a name', 'roads', 'streets'
UNION ALL SELECT 'nothing', NULL, NULL;
CREATE TABLE copied (LIKE kept);
\copy kept TO '/tmp/quern_pgtap_graphs.bin' (FORMAT binary)
\copy copied FROM '/tmp/quern_pgtap_graphs.bin' (FORMAT binary)
SELECT is(copied.g::text, kept.g::text, 'binary COPY: ' || name) FROM kept JOIN copied USING (name);
SELECT is(copied.t::text, kept.t::text, 'binary COPY of text ids: ' || name) FROM kept JOIN copied USING (name);
TRUNCATE copied;
\copy kept TO '/tmp/quern_pgtap_graphs.bin'
\copy copied FROM '/tmp/quern_pgtap_graphs.bin'
\! rm -f /tmp/quern_pgtap_graphs.bin
SELECT is((copied.g, copied.t)::text, (kept.g, kept.t)::text, 'COPY as pg_dump writes it: ' || name) FROM kept JOIN copied USING (name);
SELECT is(count(*), 8::bigint, 'all are there') FROM copied;
SELECT cmp_ok(max(pg_column_size(g)), '>', 80000, 'large ones are stored out of line') FROM kept;
SELECT cmp_ok(pg_relation_size(reltoastrelid), '>', 400000::bigint, 'in the TOAST table') FROM pg_class WHERE oid = 'kept'::regclass;
SELECT is((SELECT array_agg((src, dst)::text ORDER BY src, dst) FROM kept, quern.edges(g) WHERE name = 'random'), (SELECT array_agg(e::text ORDER BY src, dst) FROM quern.uniform_graph(2000, 20000, 7) AS e),
          'edges of a stored graph are those it was made of');
ALTER TABLE copied ALTER g SET STORAGE extended, ALTER t SET STORAGE extended;
CREATE TABLE compressed (LIKE copied INCLUDING STORAGE);
INSERT INTO compressed SELECT 'zeros', quern.graph(0, i % 5), quern.graph('0', (i % 5)::text) FROM generate_series(1, 20000) AS i;
SELECT cmp_ok(pg_column_size(g), '<', 20000, 'a column may compress its graphs') FROM compressed;
SELECT is(array_agg(degree ORDER BY vertex), '{24000,4000,4000,4000,4000}', 'and they are read as ever') FROM compressed, quern.degrees(g);
UPDATE kept SET g = (SELECT quern.graph(a, b) FROM (VALUES (1, 2)) AS v(a, b)) WHERE name = 'random';
SELECT is(g::text, '{"directed": true, "edges": [[1, 2]]}', 'updated') FROM kept WHERE name = 'random';
CREATE MATERIALIZED VIEW made AS SELECT quern.graph(src, dst) AS g FROM edge;
INSERT INTO edge VALUES (100, 101);
SELECT is((SELECT count(*) FROM made, quern.vertices(g)), 5::bigint, 'a materialized view keeps a graph');
REFRESH MATERIALIZED VIEW made;
SELECT is((SELECT count(*) FROM made, quern.vertices(g)), 7::bigint, 'and makes another when refreshed');
DELETE FROM edge WHERE src = 100;

-- A value may be a name; it is looked up when it is read.
SELECT is('roads'::quern.graph::text, 'roads', 'any other text is a name');
SELECT is(('roads'::text)::quern.graph::text, 'roads', 'a text is a name');
SELECT is(('{"edges": []}'::text)::quern.graph::text, '{"directed": true, "edges": []}', 'unless it begins with {');
SELECT is(left(pg_temp.error_of(format('SELECT * FROM quern.%s', call)), 5), '42704', call || ': there is no such graph')
FROM unnest('{vertices(''roads''),"degrees(''roads''::text)","bfs(''roads'', 1)","bfs(''roads''::quern.text_graph, ''a'')"}'::text[]) AS call;

-- What a graph consists of.
SELECT results_eq('SELECT vertex FROM made, quern.vertices(g)', 'VALUES (1::bigint), (2), (3), (7), (8), (100), (101)', 'vertices');
SELECT results_eq('SELECT e.* FROM (SELECT quern.graph(src, dst, weight) AS g FROM edge) AS t, quern.edges(g) AS e', 'VALUES (1::bigint, 2::bigint, 0.5::float8), (2, 3, 1), (2, 3, 3), (3, 2, 4), (3, 3, 2)', 'edges');
SELECT results_eq('SELECT e.* FROM (SELECT quern.graph(src, dst, ''{"directed": false}'') AS g FROM edge) AS t, quern.edges(g) AS e', 'VALUES (1::bigint, 2::bigint, 1::float8), (2, 3, 1), (2, 3, 1), (2, 3, 1), (3, 3, 1)',
                  'edges of an undirected graph, each once');
SELECT results_eq('SELECT d.* FROM (SELECT quern.graph(src, dst) AS g FROM edge) AS t, quern.degrees(g) AS d',
                  'VALUES (1::bigint, 0::bigint, 1::bigint, 1::bigint), (2, 2, 2, 4), (3, 3, 2, 5), (7, 0, 0, 0), (8, 0, 0, 0)', 'degrees: a loop counts in both directions');
SELECT results_eq('SELECT d.* FROM (SELECT quern.graph(src, dst, ''{"directed": false}'') AS g FROM edge) AS t, quern.degrees(g) AS d',
                  'VALUES (1::bigint, 1::bigint, 1::bigint, 1::bigint), (2, 4, 4, 4), (3, 4, 4, 5), (7, 0, 0, 0), (8, 0, 0, 0)', 'degrees of an undirected graph: a loop counts twice in the degree');
SELECT is((SELECT s::text FROM (SELECT quern.graph(src, dst, weight) AS g FROM edge) AS t, quern.graph_summary(g) AS s), '(5,5,t,t,1,1,2,3,3,0,5,0.25,188)', 'summary: 40 bytes, 16 a vertex, 8, and 12 an edge with a weight');
SELECT is((SELECT s::text FROM (SELECT quern.graph(src, dst, '{"directed": false}') AS g FROM edge) AS t, quern.graph_summary(g) AS s), '(5,5,f,f,1,2,2,3,3,0,5,0.5,164)', 'summary of an undirected graph');
SELECT is((SELECT s::text FROM quern.graph_summary('{}') AS s), '(0,0,t,f,0,0,0,0,0,0,0,,48)', 'summary of a graph without vertices');
SELECT is((SELECT s::text FROM quern.graph_summary('{"isolated": ["a"]}'::quern.text_graph) AS s), '(1,0,t,f,0,0,1,1,1,0,0,,65)', 'summary of one vertex');
SELECT is(quern.adjacency(quern.graph(src, dst, weight))::text, '{1:{2:0.5},2:{3:4},3:{2:4,3:2}}/5x5', 'adjacency: parallel edges add up') FROM edge;
SELECT is(quern.adjacency(quern.graph(src, dst, '{"directed": false}'))::text, '{1:{2:1},2:{1:1,3:3},3:{2:3,3:1}}/5x5', 'adjacency of an undirected graph is symmetric') FROM edge;
SELECT is(quern.adjacency('{"edges": [["b", "a"]]}'::quern.text_graph)::text, '{2:{1:1}}/2x2', 'adjacency in the order of texts');
SELECT is(quern.graph(a)::text, '{"directed": true, "edges": [[1, 2, 0.5], [2, 3, 4], [3, 2, 4], [3, 3, 2]], "isolated": [4, 5]}', 'a graph of a matrix')
FROM (SELECT quern.adjacency(quern.graph(src, dst, weight)) AS a FROM edge) AS t;
SELECT is(quern.graph('{1:{2:1},2:{1:1}}/3x3', directed => false)::text, '{"directed": false, "edges": [[1, 2]], "isolated": [3]}', 'without weights if all are 1');
SELECT is(quern.graph('{}/0x0'::quern.smatrix)::text, '{"directed": true, "edges": []}', 'of an empty matrix');

-- Random graphs.
SELECT is(count(*), 16 * 1024::bigint, 'rmat_graph: edge_factor edges a vertex') FROM quern.rmat_graph(10);
SELECT is(ARRAY[min(least(src, dst)) >= 0, max(greatest(src, dst)) < 1024], '{t,t}', 'rmat_graph: ids below 2^scale') FROM quern.rmat_graph(10, 4);
SELECT is((SELECT array_agg(r::text) FROM quern.rmat_graph(6, 4, 5) AS r), (SELECT array_agg(r::text) FROM quern.rmat_graph(6, 4, 5) AS r), 'rmat_graph: the same for the same seed');
SELECT isnt((SELECT array_agg(r::text) FROM quern.rmat_graph(6, 4, 5) AS r), (SELECT array_agg(r::text) FROM quern.rmat_graph(6, 4, 6) AS r), 'rmat_graph: others for another');
SELECT cmp_ok(max(n), '>', 100::bigint, 'rmat_graph: some ids have many edges') FROM (SELECT count(*) AS n FROM quern.rmat_graph(10) GROUP BY src) AS t;
SELECT is(array_agg(r::text), ARRAY['(0,0)', '(0,0)'], 'rmat_graph: one vertex') FROM quern.rmat_graph(0, 2) AS r;
-- 16 counts of 1000 expected; a chi-square statistic of 15 degrees of freedom is above 45 once in 12,000 times.
SELECT cmp_ok(sum((n - 1000) ^ 2 / 1000.0), '<', 45::float8, 'uniform_graph: pairs are drawn alike') FROM (SELECT count(*) AS n FROM quern.uniform_graph(4, 16000, 3) GROUP BY src, dst) AS t;
SELECT is((SELECT array_agg(r::text) FROM quern.uniform_graph(50, 9, 5) AS r), (SELECT array_agg(r::text) FROM quern.uniform_graph(50, 9, 5) AS r), 'uniform_graph: the same for the same seed');
SELECT is_empty('SELECT * FROM quern.uniform_graph(0, 0)', 'uniform_graph: nothing of nothing');

-- Rights and flags: functions of a graph may read a named one, which another session may replace.
SELECT is(array_agg(oid::regprocedure), NULL, 'functions of a graph are STABLE and PARALLEL RESTRICTED, its casts and forms IMMUTABLE and SAFE')
FROM pg_proc WHERE pronamespace = 'quern'::regnamespace AND (proargtypes[0] IN ('quern.graph'::regtype, 'quern.text_graph'::regtype))
  AND proname !~ '^(pregel|explain_graph)' AND provolatile::text || proparallel::text <> CASE WHEN proname ~ '_(out|send)$' THEN 'is' ELSE 'sr' END;
SELECT is(array_agg(oid::regprocedure), NULL, 'the aggregate has a state that is not shipped, and says what it takes')
FROM pg_aggregate JOIN pg_proc ON aggfnoid = oid WHERE proname = 'graph' AND pronamespace = 'quern'::regnamespace
  AND (aggtranstype <> 'internal'::regtype OR aggcombinefn <> 0 OR aggfinalmodify <> 'w' OR aggtransspace < 1000000);
SELECT is(array_agg(typname ORDER BY typname), '{graph,text_graph}', 'types of a category of their own') FROM pg_type WHERE typcategory = 'G' AND typnamespace = 'quern'::regnamespace;

SELECT * FROM finish();
ROLLBACK;
