-- What graphs and their functions refuse, and in which words: SQLSTATE, message with the function and the argument, and a hint
-- where something can be done. Then binary forms that are forged
-- (altered at random in tests/client/graphs.cpp).
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL client_min_messages = error;

-- HINT is the one of all texts that are no graph.
CREATE TABLE refused (place serial, query text, error text);
INSERT INTO refused (query, error) VALUES
  ($q$SELECT quern.graph(1, 2, 'NaN'::float8)$q$,
   $e$22023 | graph: the weight of an edge must be a finite number, not NaN$e$),
  ($q$SELECT quern.graph(1, 2, 'inf'::float8)$q$,
   $e$22023 | graph: the weight of an edge must be a finite number, not Infinity$e$),
  ($q$SELECT quern.graph('a', 'b', '-inf'::float8)$q$,
   $e$22023 | graph: the weight of an edge must be a finite number, not -Infinity$e$),
  ($q$SELECT quern.graph(1, 2, '{"multi": "first"}')$q$,
   $e$22023 | graph: option "multi" must be one of "keep", "sum", "min", "max", not "first" | Leave the option out to have its default.$e$),
  ($q$SELECT quern.graph(1, 2, '{"direct": true}')$q$,
   $e$22023 | graph: unknown option "direct" | Options are directed, multi and loops.$e$),
  ($q$SELECT quern.graph(1, 2, '{"directed": 1}')$q$,
   $e$22023 | graph: option "directed" must be true or false, not 1 | Leave the option out to have its default.$e$),
  ($q$SELECT quern.graph(1, 2, '[]')$q$,
   $e$22023 | graph: options must be a JSON object, not an array | Options are directed, multi and loops.$e$),
  ($q$SELECT quern.graph(1, 2, '{"a')$q$,
   $e$22P02 | graph: options: invalid JSON at byte 3: the text ends inside a string$e$),
  ($q$SELECT quern.graph(1, 2, 'directed')$q$,
   $e$22P02 | graph: options: invalid JSON at byte 1: expected a value$e$),
  ($q$SELECT quern.graph(1, 2, 1, '{"loops": null}')$q$,
   $e$22023 | graph: option "loops" must be true or false, not null | Leave the option out to have its default.$e$),
  ($q$SELECT ''::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: nothing but white space | A graph is written as {"directed": true, "edges": [[1, 2]]}, or as the name of a named graph.$e$),
  ($q$SELECT E' \n'::quern.text_graph$q$,
   $e$22P02 | invalid text of quern.graph: nothing but white space | A graph is written as {"directed": true, "edges": [[1, 2]]}, or as the name of a named graph.$e$),
  ($q$SELECT '{'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: a string in double quotes is expected at byte 2 | HINT$e$),
  ($q$SELECT '{"edges": [[1]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: ',' is expected at byte 14 | HINT$e$),
  ($q$SELECT '{"edges": [[1, 2, 3, 4]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: ']' is expected at byte 20 | HINT$e$),
  ($q$SELECT '{"edges": [[1.5, 2]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: ',' is expected at byte 14 | HINT$e$),
  ($q$SELECT '{"edges": [[1e3, 2]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: ',' is expected at byte 14 | HINT$e$),
  ($q$SELECT '{"edges": [[9223372036854775808, 2]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: an id, which is a whole number of 64 bits, is expected at byte 13 | HINT$e$),
  ($q$SELECT '{"edges": [["1", 2]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: an id, which is a whole number of 64 bits, is expected at byte 13 | HINT$e$),
  ($q$SELECT '{"edges": [[1, 2]]}'::quern.text_graph$q$,
   $e$22P02 | invalid text of quern.graph: a string in double quotes is expected at byte 13 | HINT$e$),
  ($q$SELECT '{"edges": [[1, 2, "x"]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: a weight is expected at byte 19 | HINT$e$),
  ($q$SELECT '{"edges": [[1, 2, NaN]]}'::quern.graph$q$,
   $e$22023 | graph: the weight of an edge must be a finite number, not NaN$e$),
  ($q$SELECT '{"edges": [[1, 2, inf]]}'::quern.graph$q$,
   $e$22023 | graph: the weight of an edge must be a finite number, not Infinity$e$),
  ($q$SELECT '{"edges": [[1, 2, 1e999]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: a weight is expected at byte 19 | HINT$e$),
  ($q$SELECT '{"edges": [[1, 2, null]]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: a weight is expected at byte 19 | HINT$e$),
  ($q$SELECT '{"edges": [[1, 2]], "edges": []}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: a key comes twice at byte 28 | HINT$e$),
  ($q$SELECT '{"vertices": []}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: a graph has the keys "directed", "edges" and "isolated" alone at byte 12 | HINT$e$),
  ($q$SELECT '{"directed": "yes"}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: true or false is expected at byte 14 | HINT$e$),
  ($q$SELECT '{"directed": truest}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: '}' is expected at byte 18 | HINT$e$),
  ($q$SELECT '{"edges": [[1, 2],]}'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: '[' is expected at byte 19 | HINT$e$),
  ($q$SELECT '{"edges": []} x'::quern.graph$q$,
   $e$22P02 | invalid text of quern.graph: nothing may follow the graph at byte 15 | HINT$e$),
  ($q$SELECT '{"edges": [["\u0000", "a"]]}'::quern.text_graph$q$,
   $e$22P02 | invalid text of quern.graph: a string is not one of JSON (invalid JSON at byte 8: a character that text cannot hold) at byte 13 | HINT$e$),
  ($q$SELECT '{"edges": [["\ud800", "a"]]}'::quern.text_graph$q$,
   $e$22P02 | invalid text of quern.graph: a string is not one of JSON (invalid JSON at byte 8: unpaired surrogate) at byte 13 | HINT$e$),
  ($q$SELECT '{"edges": [["a]]}'::quern.text_graph$q$,
   $e$22P02 | invalid text of quern.graph: a string has no end at byte 18 | HINT$e$),
  ($q$SELECT '{"edges": [["\q", "a"]]}'::quern.text_graph$q$,
   $e$22P02 | invalid text of quern.graph: a string is not one of JSON (invalid JSON at byte 4: unknown escape) at byte 13 | HINT$e$),
  ($q$SELECT * FROM quern.bfs('{"edges": [[1, 2]]}', 3)$q$,
   $e$22023 | bfs: the graph has no vertex 3 | quern.vertices(graph) lists those that it has.$e$),
  ($q$SELECT * FROM quern.bfs('{"edges": [["a", "b"]]}'::quern.text_graph, 'c')$q$,
   $e$22023 | bfs: the graph has no vertex "c" | quern.vertices(graph) lists those that it has.$e$),
  ($q$SELECT * FROM quern.shortest_paths('{"edges": [[1, 2, 1], [2, 3, 1], [3, 2, -2]]}', 1)$q$,
   $e$22023 | shortest_paths: the graph has a cycle of negative weight that the source reaches | Paths through such a cycle have no least cost.$e$),
  ($q$SELECT * FROM quern.shortest_path('{"edges": [[1, 2, 1], [2, 3, 1], [3, 2, -2]]}', 1, 3)$q$,
   $e$22023 | shortest_path: the graph has a cycle of negative weight that the source reaches | Paths through such a cycle have no least cost.$e$),
  ($q$SELECT * FROM quern.shortest_path('{"edges": [[1, 2]]}', 1, 3)$q$,
   $e$22023 | shortest_path: the graph has no vertex 3 | quern.vertices(graph) lists those that it has.$e$),
  ($q$SELECT * FROM quern.all_pairs_shortest_paths('{"edges": [[1, 2, -1]], "directed": false}')$q$,
   $e$22023 | all_pairs_shortest_paths: the graph has a cycle of negative weight that the source reaches | Paths through such a cycle have no least cost.$e$),
  ($q$SELECT * FROM quern.all_pairs_shortest_paths('{"edges": [[1, 2]]}', 'NaN')$q$,
   $e$22023 | all_pairs_shortest_paths: cutoff must be a number, not NaN$e$),
  ($q$SELECT * FROM quern.all_pairs_shortest_paths('{"edges": [[1, 2]]}', max_rows => 0)$q$,
   $e$54000 | all_pairs_shortest_paths: more than 0 pairs | Set cutoff, or max_rows to more.$e$),
  ($q$SELECT * FROM quern.all_pairs_shortest_paths('{"edges": [[1, 2]]}', max_rows => -1)$q$,
   $e$22023 | all_pairs_shortest_paths: max_rows must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', 1)$q$,
   $e$22023 | pagerank: damping must be at least 0 and below 1, not 1$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', -0.1)$q$,
   $e$22023 | pagerank: damping must be at least 0 and below 1, not -0.1$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', 'NaN')$q$,
   $e$22023 | pagerank: damping must be at least 0 and below 1, not NaN$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', tol => -1)$q$,
   $e$22023 | pagerank: tol must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', max_iter => -1)$q$,
   $e$22023 | pagerank: max_iter must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2, -1]]}')$q$,
   $e$22023 | pagerank: weights must be finite numbers of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2, 1e308], [1, 3, 1e308]]}')$q$,
   $e$22003 | pagerank: the weights out of a vertex add up to Infinity$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2, 5e-324], [1, 3, 0]]}')$q$,
   $e$22003 | pagerank: the weights out of a vertex add up to 5e-324$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{3}'::bigint[])$q$,
   $e$22023 | pagerank: the graph has no vertex 3 | quern.vertices(graph) lists those that it has.$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{1}'::bigint[], personalization_weights => '{1,2}')$q$,
   $e$22023 | pagerank: personalization has 1 vertices and 2 weights$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{1}'::bigint[], personalization_weights => '{-1}')$q$,
   $e$22023 | pagerank: personalization must be numbers of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{1}'::bigint[], personalization_weights => '{0}')$q$,
   $e$22023 | pagerank: the sum of personalization must be above 0, not 0$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{1}'::bigint[], personalization_weights => '{NULL}')$q$,
   $e$22004 | pagerank: personalization_weights must not hold NULL$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{1}'::bigint[], personalization_weights => '{inf}')$q$,
   $e$22023 | pagerank: personalization must be numbers of 0 or more, not Infinity$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization_weights => '{1}')$q$,
   $e$22023 | pagerank: personalization has 0 vertices and 1 weights$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{NULL}'::bigint[])$q$,
   $e$22023 | pagerank: the sum of personalization must be above 0, not 0$e$),
  ($q$SELECT * FROM quern.pagerank('{"edges": [[1, 2]]}', personalization => '{{1,2}}'::bigint[])$q$,
   $e$2202E | pagerank: arrays of vertices must be one-dimensional$e$),
  ($q$SELECT * FROM quern.hits('{"edges": [[1, 2, -1]]}')$q$,
   $e$22023 | hits: weights must be finite numbers of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.hits('{"edges": [[1, 2]]}', -1)$q$,
   $e$22023 | hits: tol must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.hits('{"edges": [[1, 2]]}', max_iter => -1)$q$,
   $e$22023 | hits: max_iter must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.eigenvector_centrality('{"edges": [[1, 2, -1]]}')$q$,
   $e$22023 | eigenvector_centrality: weights must be finite numbers of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.eigenvector_centrality('{"edges": [[1, 2]]}', 'NaN')$q$,
   $e$22023 | eigenvector_centrality: tol must be 0 or more, not NaN$e$),
  ($q$SELECT * FROM quern.katz_centrality('{"edges": [[1, 2]]}', 'NaN')$q$,
   $e$22023 | katz_centrality: alpha must be 0 or more, not NaN$e$),
  ($q$SELECT * FROM quern.betweenness_centrality('{"edges": [[1, 2, 0]]}')$q$,
   $e$22023 | betweenness_centrality: weights must be above 0 and finite, not 0$e$),
  ($q$SELECT * FROM quern.betweenness_centrality('{"edges": [[1, 2]]}', sample => -1)$q$,
   $e$22023 | betweenness_centrality: sample must be 0 (all vertices) or more, not -1$e$),
  ($q$SELECT * FROM quern.closeness_centrality('{"edges": [[1, 2, -1]]}')$q$,
   $e$22023 | closeness_centrality: weights must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.harmonic_centrality('{"edges": [[1, 2, -1]]}')$q$,
   $e$22023 | harmonic_centrality: weights must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.label_propagation('{"edges": [[1, 2]]}', -1)$q$,
   $e$22023 | label_propagation: max_iter must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.louvain('{"edges": [[1, 2, -1]]}')$q$,
   $e$22023 | louvain: weights must be finite numbers of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.louvain('{"edges": [[1, 2]]}', -1)$q$,
   $e$22023 | louvain: resolution must be a number of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.louvain('{"edges": [[1, 2]]}', 'NaN')$q$,
   $e$22023 | louvain: resolution must be a number of 0 or more, not NaN$e$),
  ($q$SELECT * FROM quern.louvain('{"edges": [[1, 2]]}', tol => 'NaN')$q$,
   $e$22023 | louvain: tol must be 0 or more, not NaN$e$),
  ($q$SELECT * FROM quern.leiden('{"edges": [[1, 2]]}', max_levels => -1)$q$,
   $e$22023 | leiden: max_levels must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.leiden('{"edges": [[1, 2]]}', tol => -1)$q$,
   $e$22023 | leiden: tol must be 0 or more, not -1$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{1}', '{1}')$q$,
   $e$22023 | modularity: 1 vertices, 1 communities, and the graph has 2 vertices$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{1,1}', '{1,1}')$q$,
   $e$22023 | modularity: a vertex comes twice$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{1,2}', '{1,NULL}')$q$,
   $e$22023 | modularity: vertices and communities must not be NULL$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{1,2}', '{1,3}')$q$,
   $e$22023 | modularity: the graph has no vertex 3 | quern.vertices(graph) lists those that it has.$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{1,2}', '{1,2,1}')$q$,
   $e$22023 | modularity: 2 vertices, 3 communities, and the graph has 2 vertices$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{1,2}', '{1,1}', 'NaN')$q$,
   $e$22023 | modularity: resolution must be a number of 0 or more, not NaN$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{1,2}', '{1,1}', -1)$q$,
   $e$22023 | modularity: resolution must be a number of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.topological_sort('{"edges": [[1, 2], [2, 1]]}')$q$,
   $e$22023 | topological_sort: the graph has a cycle, through vertex 2$e$),
  ($q$SELECT * FROM quern.topological_sort('{"edges": [["a", "a"]]}'::quern.text_graph)$q$,
   $e$22023 | topological_sort: the graph has a cycle, through vertex "a"$e$),
  ($q$SELECT * FROM quern.topological_sort('{"edges": [[1, 2]], "directed": false}')$q$,
   $e$22023 | topological_sort: the graph has a cycle, through vertex 2 | Every edge of an undirected graph is a cycle.$e$),
  ($q$SELECT * FROM quern.max_flow('{"edges": [[1, 2]]}', 1, 1)$q$,
   $e$22023 | max_flow: source and target are the same vertex$e$),
  ($q$SELECT quern.max_flow_value('{"edges": [[1, 2]]}', 1, 1)$q$,
   $e$22023 | max_flow: source and target are the same vertex$e$),
  ($q$SELECT quern.max_flow_value('{"edges": [[1, 2, -1]]}', 1, 2)$q$,
   $e$22023 | max_flow: weights must be finite numbers of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.random_walks('{"edges": [[1, 2]]}', -1)$q$,
   $e$22023 | random_walks: walks and length must be 0 or more, not -1 and 80$e$),
  ($q$SELECT * FROM quern.random_walks('{"edges": [[1, 2]]}', length => -1)$q$,
   $e$22023 | random_walks: walks and length must be 0 or more, not 10 and -1$e$),
  ($q$SELECT * FROM quern.random_walks('{"edges": [[1, 2]]}', p => 0)$q$,
   $e$22023 | random_walks: p and q must be above 0, not 0$e$),
  ($q$SELECT * FROM quern.random_walks('{"edges": [[1, 2]]}', q => 'NaN')$q$,
   $e$22023 | random_walks: p and q must be above 0, not NaN$e$),
  ($q$SELECT * FROM quern.random_walks('{"edges": [[1, 2, -1]]}')$q$,
   $e$22023 | random_walks: weights must be finite numbers of 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.jaccard_similarity('{"edges": [[1, 2]]}', 'NaN'::float8)$q$,
   $e$22023 | jaccard_similarity: min_similarity must be a number, not NaN$e$),
  ($q$SELECT * FROM quern.rmat_graph(-1)$q$,
   $e$22023 | rmat_graph: scale must be between 0 and 40, not -1$e$),
  ($q$SELECT * FROM quern.rmat_graph(41)$q$,
   $e$22023 | rmat_graph: scale must be between 0 and 40, not 41$e$),
  ($q$SELECT * FROM quern.rmat_graph(4, -1)$q$,
   $e$22023 | rmat_graph: edge_factor must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.uniform_graph(0, 1)$q$,
   $e$22023 | uniform_graph: there are no 1 edges between 0 vertices$e$),
  ($q$SELECT * FROM quern.uniform_graph(-1, 1)$q$,
   $e$22023 | uniform_graph: there are no 1 edges between -1 vertices$e$),
  ($q$SELECT * FROM quern.uniform_graph(1, -1)$q$,
   $e$22023 | uniform_graph: there are no -1 edges between 1 vertices$e$),
  ($q$SELECT quern.graph('{1:{2:1}}/2x3'::quern.smatrix)$q$,
   $e$22023 | graph: an adjacency matrix must be square, not 2 x 3$e$),
  ($q$SELECT quern.graph('{1:{2:1}}/2x2'::quern.smatrix, false)$q$,
   $e$22023 | graph: the adjacency matrix of an undirected graph must be symmetric | Pass directed => true, or the sum of the matrix and its transpose.$e$),
  ($q$SELECT quern.graph('{1:{2:Infinity}}/2x2'::quern.smatrix)$q$,
   $e$22023 | graph: the weight of an edge must be a finite number, not Infinity$e$),
  ($q$SELECT quern.graph(1, 2, w, '{"multi": "sum"}') FROM unnest('{1e308,1e308}'::float8[]) AS w$q$,
   $e$22003 | graph: the weights of parallel edges add up to more than a number can hold$e$),
  ($q$SELECT quern.modularity('{"edges": [[1, 2]]}'::quern.graph, '{{1},{2}}', '{1,1}')$q$,
   $e$2202E | modularity: arrays of vertices must be one-dimensional$e$),
  ($q$SELECT * FROM quern.katz_centrality('{"edges": [[1, 2]]}', tol => -1)$q$,
   $e$22023 | katz_centrality: tol must be 0 or more, not -1$e$),
  ($q$SELECT * FROM quern.katz_centrality('{"edges": [[1, 1]]}', 1e9)$q$,
   $e$22003 | katz_centrality: the values grow beyond all bounds | Choose alpha below the inverse of the largest eigenvalue of the graph.$e$);
SELECT is(pg_temp.error_of(query), replace(error, '| HINT', '| A graph is written as {"directed": true, "edges": [[1, 2], [1, 3, 0.5]], "isolated": [7]}, or as the name of a named graph.'), query)
FROM refused ORDER BY place;
SELECT is(pg_temp.error_of('SELECT * FROM quern.bfs(''roads'', 1)'), '42704 | graph "roads" does not exist | The view quern.graphs lists those that there are; quern.graph_create(name, query) makes one.', 'a name of nothing');
SELECT is(left(pg_temp.error_of(call), 5), '42883', call || ': ids are of one type') FROM unnest(ARRAY[
  $q$SELECT quern.graph('a'::text, 2)$q$, $q$SELECT quern.graph(1.5, 2)$q$, $q$SELECT * FROM quern.bfs('{"edges": [["a", "b"]]}'::quern.text_graph, 1)$q$]) AS call;
SELECT is(pg_temp.error_of('SELECT * FROM quern.katz_centrality(''{"edges": [[1, 2], [2, 1]]}'', 2)'), 'no error', 'katz_centrality: not converged is a warning');

-- Binary form. What COPY BINARY makes of bytes that claim to be a value: its text, or the error. The file is the server's.
CREATE TABLE received (g quern.graph, t quern.text_graph);
CREATE FUNCTION pg_temp.received(bytes bytea, kind text DEFAULT 'g') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  path text := current_setting('data_directory') || '/quern_forged.bin';
  object oid;
  answer text;
BEGIN
  object := lo_from_bytea(0, '\x5047434f50590aff0d0a00'::bytea || int4send(0) || int4send(0) || int2send(1::smallint) || int4send(length(bytes)) || bytes || int2send((-1)::smallint));
  PERFORM lo_export(object, path), lo_unlink(object);
  DELETE FROM received;
  EXECUTE format('COPY received (%s) FROM %L (FORMAT binary)', kind, path);
  EXECUTE format('SELECT %s::text FROM received', kind) INTO answer;
  RETURN answer;
EXCEPTION WHEN OTHERS THEN
  RETURN concat_ws(' | ', SQLSTATE, SQLERRM);
END
$$;
CREATE FUNCTION pg_temp.bytes_of(flags integer, ids bigint[], degrees bigint[], targets bigint[], weights float8[] DEFAULT '{}') RETURNS bytea LANGUAGE sql AS $$
  SELECT int4send(flags) || int8send(cardinality(ids)) || int8send(cardinality(targets)) ||
         coalesce((SELECT string_agg(int8send(id) || int8send(degree), '' ORDER BY place) FROM unnest(ids, degrees) WITH ORDINALITY AS v(id, degree, place)), '') ||
         coalesce((SELECT string_agg(substring(int8send(target) FROM 5), '' ORDER BY place) FROM unnest(targets) WITH ORDINALITY AS e(target, place)), '') ||
         coalesce((SELECT string_agg(float8send(weight), '' ORDER BY place) FROM unnest(weights) WITH ORDINALITY AS e(weight, place)), '')
$$;
-- Flags: 1 directed, 2 weighted, 4 texts, 16 a name.
CREATE TABLE forged (place serial, what text, bytes bytea, outcome text);
INSERT INTO forged (what, bytes, outcome) VALUES
  ('a good one', pg_temp.bytes_of(1, '{-3,5,8}', '{2,1,0}', '{1,2,0}'), '{"directed": true, "edges": [[-3, 5], [-3, 8], [5, -3]]}'),
  ('a good one with weights', pg_temp.bytes_of(3, '{-3,5}', '{2,0}', '{1,1}', '{0.5,-2}'), '{"directed": true, "edges": [[-3, 5, 0.5], [-3, 5, -2]]}'),
  ('a good undirected one', pg_temp.bytes_of(2, '{-3,5}', '{2,1}', '{0,1,0}', '{0.5,-2,-2}'), '{"directed": false, "edges": [[-3, -3, 0.5], [-3, 5, -2]]}'),
  ('no vertices', pg_temp.bytes_of(1, '{}', '{}', '{}'), '{"directed": true, "edges": []}'),
  ('a name', int4send(16) || 'roads'::bytea, 'roads'),
  ('a target beyond the vertices', pg_temp.bytes_of(1, '{-3,5,8}', '{2,1,0}', '{1,3,0}'), '22P03 | invalid binary form of quern.graph: lists are not sorted, or name vertices that there are not'),
  ('a target that is no vertex', pg_temp.bytes_of(1, '{-3,5,8}', '{2,1,0}', '{1,4294967295,0}'), '22P03 | invalid binary form of quern.graph: lists are not sorted, or name vertices that there are not'),
  ('a list that is not sorted', pg_temp.bytes_of(1, '{-3,5,8}', '{2,1,0}', '{2,1,0}'), '22P03 | invalid binary form of quern.graph: lists are not sorted, or name vertices that there are not'),
  ('ids that do not ascend', pg_temp.bytes_of(1, '{5,-3,8}', '{2,1,0}', '{1,2,0}'), '22P03 | invalid binary form of quern.graph: ids do not ascend'),
  ('an id twice', pg_temp.bytes_of(1, '{5,5,8}', '{2,1,0}', '{1,2,0}'), '22P03 | invalid binary form of quern.graph: ids do not ascend'),
  ('lists that are longer than all', pg_temp.bytes_of(1, '{-3,5,8}', '{2,2,0}', '{1,2,0}'), '22P03 | invalid binary form of quern.graph: lists are longer than all entries'),
  ('a length below 0', pg_temp.bytes_of(1, '{-3,5,8}', '{-1,4,0}', '{1,2,0}'), '22P03 | invalid binary form of quern.graph: lists are longer than all entries'),
  ('a length that wraps around', pg_temp.bytes_of(1, '{-3,5,8}', '{9223372036854775807,9223372036854775807,5}', '{1,2,0}'), '22P03 | invalid binary form of quern.graph: lists are longer than all entries'),
  ('lists that are shorter', pg_temp.bytes_of(1, '{-3,5,8}', '{1,1,0}', '{1,2,0}'), '22P03 | invalid binary form of quern.graph: the number of bytes does not fit the lists'),
  ('an undirected edge in one list only', pg_temp.bytes_of(0, '{-3,5,8}', '{1,0,0}', '{1}'), '22P03 | invalid binary form of quern.graph: an edge of an undirected graph is in one list only'),
  ('an undirected edge twice in one list', pg_temp.bytes_of(0, '{-3,5,8}', '{2,1,0}', '{1,1,0}'), '22P03 | invalid binary form of quern.graph: an edge of an undirected graph is in one list only'),
  ('an undirected edge of two weights', pg_temp.bytes_of(2, '{-3,5}', '{1,1}', '{1,0}', '{1,2}'), '22P03 | invalid binary form of quern.graph: an edge of an undirected graph has two weights'),
  ('parallel undirected edges of other weights', pg_temp.bytes_of(2, '{-3,5}', '{2,2}', '{1,1,0,0}', '{1,2,1,3}'), '22P03 | invalid binary form of quern.graph: an edge of an undirected graph has two weights'),
  ('a weight that is NaN', pg_temp.bytes_of(3, '{-3,5}', '{1,0}', '{1}', '{NaN}'), '22P03 | invalid binary form of quern.graph: lists are not sorted, or name vertices that there are not'),
  ('an infinite weight', pg_temp.bytes_of(3, '{-3,5}', '{1,0}', '{1}', '{-Infinity}'), '22P03 | invalid binary form of quern.graph: a weight is not finite'),
  ('a flag of weights and none', pg_temp.bytes_of(3, '{-3,5}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: the number of bytes does not fit the lists'),
  ('weights without their flag', pg_temp.bytes_of(1, '{-3,5}', '{1,0}', '{1}', '{1}'), '22P03 | invalid binary form of quern.graph: the number of bytes does not fit the lists'),
  ('texts where numbers should be', pg_temp.bytes_of(5, '{-3,5}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: its ids are texts'),
  ('the lists in', pg_temp.bytes_of(9, '{-3,5}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: unknown flags'),
  ('a name with a direction', int4send(17) || 'roads'::bytea, '22P03 | invalid binary form of quern.graph: unknown flags'),
  ('a name of numbers that are texts', int4send(20) || 'roads'::bytea, '22P03 | invalid binary form of quern.graph: its ids are texts'),
  ('a name that is not UTF-8', int4send(16) || '\xff'::bytea, '22021 | invalid byte sequence for encoding "UTF8": 0xff'),
  ('nothing', '', '22P03 | invalid binary form of quern.graph: it is cut short'),
  ('flags alone', int4send(1), '22P03 | invalid binary form of quern.graph: it is cut short'),
  ('more vertices than bytes', int4send(1) || int8send(9223372036854775807) || int8send(0), '22P03 | invalid binary form of quern.graph: it is cut short'),
  ('vertices below 0', int4send(1) || int8send(-1) || int8send(0), '22P03 | invalid binary form of quern.graph: it is cut short'),
  ('more entries than bytes', int4send(1) || int8send(0) || int8send(4611686018427387904), '22P03 | invalid binary form of quern.graph: it is cut short'),
  ('a byte more', pg_temp.bytes_of(1, '{-3,5}', '{1,0}', '{1}') || '\x00'::bytea, '22P03 | invalid binary form of quern.graph: the number of bytes does not fit the lists');
SELECT is(pg_temp.received(bytes), outcome, what) FROM forged ORDER BY place;
SELECT is(array_agg(DISTINCT left(pg_temp.received(substring(bytes FROM 1 FOR size)), 5)), '{22P03}', 'every truncation is refused: ' || what)
FROM forged, generate_series(0, length(bytes) - 1) AS size WHERE what IN ('a good one', 'a good one with weights', 'a good undirected one') GROUP BY what;

CREATE FUNCTION pg_temp.text_bytes(flags integer, lengths integer[], ids text[], degrees bigint[], targets integer[]) RETURNS bytea LANGUAGE sql AS $$
  SELECT int4send(flags) || int8send(cardinality(ids)) || int8send(cardinality(targets)) ||
         (SELECT string_agg(int4send(size) || convert_to(id, 'UTF8') || int8send(degree), '' ORDER BY place) FROM unnest(lengths, ids, degrees) WITH ORDINALITY AS v(size, id, degree, place)) ||
         (SELECT string_agg(int4send(target), '' ORDER BY place) FROM unnest(targets) WITH ORDINALITY AS e(target, place))
$$;
TRUNCATE forged;
INSERT INTO forged (what, bytes, outcome) VALUES
  ('good texts', pg_temp.text_bytes(5, '{0,1,2}', '{"",a,ä}', '{1,1,0}', '{1,2}'), '{"directed": true, "edges": [["", "a"], ["a", "ä"]]}'),
  ('a name of texts', int4send(20) || 'roads'::bytea, 'roads'),
  ('texts that do not ascend', pg_temp.text_bytes(5, '{1,1}', '{b,a}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: ids do not ascend'),
  ('a text twice', pg_temp.text_bytes(5, '{1,1}', '{a,a}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: ids do not ascend'),
  ('a length below 0', pg_temp.text_bytes(5, '{-1,1}', '{a,b}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: it is cut short'),
  ('a text longer than all', pg_temp.text_bytes(5, '{1,2147483647}', '{a,b}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: it is cut short'),
  ('half a character', pg_temp.text_bytes(5, '{1,1}', '{a,ä}', '{1,0}', '{1}'), '22021 | invalid byte sequence for encoding "UTF8": 0xc3'),
  ('numbers where texts should be', pg_temp.bytes_of(1, '{-3,5}', '{1,0}', '{1}'), '22P03 | invalid binary form of quern.graph: its ids are numbers');
SELECT is(pg_temp.received(bytes, 't'), outcome, what) FROM forged ORDER BY place;
SELECT is(left(pg_temp.received(int4send(5) || int8send(1) || int8send(0) || int4send(1) || '\x00'::bytea || int8send(0), 't'), 5), '22021', 'a character 0');
SELECT is(array_agg(DISTINCT left(pg_temp.received(substring(bytes FROM 1 FOR size), 't'), 5)), '{22P03}', 'every truncation is refused: ' || what)
FROM forged, generate_series(0, length(bytes) - 1) AS size WHERE what = 'good texts' GROUP BY what;

SELECT throws_ok($$ SELECT count(*) FROM quern.rmat_graph(40, 2147483647) $$, '22023', NULL, 'more edges than numbers');

-- Every allocation may fail, in small pieces and in those large enough to be used again.
\ir include/failing_allocations.sql
CREATE TABLE ring AS SELECT i AS src, i % 600000 + 1 AS dst, 1 + i % 3 AS weight FROM generate_series(1, 600000) AS i;
SELECT ok(failed > 3 AND expected = ALL (answer || answers), format('%s allocations of %s fail, then it answers %s', failed, statement, answer)) FROM (VALUES
  ('SELECT count(*) FROM quern.connected_components(quern.graph_of(''SELECT src, dst FROM ring WHERE src < 9''))', '9'),
  ('SELECT quern.graph(src, dst, weight) FROM ring WHERE src < 3', '{"directed": true, "edges": [[1, 2, 2], [2, 3, 3]]}'),
  ('SELECT count(DISTINCT component) FROM quern.connected_components(quern.graph_of(''SELECT src, dst, weight FROM ring''))', '1')) AS t(statement, expected),
  pg_temp.failing(statement);

SELECT * FROM finish();
ROLLBACK;
