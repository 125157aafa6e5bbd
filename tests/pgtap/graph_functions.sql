-- Functions of a graph where the answer is known in closed form, where there is next to no graph, and the same with ids of
-- either kind. Answers of others are in graph_references.sql, verifiers over random graphs in tests/unit/graph_test.cpp.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
\ir include/accuracy.sql
SET LOCAL client_min_messages = error;

CREATE TABLE known (name text PRIMARY KEY, g quern.graph);
INSERT INTO known
SELECT 'path', quern.graph(i, i + 1) FROM generate_series(1, 4) AS i
UNION ALL SELECT 'cycle', quern.graph(i, i % 6 + 1) FROM generate_series(1, 6) AS i
UNION ALL SELECT 'ring', quern.graph(i, i % 6 + 1, '{"directed": false}') FROM generate_series(1, 6) AS i
UNION ALL SELECT 'complete', quern.graph(i, j, '{"directed": false}') FROM generate_series(1, 5) AS i, generate_series(1, 5) AS j WHERE i < j
UNION ALL SELECT 'star', quern.graph(1, i, '{"directed": false}') FROM generate_series(2, 6) AS i
UNION ALL SELECT 'bipartite', quern.graph(i, j) FROM generate_series(1, 3) AS i, generate_series(11, 15) AS j
UNION ALL SELECT 'two triangles', quern.graph(a, b, '{"directed": false}') FROM (VALUES (1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 6), (6, 4)) AS e(a, b)
UNION ALL SELECT 'joined twice', '{"edges": [[1, 2, 4], [1, 2, 1], [2, 3, 2], [1, 3, 5], [3, 3, 0.5]]}'
UNION ALL SELECT 'empty', '{}'
UNION ALL SELECT 'one vertex', '{"isolated": [-4]}'
UNION ALL SELECT 'one loop', '{"edges": [[-4, -4, 3]]}';
CREATE FUNCTION pg_temp.graph(text) RETURNS quern.graph LANGUAGE sql AS $$ SELECT g FROM known WHERE name = $1 $$;

-- Distances.
SELECT results_eq($$SELECT * FROM quern.bfs(pg_temp.graph('path'), 2)$$, 'VALUES (2::bigint, 0::bigint, 2::bigint), (3, 1, 2), (4, 2, 3), (5, 3, 4)', 'bfs: what cannot be reached is left out');
SELECT results_eq($$SELECT * FROM quern.bfs(pg_temp.graph('ring'), 2)$$, 'VALUES (1::bigint, 1::bigint, 2::bigint), (2, 0, 2), (3, 1, 2), (4, 2, 3), (5, 3, 4), (6, 2, 1)', 'bfs: the smallest parent');
SELECT results_eq($$SELECT * FROM quern.shortest_paths(pg_temp.graph('joined twice'), 1)$$, 'VALUES (1::bigint, 0::float8, 1::bigint), (2, 1, 1), (3, 3, 2)', 'shortest_paths: the lighter of parallel edges');
SELECT results_eq($$SELECT * FROM quern.shortest_paths(pg_temp.graph('joined twice'), 1, weighted => false)$$, 'VALUES (1::bigint, 0::float8, 1::bigint), (2, 1, 1), (3, 1, 1)', 'shortest_paths by number of edges');
SELECT results_eq($$SELECT * FROM quern.shortest_path(pg_temp.graph('joined twice'), 1, 3)$$, 'VALUES (1::bigint, 1::bigint, NULL::float8, 0::float8), (2, 2, 1, 1), (3, 3, 2, 3)', 'shortest_path');
SELECT results_eq($$SELECT * FROM quern.shortest_path(pg_temp.graph('joined twice'), 1, 3, weighted => false)$$, 'VALUES (1::bigint, 1::bigint, NULL::float8, 0::float8), (2, 3, 1, 1)', 'shortest_path by number of edges');
SELECT results_eq($$SELECT * FROM quern.shortest_path(pg_temp.graph('path'), 3, 3)$$, 'VALUES (1::bigint, 3::bigint, NULL::float8, 0::float8)', 'shortest_path to itself');
SELECT is_empty($$SELECT * FROM quern.shortest_path(pg_temp.graph('path'), 3, 1)$$, 'shortest_path: there is none');
SELECT results_eq($$SELECT * FROM quern.shortest_paths('{"edges": [[1, 2, 5], [1, 3, 2], [2, 4, -4], [3, 4, 1], [4, 5, -1]]}', 1)$$,
                  'VALUES (1::bigint, 0::float8, 1::bigint), (2, 5, 1), (3, 2, 1), (4, 1, 2), (5, 0, 4)', 'shortest_paths with weights below 0');
SELECT results_eq($$SELECT * FROM quern.shortest_path('{"edges": [[1, 2, 5], [1, 3, 2], [2, 4, -4], [3, 4, 1], [4, 5, -1]]}', 1, 5)$$,
                  'VALUES (1::bigint, 1::bigint, NULL::float8, 0::float8), (2, 2, 5, 5), (3, 4, -4, 1), (4, 5, -1, 0)', 'shortest_path with weights below 0');
SELECT is((SELECT count(*) FROM quern.shortest_paths('{"edges": [[1, 2, 1], [2, 3, 1], [3, 2, -1]]}', 1)), 3::bigint, 'a cycle of weight 0 is none of less');
SELECT results_eq($$SELECT * FROM quern.all_pairs_shortest_paths(pg_temp.graph('path'), 2)$$,
  'VALUES (1::bigint, 2::bigint, 1::float8), (1, 3, 2), (2, 3, 1), (2, 4, 2), (3, 4, 1), (3, 5, 2), (4, 5, 1)', 'all_pairs_shortest_paths up to a cutoff');
SELECT is(ARRAY[count(*), sum(distance)], '{30,54}', 'all_pairs_shortest_paths of a ring') FROM quern.all_pairs_shortest_paths(pg_temp.graph('ring'), max_rows => 30);

-- Components.
SELECT results_eq($$SELECT * FROM quern.connected_components('{"edges": [[5, 3], [9, 5], [4, 4]], "isolated": [1]}')$$,
                  'VALUES (1::bigint, 1::bigint), (3, 3), (4, 4), (5, 3), (9, 3)', 'connected_components: directions are ignored');
SELECT is(array_agg(component ORDER BY vertex), '{1,1,1,1,1,1}', 'strongly_connected_components of a cycle') FROM quern.strongly_connected_components(pg_temp.graph('cycle'));
SELECT is(array_agg(component ORDER BY vertex), '{1,2,3,4,5}', 'strongly_connected_components of a path') FROM quern.strongly_connected_components(pg_temp.graph('path'));

-- Rankings.
CREATE TABLE figure (name text, found float8[], expected float8[], digits float8 DEFAULT 9);
INSERT INTO figure
SELECT 'pagerank of a cycle', array_agg(rank), array_fill(1 / 6.::float8, '{6}') FROM quern.pagerank(pg_temp.graph('cycle'))
UNION ALL SELECT 'pagerank of a star', array_agg(rank ORDER BY vertex), ARRAY[0.875 / 1.85] || array_fill((1 - 0.875 / 1.85) / 5, '{5}') FROM quern.pagerank(pg_temp.graph('star'), tol => 1e-14)
UNION ALL SELECT 'pagerank: all that two vertices without edges out hold goes everywhere', array_agg(rank ORDER BY vertex), '{0.5,0.5}' FROM quern.pagerank('{"isolated": [1, 2]}')
-- Of 1 -> 2: a = (0.15 + 0.85 b) / 2, b = a + 0.85 a, a + b = 1.
UNION ALL SELECT 'pagerank of an edge', array_agg(rank ORDER BY vertex), ARRAY[1 / 2.85, 1.85 / 2.85] FROM quern.pagerank('{"edges": [[1, 2]]}', tol => 1e-14)
UNION ALL SELECT 'pagerank without following edges', array_agg(rank), array_fill(1 / 6., '{6}') FROM quern.pagerank(pg_temp.graph('star'), damping => 0)
UNION ALL SELECT 'pagerank of an edge with jumps to its source alone', array_agg(rank ORDER BY vertex), ARRAY[1 / 1.85, 0.85 / 1.85] FROM quern.pagerank('{"edges": [[1, 2]]}', tol => 1e-14, personalization => '{1}')
UNION ALL SELECT 'pagerank: weights of jumps', array_agg(rank ORDER BY vertex), '{0.1,0.3,0.6}' FROM quern.pagerank('{"isolated": [1, 2, 3]}', personalization => '{3,1,2,NULL}', personalization_weights => '{6,1,3,9}')
UNION ALL SELECT 'pagerank: shares by weight', array_agg(rank ORDER BY vertex), ARRAY[0.15 / 3 + 0.85 / 3 * 2, 0.15 / 3 + 0.85 / 3 * 0.25, 0.15 / 3 + 0.85 / 3 * 0.75]
  FROM quern.pagerank('{"edges": [[1, 2, 1], [1, 3, 3], [2, 1, 7], [3, 1, 9]]}', tol => 0, max_iter => 1)
UNION ALL SELECT 'hits of a bipartite graph', array_agg(hub ORDER BY vertex) || array_agg(authority ORDER BY vertex), array_fill(1 / 3., '{3}') || array_fill(0., '{8}') || array_fill(1 / 5., '{5}')
  FROM quern.hits(pg_temp.graph('bipartite'))
UNION ALL SELECT 'eigenvector_centrality of a complete graph', array_agg(centrality), array_fill(1 / sqrt(5.), '{5}') FROM quern.eigenvector_centrality(pg_temp.graph('complete'))
UNION ALL SELECT 'eigenvector_centrality of a star', array_agg(centrality ORDER BY vertex), ARRAY[sqrt(0.5)] || array_fill(sqrt(0.1), '{5}') FROM quern.eigenvector_centrality(pg_temp.graph('star'), 1e-13)
UNION ALL SELECT 'katz_centrality of a cycle', array_agg(centrality), array_fill(2 / 0.7, '{6}') FROM quern.katz_centrality(pg_temp.graph('cycle'), 0.3, 2, tol => 1e-14, normalized => false)
UNION ALL SELECT 'katz_centrality of a cycle has length 1', array_agg(centrality), array_fill(1 / sqrt(6.), '{6}') FROM quern.katz_centrality(pg_temp.graph('cycle'))
UNION ALL SELECT 'betweenness_centrality of a path', array_agg(centrality ORDER BY vertex), '{0,3,4,3,0}' FROM quern.betweenness_centrality(pg_temp.graph('path'))
UNION ALL SELECT 'betweenness_centrality of a star: every pair once', array_agg(centrality ORDER BY vertex), '{10,0,0,0,0,0}' FROM quern.betweenness_centrality(pg_temp.graph('star'))
UNION ALL SELECT 'betweenness_centrality of a star by pairs', array_agg(centrality ORDER BY vertex), '{1,0,0,0,0,0}' FROM quern.betweenness_centrality(pg_temp.graph('star'), normalized => true)
UNION ALL SELECT 'betweenness_centrality of a ring', array_agg(centrality), array_fill(2.::float8, '{6}') FROM quern.betweenness_centrality(pg_temp.graph('ring'))
UNION ALL SELECT 'betweenness_centrality of a cycle from 2 of its vertices is scaled to all: ' || seed, ARRAY[sum(centrality)], '{60}' FROM generate_series(1, 3) AS seed, quern.betweenness_centrality(pg_temp.graph('cycle'), sample => 2, seed => seed) GROUP BY seed
UNION ALL SELECT 'closeness_centrality of a path', array_agg(centrality ORDER BY vertex), ARRAY[0, 1 / 4., 4 / 3. / 4, 9 / 6. / 4, 4 / 10.] FROM quern.closeness_centrality(pg_temp.graph('path'))
UNION ALL SELECT 'harmonic_centrality of a path', array_agg(centrality ORDER BY vertex), ARRAY[0, 1, 3 / 2., 11 / 6., 25 / 12.] FROM quern.harmonic_centrality(pg_temp.graph('path'))
UNION ALL SELECT 'harmonic_centrality of a complete graph', array_agg(centrality), '{4,4,4,4,4}' FROM quern.harmonic_centrality(pg_temp.graph('complete'))
UNION ALL SELECT 'closeness_centrality of a complete graph', array_agg(centrality), '{1,1,1,1,1}' FROM quern.closeness_centrality(pg_temp.graph('complete'))
UNION ALL SELECT 'closeness_centrality by weights', array_agg(centrality ORDER BY vertex), ARRAY[0, 1 / 2., 2 / 5.] FROM quern.closeness_centrality(pg_temp.graph('joined twice'))
UNION ALL SELECT 'harmonic_centrality by number of edges', array_agg(centrality ORDER BY vertex), '{0,1,2}' FROM quern.harmonic_centrality(pg_temp.graph('joined twice'), weighted => false);
SELECT cmp_ok(pg_temp.digits(found, expected), '>=', digits, name) FROM figure;

-- Communities.
SELECT is(array_agg(community ORDER BY vertex), '{1,1,1,4,4,4}', 'louvain finds two triangles: ' || seed) FROM generate_series(1, 4) AS seed, quern.louvain(pg_temp.graph('two triangles'), seed => seed) GROUP BY seed;
SELECT is(array_agg(community ORDER BY vertex), '{1,1,1,4,4,4}', 'leiden finds two triangles: ' || seed) FROM generate_series(1, 4) AS seed, quern.leiden(pg_temp.graph('two triangles'), seed => seed) GROUP BY seed;
SELECT is(array_agg(community ORDER BY vertex), '{1,2,3,4,5,6}', 'leiden with a great resolution leaves all alone') FROM quern.leiden(pg_temp.graph('two triangles'), resolution => 100);
SELECT cmp_ok(abs(quern.modularity(pg_temp.graph('two triangles'), '{6,5,4,3,2,1}', '{4,4,4,1,1,1}') - 5 / 14.::float8), '<', 1e-15::float8, 'modularity of two triangles');
SELECT cmp_ok(abs(quern.modularity(pg_temp.graph('two triangles'), '{1,2,3,4,5,6}', '{1,1,1,1,1,1}')), '<', 1e-15::float8, 'modularity of all in one');
SELECT is(quern.modularity('{"isolated": [1]}', '{1}', '{1}'), NULL, 'modularity without edges');
SELECT is(array_agg(community ORDER BY vertex), '{1,1,1,4,4,4}', 'label_propagation over two triangles that no edge joins')
FROM quern.label_propagation('{"directed": false, "edges": [[1, 2], [2, 3], [1, 3], [4, 5], [5, 6], [4, 6]]}');
SELECT is(array_agg(community ORDER BY vertex), '{1,2}', 'label_propagation: no rounds') FROM quern.label_propagation('{"edges": [[1, 2]]}', 0);
SELECT is(array_agg(community ORDER BY vertex), '{2,1}', 'label_propagation: two vertices change places in each round') FROM quern.label_propagation('{"edges": [[1, 2]]}', 3);
-- In the first round 3 hears from 1 once and, an edge and its reverse, from 2 twice.
SELECT is((SELECT community FROM quern.label_propagation('{"edges": [[1, 3], [2, 3], [3, 2]]}', 1) WHERE vertex = 3), 2::bigint, 'label_propagation: an edge and its reverse count twice');

-- Structure.
SELECT is(array_agg(triangles), '{6,6,6,6,6}', 'triangle_count of a complete graph') FROM quern.triangle_count(pg_temp.graph('complete'));
SELECT is(array_agg(triangles ORDER BY vertex), '{1,1,1}', 'triangle_count: loops and parallel edges make none') FROM quern.triangle_count(pg_temp.graph('joined twice'));
SELECT is(array_agg(coefficient), '{1,1,1,1,1}', 'local_clustering of a complete graph') FROM quern.local_clustering(pg_temp.graph('complete'));
SELECT is(array_agg(coefficient ORDER BY vertex), '{1,1,0.3333333333333333,0.3333333333333333,1,1}', 'local_clustering of two triangles') FROM quern.local_clustering(pg_temp.graph('two triangles'));
SELECT is(array_agg(coefficient ORDER BY vertex), '{0.5,0.5,0.5}', 'local_clustering of a directed graph: ordered pairs') FROM quern.local_clustering('{"edges": [[1, 2], [2, 3], [1, 3]]}');
SELECT is(array_agg(core ORDER BY vertex), '{4,4,4,4,4}', 'k_core of a complete graph') FROM quern.k_core(pg_temp.graph('complete'));
SELECT is(array_agg(core ORDER BY vertex), '{1,1,1,1,1,1}', 'k_core of a star') FROM quern.k_core(pg_temp.graph('star'));
SELECT results_eq($$SELECT * FROM quern.k_truss(pg_temp.graph('two triangles'))$$,
  'VALUES (1::bigint, 2::bigint, 3::bigint), (1, 3, 3), (2, 3, 3), (3, 4, 2), (4, 5, 3), (4, 6, 3), (5, 6, 3)', 'k_truss of two triangles');
SELECT is(array_agg(DISTINCT truss), '{5}', 'k_truss of a complete graph') FROM quern.k_truss(pg_temp.graph('complete'));
SELECT is(quern.jaccard_similarity(pg_temp.graph('complete'), 1, 2), 0.6::float8, 'jaccard_similarity in a complete graph');
SELECT results_eq($$SELECT * FROM quern.jaccard_similarity(pg_temp.graph('star'), 0.5)$$, 'SELECT a, b, 1::bigint, 1::float8 FROM generate_series(2::bigint, 6) AS a, generate_series(2::bigint, 6) AS b WHERE a < b',
                  'jaccard_similarity: pairs that share a neighbour');
SELECT is(quern.jaccard_similarity('{"isolated": [1, 2]}', 1, 2), 0::float8, 'jaccard_similarity without neighbours');
SELECT results_eq($$SELECT * FROM quern.common_neighbors(pg_temp.graph('bipartite'), 1, 3)$$, 'SELECT generate_series(11::bigint, 15)', 'common_neighbors');
SELECT is_empty($$SELECT * FROM quern.common_neighbors(pg_temp.graph('bipartite'), 1, 11)$$, 'common_neighbors: none');

-- Trees, orders, flows: figures of Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms.
SELECT is(ARRAY[count(*), sum(weight)], '{8,37}', 'minimum_spanning_tree (figure 23.1)')
FROM (SELECT quern.graph(a, b, w) AS g FROM (VALUES ('a', 'b', 4), ('a', 'h', 8), ('b', 'h', 11), ('b', 'c', 8), ('c', 'i', 2), ('c', 'd', 7), ('c', 'f', 4), ('d', 'e', 9), ('d', 'f', 14),
  ('e', 'f', 10), ('f', 'g', 2), ('g', 'i', 6), ('g', 'h', 1), ('h', 'i', 7)) AS e(a, b, w)) AS t, quern.minimum_spanning_tree(g);
SELECT results_eq($$SELECT * FROM quern.minimum_spanning_tree(pg_temp.graph('joined twice'))$$, 'VALUES (1::bigint, 2::bigint, 1::float8), (2, 3, 2)', 'minimum_spanning_tree: the lighter of parallel edges, no loops');
SELECT results_eq($$SELECT vertex FROM quern.topological_sort('{"edges": [[5, 1], [5, 4], [3, 2], [2, 1], [4, 2]], "isolated": [0, 6]}') ORDER BY seq$$,
                  'VALUES (0::bigint), (3), (5), (4), (2), (1), (6)', 'topological_sort: of those that may come next the smallest');
CREATE TABLE network AS SELECT quern.graph(a, b, w) AS g FROM (VALUES ('s', 'v1', 16), ('s', 'v2', 13), ('v1', 'v3', 12), ('v2', 'v1', 4), ('v3', 'v2', 9), ('v2', 'v4', 14), ('v4', 'v3', 7), ('v3', 't', 20),
  ('v4', 't', 4)) AS e(a, b, w);
SELECT is(quern.max_flow_value(g, 's', 't'), 23::float8, 'max_flow_value (figure 26.1)') FROM network;
SELECT is(array_agg(net ORDER BY vertex), '{-23,23,0,0,0,0}', 'max_flow: what comes goes') FROM (
  SELECT v.vertex, sum(CASE v.vertex WHEN dst THEN flow ELSE -flow END) AS net FROM network, quern.vertices(g) AS v, quern.max_flow(g, 's', 't') AS f WHERE v.vertex IN (src, dst) GROUP BY 1) AS n;
SELECT is(count(*), 0::bigint, 'max_flow: within what an edge carries') FROM network, quern.max_flow(g, 's', 't') WHERE NOT (flow > 0 AND flow <= capacity);
SELECT is(quern.max_flow_value(pg_temp.graph('complete'), 1, 2), 4::float8, 'max_flow_value of a complete graph, edges both ways');
SELECT is(quern.max_flow_value(pg_temp.graph('path'), 3, 1), 0::float8, 'max_flow_value: no way');

-- Walks.
SELECT is(array_agg(vertex ORDER BY walk, seq), '{1,2,3,4,5,2,3,4,5,3,4,5,4,5,5}', 'random_walks over a path end with it') FROM quern.random_walks(pg_temp.graph('path'), 1, 10);
SELECT is(ARRAY[count(*), count(DISTINCT walk), max(seq)], '{126,18,7}', 'random_walks: so many, so long') FROM quern.random_walks(pg_temp.graph('ring'), 3, 7);
SELECT is((SELECT array_agg(w::text) FROM quern.random_walks(pg_temp.graph('complete'), seed => 3) AS w), (SELECT array_agg(w::text) FROM quern.random_walks(pg_temp.graph('complete'), seed => 3) AS w), 'random_walks: the same for the same seed');
SELECT isnt((SELECT array_agg(w::text) FROM quern.random_walks(pg_temp.graph('complete'), seed => 3) AS w), (SELECT array_agg(w::text) FROM quern.random_walks(pg_temp.graph('complete'), seed => 4) AS w), 'random_walks: others for another');
SELECT is(count(*), 0::bigint, 'random_walks with a small p go back and forth')
FROM (SELECT vertex, lag(vertex, 2) OVER (PARTITION BY walk ORDER BY seq) AS before FROM quern.random_walks(pg_temp.graph('complete'), 3, 20, p => 1e-12)) AS w WHERE before <> vertex;
SELECT is(count(*), 0::bigint, 'random_walks with a great p never turn')
FROM (SELECT vertex, lag(vertex, 2) OVER (PARTITION BY walk ORDER BY seq) AS before FROM quern.random_walks(pg_temp.graph('ring'), 3, 20, p => 1e12)) AS w WHERE before = vertex;
SELECT is(array_agg(DISTINCT vertex), '{1,2}', 'random_walks take no edge of weight 0') FROM quern.random_walks('{"edges": [[1, 2, 1], [1, 3, 0], [2, 1, 1], [3, 1, 0]]}', 20, 20) WHERE walk <= 40;
SELECT cmp_ok(abs(avg((vertex = 3)::integer)::float8 - 0.75), '<', 0.02::float8, 'random_walks: edges by weight') FROM quern.random_walks('{"edges": [[1, 2, 1], [1, 3, 3]]}', 10000, 2) WHERE seq = 2;
SELECT is_empty('SELECT * FROM quern.random_walks(''{"edges": [[1, 2]]}'', 0)', 'random_walks: none');

-- Every function over next to nothing, over NULL, and over ids of either kind. $a and $b are vertices.
CREATE TABLE call (call text, source boolean);
INSERT INTO call SELECT unnest('{vertices($g),edges($g),degrees($g),connected_components($g),strongly_connected_components($g),pagerank($g),hits($g),eigenvector_centrality($g)}'::text[]), false;
INSERT INTO call SELECT unnest('{"katz_centrality($g, 0.001)",betweenness_centrality($g),closeness_centrality($g),harmonic_centrality($g),label_propagation($g),louvain($g),leiden($g),triangle_count($g)}'::text[]), false;
INSERT INTO call SELECT unnest('{local_clustering($g),k_core($g),k_truss($g),minimum_spanning_tree($g),all_pairs_shortest_paths($g),jaccard_similarity($g),"random_walks($g, 2, 9, 0.5, 2, 3)"}'::text[]), false;
INSERT INTO call SELECT unnest('{"bfs($g, $a)","shortest_paths($g, $a)","shortest_path($g, $a, $b)","common_neighbors($g, $a, $b)"}'::text[]), true;
CREATE FUNCTION pg_temp.rows_of(call text, g text, a text, b text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  rows text[];
BEGIN
  EXECUTE format('SELECT array_agg(r::text) FROM quern.%s AS r', replace(replace(replace(call, '$g', g), '$a', a), '$b', b)) INTO rows;
  RETURN rows;
END
$$;
SELECT is(pg_temp.rows_of(call, '''{}''', '0', '0'), NULL, 'a graph without vertices: ' || call) FROM call WHERE NOT source;
SELECT is(pg_temp.rows_of(call, 'NULL::quern.graph', '1', '1'), NULL, 'NULL: ' || call) FROM call;
SELECT is(pg_temp.rows_of(call, 'NULL::quern.text_graph', '''a''', '''a'''), NULL, 'NULL, of texts: ' || call) FROM call;
SELECT is(pg_temp.rows_of(call, '''{"isolated": [1]}''', 'NULL::bigint', '1'), NULL, 'a vertex that is NULL: ' || call) FROM call WHERE source;
SELECT is(pg_temp.rows_of(call, '''{"isolated": [-4]}''', '-4', '-4'), expected, 'one vertex: ' || call)
FROM call JOIN (VALUES ('vertices', '{-4}'::text[]), ('edges', NULL), ('degrees', '{"(-4,0,0,0)"}'), ('connected_components', '{"(-4,-4)"}'), ('strongly_connected_components', '{"(-4,-4)"}'), ('pagerank', '{"(-4,1)"}'),
  ('hits', '{"(-4,0,0)"}'), ('eigenvector_centrality', '{"(-4,1)"}'), ('katz_centrality', '{"(-4,1)"}'), ('betweenness_centrality', '{"(-4,0)"}'), ('closeness_centrality', '{"(-4,0)"}'),
  ('harmonic_centrality', '{"(-4,0)"}'), ('label_propagation', '{"(-4,-4)"}'), ('louvain', '{"(-4,-4)"}'), ('leiden', '{"(-4,-4)"}'), ('triangle_count', '{"(-4,0)"}'), ('local_clustering', '{"(-4,0)"}'),
  ('k_core', '{"(-4,0)"}'), ('k_truss', NULL), ('minimum_spanning_tree', NULL), ('all_pairs_shortest_paths', NULL), ('jaccard_similarity', NULL), ('random_walks', '{"(1,1,-4)","(2,1,-4)"}'),
  ('bfs', '{"(-4,0,-4)"}'), ('shortest_paths', '{"(-4,0,-4)"}'), ('shortest_path', '{"(1,-4,,0)"}'), ('common_neighbors', NULL)) AS v(name, expected) ON call ~ ('^' || name || '[(]');
SELECT is(ARRAY[quern.max_flow_value(NULL::quern.graph, 1, 2), quern.jaccard_similarity(NULL::quern.graph, 1, 2), quern.modularity(NULL::quern.graph, '{}', '{}')]::text, '{NULL,NULL,NULL}', 'NULL: functions of one result');
SELECT is(quern.adjacency(NULL::quern.graph)::text, NULL, 'NULL: adjacency');
-- Ids of four digits: their order as numbers is that of texts, and so are rows as texts.
CREATE TABLE random AS
SELECT quern.graph(src, dst, weight) AS directed, quern.graph(src, dst, weight, '{"directed": false}') AS undirected, quern.graph(src::text, dst::text, weight) AS directed_text,
       quern.graph(src::text, dst::text, weight, '{"directed": false}') AS undirected_text
FROM (SELECT 1000 + src AS src, 1000 + dst AS dst, (1 + src * 7 % 9)::float8 AS weight FROM quern.uniform_graph(60, 240, 11) UNION ALL VALUES (2000, NULL::bigint, NULL::float8)) AS e;
SELECT is(pg_temp.rows_of(call, format('(SELECT %s_text FROM random)', directed), '''1000''', '''1033'''), pg_temp.rows_of(call, format('(SELECT %s FROM random)', directed), '1000', '1033'),
          format('texts as ids, %s: %s', directed, call)) FROM call, unnest('{directed,undirected}'::text[]) AS directed;
SELECT is((quern.max_flow_value(directed_text, '1000', '1033'), quern.modularity(undirected_text, t, t), quern.adjacency(directed_text)::text, (SELECT f::text FROM quern.max_flow(directed_text, '1000', '1033') AS f LIMIT 1))::text,
          (quern.max_flow_value(directed, 1000, 1033), quern.modularity(undirected, n, n), quern.adjacency(directed)::text, (SELECT f::text FROM quern.max_flow(directed, 1000, 1033) AS f LIMIT 1))::text, 'texts as ids: the others')
FROM random, LATERAL (SELECT array_agg(vertex) AS n, array_agg(vertex::text) AS t FROM quern.vertices(directed)) AS v;

-- In FROM, in the select list, over many graphs, in a join and in SQL functions.
SELECT results_eq($$SELECT quern.bfs(g, 1) FROM known WHERE name = 'path'$$, $$SELECT b FROM quern.bfs(pg_temp.graph('path'), 1) AS b$$, 'in a select list');
SELECT results_eq($$SELECT quern.vertices(g) FROM known WHERE name = 'path'$$, 'SELECT generate_series(1::bigint, 5)', 'in a select list, one column');
SELECT is((SELECT array_agg(n ORDER BY name) FROM (SELECT name, count(vertex) AS n FROM known LEFT JOIN quern.pagerank(g) ON true GROUP BY name) AS t), '{8,5,6,0,3,1,1,5,6,6,6}', 'over many graphs');
SELECT is((SELECT array_agg(v ORDER BY o) FROM quern.vertices(pg_temp.graph('path')) WITH ORDINALITY AS t(v, o)), '{1,2,3,4,5}', 'WITH ORDINALITY');
SELECT is((SELECT count(*) FROM (SELECT vertex FROM quern.vertices(pg_temp.graph('ring')) LIMIT 3) AS t), 3::bigint, 'LIMIT');

SELECT * FROM finish();
ROLLBACK;
