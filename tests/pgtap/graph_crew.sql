-- Graph algorithms with parallel workers give the bits that one process gives; explain_graph says who takes part, and why.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL client_min_messages = error;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL max_parallel_workers = 8;

CREATE TABLE edge AS SELECT src, dst, 1 + (src * 7 + dst) % 13 AS weight FROM quern.rmat_graph(13, 24, 5);
SELECT quern.graph_create('crew ' || name, 'SELECT ' || columns || ' FROM edge', options) IS NULL
FROM (VALUES ('plain', 'src, dst', '{"directed": false}'::jsonb), ('weighted', '*', '{"transpose": true}'), ('one way', 'src, dst', '{}')) AS g(name, columns, options) \g /dev/null
SELECT quern.graph_create('crew small', 'SELECT src, dst, weight FROM edge WHERE src < 400 AND dst < 400', '{"transpose": true}') \g /dev/null
SELECT quern.graph_create('crew texts', 'SELECT src::text, dst::text FROM edge', '{"directed": false, "text_ids": true}') \g /dev/null
SELECT quern.graph_create('crew empty', 'SELECT 1, 2 WHERE false', '{"directed": false}') \g /dev/null

-- The answer of a query with workers and without.
CREATE FUNCTION pg_temp.bits(query text, workers integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
  PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
  EXECUTE 'SELECT md5(string_agg(a::text, E''\n'')) FROM ' || query || ' AS a' INTO answer;
  RETURN answer;
END $$;
SELECT is(pg_temp.bits(call, 2), pg_temp.bits(call, 0), call)
FROM unnest(ARRAY['crew plain', 'crew weighted', 'crew one way', 'crew small', 'crew empty']) AS graph,
  unnest(ARRAY['pagerank(%L)', 'pagerank(%L, weighted => false, tol => 0, max_iter => 5)', 'connected_components(%L)', 'triangle_count(%L)', 'label_propagation(%L)',
    'betweenness_centrality(%L, sample => 20, weighted => false)', 'betweenness_centrality(%L, sample => 3, normalized => true)']) AS f,
  format('quern.' || f, graph) AS call;
SELECT is(pg_temp.bits(call, 2), pg_temp.bits(call, 0), call)
FROM unnest(ARRAY['closeness_centrality', 'harmonic_centrality', 'betweenness_centrality']) AS f, unnest(ARRAY['true', 'false']) AS weighted,
  format('quern.%s(%L, weighted => %s)', f, 'crew small', weighted) AS call;
SELECT is(pg_temp.bits(call, 2), pg_temp.bits(call, 0), call)
FROM unnest(ARRAY['pagerank', 'connected_components', 'triangle_count']) AS f, format('quern.%s(%L::quern.text_graph)', f, 'crew texts') AS call;
SELECT is(pg_temp.bits('quern.pagerank(''crew weighted'', personalization => ''{3,4}'')', 2), pg_temp.bits('quern.pagerank(''crew weighted'', personalization => ''{3,4}'')', 0), 'jumps to some');
-- What a name answers is what the value answers.
SELECT is(pg_temp.bits('quern.pagerank(''crew plain'')', 2), pg_temp.bits('quern.pagerank((SELECT quern.graph(src, dst, ''{"directed": false}''::jsonb) FROM edge))', 2), 'value and name');

-- An error in a crew leaves a session that works; no parallel mode remains.
SELECT is(pg_temp.error_of(call), error, call)
FROM (VALUES ('SELECT count(*) FROM quern.pagerank(''crew plain'', damping => 2)', '22023 | pagerank: damping must be at least 0 and below 1, not 2'),
  ('SELECT count(*) FROM quern.label_propagation(''crew plain'', -1)', '22023 | label_propagation: max_iter must be 0 or more, not -1')) AS wrong(call, error);
INSERT INTO edge SELECT vertex, vertex, 1 FROM quern.connected_components('crew plain') LIMIT 1;

-- explain_graph.
CREATE FUNCTION pg_temp.said(graph quern.graph, algorithm text, item text) RETURNS text LANGUAGE sql AS
  'SELECT value FROM quern.explain_graph(graph, algorithm) AS e WHERE e.item = said.item';
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT is(pg_temp.said('crew plain', f, 'parallel workers'), '2', f) FROM unnest(ARRAY['triangle_count', 'betweenness_centrality', 'closeness_centrality', 'label_propagation', 'pagerank', 'connected_components']) AS f;
SELECT is(pg_temp.said('crew plain', 'k_core', 'reason'), 'this algorithm runs in one process', 'no crew');
SELECT is(pg_temp.said('crew one way', 'pagerank', 'reason'), 'workers would need the lists of incoming edges, which the option "transpose" keeps', 'lists in');
SELECT is(pg_temp.said('crew one way', 'pagerank', 'lists made for the call'), 'incoming edges', 'lists in are made');
SELECT is(pg_temp.said('crew weighted', 'pagerank', 'lists made for the call'), 'none', 'lists in are kept');
SELECT is(pg_temp.said('{"edges": [[1, 2]]}', 'pagerank', 'reason'), 'workers cannot read the graph; they could if it had a name (quern.graph_create)', 'a value');
SELECT is(pg_temp.said('{"edges": [[1, 2]]}', 'pagerank', 'graph'), 'in this session''s memory', 'where a value lies');
SELECT is(pg_temp.said('crew plain', 'pagerank', 'graph'), 'named, in shared memory', 'where a named graph lies');
SELECT is(pg_temp.said('crew plain', 'bfs', 'vertices')::bigint, (SELECT count(*) FROM quern.vertices('crew plain')), 'vertices');
SELECT is((SELECT count(*) FROM quern.explain_graph('crew texts'::quern.text_graph, 'louvain')), 9::bigint, 'of text ids');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is(pg_temp.said('crew plain', 'pagerank', 'reason'), 'max_parallel_workers_per_gather or max_parallel_workers is 0', 'no workers are allowed');
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 1000;
SELECT is(pg_temp.said('crew small', 'pagerank', 'parallel workers'), '0', 'it would not pay');
SELECT matches(pg_temp.error_of('SELECT quern.explain_graph(''crew plain'', ''page rank'')'), '^22023 \| explain_graph: there is no algorithm "page rank" \| There are all_pairs_shortest_paths, ', 'unknown');
SELECT is(pg_temp.said('crew small', algorithm, 'kernel'), method, algorithm || ' is listed') FROM quern.graph_algorithms();
-- Every function of vertices that takes a graph is known to it, but for those that copy something out.
SELECT is(array_agg(DISTINCT proname::text ORDER BY proname::text), NULL, 'all algorithms are known')
FROM pg_proc WHERE pronamespace = 'quern'::regnamespace AND proargtypes[0] = 'quern.graph'::regtype AND prosrc ~ '^graph_'
  AND proname NOT IN ('vertices', 'edges', 'adjacency', 'pregel', 'pregel_trace', 'graph_out', 'graph_send')
  AND pg_temp.error_of(format('SELECT quern.explain_graph(%L, %L)', '{"edges": []}', proname)) <> 'no error';

SELECT finish();
ROLLBACK;
