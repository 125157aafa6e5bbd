-- Graph functions against the answers of others: NetworkX and igraph on Zachary's karate club and on a directed weighted
-- graph, LDBC Graphalytics on its examples, the checks that Apache MADlib publishes. Each also on the same graph with text ids.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/graph_references.sql
SET LOCAL client_min_messages = error;

CREATE TABLE sample (name text, g quern.graph, named quern.text_graph);
INSERT INTO sample
SELECT 'karate', quern.graph(src, dst, '{"directed": false}'), quern.graph(src::text, dst::text, '{"directed": false}') FROM edge WHERE graph = 'karate'
UNION ALL
SELECT 'seeded', quern.graph(src, dst, weight), quern.graph(src::text, dst::text, weight) FROM edge WHERE graph = 'seeded';
CREATE VIEW karate AS SELECT g, named FROM sample WHERE name = 'karate';
CREATE VIEW seeded AS SELECT g, named FROM sample WHERE name = 'seeded';

-- Whether a query's rows (vertex, figure) or (vertex, other, figure) are those of the reference, with so many digits: a text
-- that says what is amiss, or NULL.
CREATE FUNCTION pg_temp.unlike(graph text, measure text, query text, digits float8 DEFAULT 9) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  amiss text;
BEGIN
  EXECUTE format($q$
    WITH expected AS (SELECT unnest(vertex)::text AS vertex, unnest(figure) AS figure FROM reference AS r
                      WHERE (r.graph, r.measure) = (%L, %L)),
         found AS (SELECT q.vertex::text, q.figure::float8 FROM (%s) AS q(vertex, figure))
    SELECT CASE WHEN NOT EXISTS (SELECT FROM expected) THEN 'there is no such reference'
                ELSE string_agg(format('%%s: %%s, not %%s', vertex, found.figure, expected.figure), ', ') END
    FROM expected FULL JOIN found USING (vertex)
    WHERE coalesce(pg_temp.digits(found.figure, expected.figure) < %s AND abs(found.figure - expected.figure) > 1e-12, true) $q$,
    graph, measure, query, digits) INTO amiss;
  RETURN amiss;
END
$$;
CREATE FUNCTION pg_temp.unlike_pairs(graph text, measure text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  amiss text;
BEGIN
  EXECUTE format($q$
    WITH expected AS (SELECT unnest(vertex)::text AS vertex, unnest(other)::text AS other, unnest(figure) AS figure FROM reference AS r
                      WHERE (r.graph, r.measure) = (%L, %L)),
         found AS (SELECT least(q.vertex, q.other)::text AS vertex, greatest(q.vertex, q.other)::text AS other, q.figure::float8
                   FROM (%s) AS q(vertex, other, figure))
    SELECT CASE WHEN NOT EXISTS (SELECT FROM expected) THEN 'there is no such reference'
                ELSE string_agg(format('%%s %%s: %%s, not %%s', vertex, other, found.figure, expected.figure), ', ') END
    FROM expected FULL JOIN found USING (vertex, other)
    WHERE coalesce(pg_temp.digits(found.figure, expected.figure) < 12, true) $q$, graph, measure, query) INTO amiss;
  RETURN amiss;
END
$$;

-- $g is the graph, $1 its vertex 1, $7 its vertex 7.
CREATE TABLE asked (graphs text[], measure text, query text, digits float8);
INSERT INTO asked VALUES
  ('{karate,seeded}', 'pagerank', 'SELECT * FROM quern.pagerank($g, tol => 1e-15, max_iter => 10000)', 10),
  ('{karate,seeded}', 'pagerank, unweighted', 'SELECT * FROM quern.pagerank($g, tol => 1e-15, max_iter => 10000, weighted => false)', 10),
  ('{seeded}', 'pagerank from 1 and 3 x 7',
   'SELECT * FROM quern.pagerank($g, tol => 1e-15, max_iter => 10000, personalization => ARRAY[$1, $7], personalization_weights => ''{1, 3}'')', 10),
  ('{karate,seeded}', 'hub', 'SELECT vertex, hub FROM quern.hits($g, tol => 1e-14)', 9),
  ('{karate,seeded}', 'authority', 'SELECT vertex, authority FROM quern.hits($g, tol => 1e-14)', 9),
  ('{karate,seeded}', 'eigenvector', 'SELECT * FROM quern.eigenvector_centrality($g, tol => 1e-14, max_iter => 100000)', 9),
  ('{karate}', 'katz', 'SELECT * FROM quern.katz_centrality($g, tol => 1e-14)', 9),
  ('{karate}', 'katz, not normalized', 'SELECT * FROM quern.katz_centrality($g, 0.1, tol => 1e-14, normalized => false)', 9),
  ('{seeded}', 'katz', 'SELECT * FROM quern.katz_centrality($g, 0.02, tol => 1e-14)', 9),
  ('{seeded}', 'katz, not normalized', 'SELECT * FROM quern.katz_centrality($g, 0.02, tol => 1e-14, normalized => false)', 9),
  ('{karate,seeded}', 'betweenness', 'SELECT * FROM quern.betweenness_centrality($g)', 12),
  ('{karate,seeded}', 'betweenness', 'SELECT * FROM quern.betweenness_centrality($g, sample => 1000)', 12),
  ('{karate,seeded}', 'betweenness, unweighted and normalized', 'SELECT * FROM quern.betweenness_centrality($g, normalized => true, weighted => false)', 12),
  ('{karate,seeded}', 'closeness', 'SELECT * FROM quern.closeness_centrality($g)', 12),
  ('{karate,seeded}', 'closeness, unweighted', 'SELECT * FROM quern.closeness_centrality($g, weighted => false)', 12),
  ('{karate,seeded}', 'harmonic', 'SELECT * FROM quern.harmonic_centrality($g)', 12),
  ('{karate,seeded}', 'distance from 1', 'SELECT vertex, distance FROM quern.shortest_paths($g, $1)', 15),
  ('{karate,seeded}', 'depth from 1', 'SELECT vertex, distance FROM quern.shortest_paths($g, $1, weighted => false)', 15),
  ('{karate,seeded}', 'depth from 1', 'SELECT vertex, depth FROM quern.bfs($g, $1)', 15),
  ('{seeded}', 'distances from',
   'SELECT v.vertex, coalesce(sum(distance), 0) FROM quern.vertices($g) AS v LEFT JOIN quern.all_pairs_shortest_paths($g) AS a ON source = v.vertex GROUP BY 1', 15),
  ('{seeded}', 'flow from 1',
   'SELECT v.vertex, quern.max_flow_value($g, $1, v.vertex) FROM quern.vertices($g) AS v WHERE v.vertex <> $1', 15),
  ('{seeded}', 'flow from 1',
   'SELECT v.vertex, coalesce((SELECT sum(CASE f.dst WHEN v.vertex THEN flow ELSE 0 END - CASE f.src WHEN v.vertex THEN flow ELSE 0 END) FROM quern.max_flow($g, $1, v.vertex) AS f), 0)
    FROM quern.vertices($g) AS v WHERE v.vertex <> $1', 15),
  ('{karate,seeded}', 'triangles', 'SELECT * FROM quern.triangle_count($g)', 15),
  ('{karate}', 'clustering', 'SELECT * FROM quern.local_clustering($g)', 15),
  ('{karate,seeded}', 'core', 'SELECT * FROM quern.k_core($g)', 15),
  ('{karate,seeded}', 'spanning tree', 'SELECT 0, count(*) FROM quern.minimum_spanning_tree($g) UNION ALL SELECT 1, sum(weight) FROM quern.minimum_spanning_tree($g)', 15);

SELECT is(pg_temp.unlike(graph, measure, replace(replace(replace(query, '$g', format('(SELECT g FROM %s)', graph)), '$1', '1::bigint'), '$7', '7::bigint'), digits),
          NULL, format('%s: %s, by %s', graph, measure, substring(query FROM 'quern[.](?!vertices)(\w+)')))
FROM asked, unnest(graphs) AS graph;
SELECT is(pg_temp.unlike(graph, measure, replace(replace(replace(query, '$g', format('(SELECT named FROM %s)', graph)), '$1', '''1''::text'), '$7', '''7''::text'), digits),
          NULL, format('%s with text ids: %s, by %s', graph, measure, substring(query FROM 'quern[.](?!vertices)(\w+)')))
FROM asked, unnest(graphs) AS graph;

-- Components by number; by text they are named by the text that is least.
SELECT is(pg_temp.unlike(name, 'component', format('SELECT * FROM quern.connected_components((SELECT g FROM %s))', name)), NULL, name || ': components') FROM sample;
SELECT is(pg_temp.unlike('seeded', 'strong component', 'SELECT * FROM quern.strongly_connected_components((SELECT g FROM seeded))'), NULL, 'strong components');
SELECT is((SELECT array_agg((vertex, component) ORDER BY vertex::bigint)::text FROM quern.strongly_connected_components(named) AS c),
          (SELECT array_agg((vertex::text, least_text) ORDER BY vertex)::text FROM (
            SELECT vertex, min(vertex::text COLLATE "C") OVER (PARTITION BY component) AS least_text FROM quern.strongly_connected_components(g) AS s) AS t),
          name || ': strong components with text ids') FROM sample;

SELECT is(pg_temp.unlike_pairs(name, 'truss', format('SELECT * FROM quern.k_truss((SELECT g FROM %s))', name)), NULL, name || ': trusses') FROM sample;
SELECT is(pg_temp.unlike_pairs(name, 'jaccard', format('SELECT a, b, similarity FROM quern.jaccard_similarity((SELECT g FROM %s))', name)),
          NULL, name || ': similar pairs') FROM sample;
SELECT is(pg_temp.unlike_pairs(name, 'jaccard', format('SELECT a.vertex, b.vertex, s FROM (SELECT g FROM %s) AS t, quern.vertices(g) AS a, quern.vertices(g) AS b,
            LATERAL (SELECT quern.jaccard_similarity(g, a.vertex, b.vertex) AS s) AS j WHERE a.vertex < b.vertex AND s > 0', name)),
          NULL, name || ': similarity of two') FROM sample;

-- Communities: modularity, and how near the best that is known Louvain and Leiden come.
SELECT is(pg_temp.unlike(name, 'modularity', format('SELECT i, quern.modularity(g, vertices, parts, 1 - i * 0.5) FROM generate_series(0, 1) AS i, %s,
    LATERAL (SELECT array_agg(vertex) AS vertices, array_agg(part) AS parts FROM (
      SELECT vertex, min(vertex) OVER (PARTITION BY (vertex %% 3 + 3) %% 3) AS part FROM quern.vertices(g)) AS v) AS p', name), 12),
  NULL, name || ': modularity of a partition') FROM sample;
CREATE TABLE best AS SELECT graph AS name, figure[1] AS modularity FROM reference WHERE measure ~ '^modularity of the best';
SELECT cmp_ok(max(quern.modularity(g, vertices, communities)), '>=', 0.995 * min(modularity), name || ': ' || algorithm || ' comes near the best that is known')
FROM sample JOIN best USING (name), unnest('{louvain,leiden}'::text[]) AS algorithm, generate_series(1, 10) AS seed,
  LATERAL (SELECT array_agg(vertex) AS vertices, array_agg(community) AS communities FROM (
    SELECT * FROM quern.louvain(g, seed => seed) WHERE algorithm = 'louvain' UNION ALL
    SELECT * FROM quern.leiden(g, seed => seed) WHERE algorithm = 'leiden') AS c) AS found GROUP BY name, algorithm;
SELECT cmp_ok(max(quern.modularity(g, vertices, communities)), '<=', min(modularity) + 1e-12, name || ': none is better') FROM sample JOIN best USING (name),
  generate_series(1, 10) AS seed, LATERAL (SELECT array_agg(vertex) AS vertices, array_agg(community) AS communities FROM quern.leiden(g, seed => seed) AS c) AS found
GROUP BY name;

-- LDBC Graphalytics' examples, as specified: figures to 1e-4 of themselves, all else exact.
CREATE TEMP TABLE ldbc_line (kind text, file text, a bigint, b text, weight float8);
\copy ldbc_line FROM PROGRAM 'cd data/ldbc_example && awk ''{ split(substr(FILENAME, 9), f, /[-.]/); print f[1] "," f[2] "," $1 "," $2 "," $3 }'' *.[ve] *-[A-Z]*' (FORMAT csv)
CREATE TABLE ldbc_answer AS SELECT kind, file AS algorithm, a AS vertex, b AS answer FROM ldbc_line WHERE file NOT IN ('v', 'e');
CREATE TABLE ldbc AS
SELECT kind, CASE kind WHEN 'directed' THEN quern.graph(a, b::bigint, weight) ELSE quern.graph(a, b::bigint, weight, '{"directed": false}') END AS g,
       CASE kind WHEN 'directed' THEN quern.graph('v' || a, 'v' || b, weight) ELSE quern.graph('v' || a, 'v' || b, weight, '{"directed": false}') END AS named
FROM ldbc_line WHERE file IN ('v', 'e') GROUP BY kind;
SELECT is(array_agg((vertices, edges, weighted) ORDER BY kind)::text, '{"(10,17,t)","(9,12,t)"}', 'LDBC: the graphs') FROM ldbc, quern.graph_summary(g);
SELECT is(count(*), 6 * 19::bigint, 'LDBC: answers of six algorithms on two graphs') FROM ldbc_answer;

-- Sources are vertex 1 and 2; 2 rounds of PageRank (damping 0.85) and of CDLP.
CREATE TABLE ldbc_found AS
WITH source AS (SELECT *, CASE kind WHEN 'directed' THEN 1 ELSE 2 END AS source FROM ldbc)
SELECT kind, 'BFS' AS algorithm, v.vertex, coalesce(depth, 9223372036854775807)::float8 AS answer FROM source, quern.vertices(g) AS v LEFT JOIN LATERAL (SELECT * FROM quern.bfs(g, source)) AS b USING (vertex)
UNION ALL SELECT kind, 'CDLP', vertex, community FROM source, quern.label_propagation(g, 2)
UNION ALL SELECT kind, 'LCC', vertex, coefficient FROM source, quern.local_clustering(g)
UNION ALL SELECT kind, 'PR', vertex, rank FROM source, quern.pagerank(g, 0.85, tol => 0, max_iter => 2, weighted => false)
UNION ALL SELECT kind, 'SSSP', v.vertex, coalesce(distance, 'Infinity') FROM source, quern.vertices(g) AS v LEFT JOIN LATERAL (SELECT * FROM quern.shortest_paths(g, source)) AS s USING (vertex)
UNION ALL SELECT kind, 'WCC', vertex, component FROM source, quern.connected_components(g);
SELECT is(string_agg(format('%s: %s, not %s', vertex, f.answer, a.answer), ', ' ORDER BY vertex)
            FILTER (WHERE coalesce(NOT CASE WHEN algorithm IN ('PR', 'LCC', 'SSSP') THEN pg_temp.digits(f.answer, a.answer::float8) >= 12 ELSE f.answer = a.answer::float8 END, true)),
          NULL, format('LDBC %s on the %s example', algorithm, kind))
FROM ldbc_answer AS a FULL JOIN ldbc_found AS f USING (kind, algorithm, vertex) GROUP BY kind, algorithm;
SELECT is(array_agg((substr(vertex, 2)::bigint, coefficient) ORDER BY substr(vertex, 2)::bigint)::text,
          (SELECT array_agg((vertex, answer) ORDER BY vertex)::text FROM ldbc_found WHERE (kind, algorithm) = (ldbc.kind, 'LCC')), kind || ': LCC with text ids')
FROM ldbc, quern.local_clustering(named) GROUP BY kind;

-- Apache MADlib's checks (its graph tests at commit d9a4ee58; Apache License 2.0), to the tolerances stated there.
CREATE TABLE madlib AS
SELECT quern.graph(src, dst, weight) AS g FROM (VALUES (0, 1, 1), (0, 2, 1), (0, 4, 10), (1, 2, 2), (1, 3, 10), (2, 3, 1), (2, 5, 1),
  (2, 6, 3), (3, 0, 1), (4, 0, -2), (5, 6, 1), (6, 7, 1)) AS e(src, dst, weight);
SELECT is(array_agg(ARRAY[vertex, distance, parent] ORDER BY vertex), ARRAY[[0, 0, 0], [1, 1, 0], [2, 1, 0], [3, 2, 2], [4, 10, 0], [5, 2, 2], [6, 3, 5], [7, 4, 6]]::float8[],
          'MADlib: graph_sssp, with a negative weight') FROM madlib, quern.shortest_paths(g, 0);
SELECT set_eq($$SELECT vertex, distance FROM (SELECT quern.graph(src, dst, weight) AS g FROM (VALUES ('t', 'x', 5), ('t', 'y', 8), ('t', 'z', -4), ('x', 't', -2), ('y', 'x', -3),
                  ('y', 'z', 9), ('z', 'x', 7), ('z', 's', 2), ('s', 't', 6), ('s', 'y', 7)) AS e(src, dst, weight)) AS letters, quern.shortest_paths(g, 's')$$,
              $$VALUES ('s', 0::float8), ('t', 2), ('y', 7), ('x', 4), ('z', -2)$$, 'MADlib: graph_sssp over letters (the graph of Cormen et al., figure 24.4)');

SELECT is(count(*), 3::bigint, 'MADlib: graph_closeness') FROM madlib,
  LATERAL (SELECT 1 / sum(distance) AS inverse_sum, count(*) / sum(distance) AS inverse_avg, sum(1 / distance) AS sum_inverse FROM quern.shortest_paths(g, 0) WHERE vertex <> 0) AS of,
  LATERAL (VALUES (inverse_sum, 0.04347), (inverse_avg, 0.3043), (sum_inverse, 3.6833)) AS v(found, expected)
WHERE abs(found - expected) < 1e-2 * expected;
SELECT cmp_ok(abs(avg(distance) - 2.97), '<', 1e-2::float8, 'MADlib: graph_avg_path_length') FROM madlib, quern.all_pairs_shortest_paths(g);

SELECT set_eq($$SELECT part, count(DISTINCT component), max(size) FROM (
    SELECT part, component, count(*) OVER (PARTITION BY part, component) AS size FROM (
      SELECT part, quern.graph(src, dst) AS g FROM (VALUES (1, 0, 1), (1, 0, 2), (1, 1, 2), (1, 1, 3), (1, 2, 3), (1, 2, 5), (1, 2, 6), (1, 3, 0), (1, 5, 6), (1, 6, 3), (1, 10, 11), (1, 10, 12),
        (1, 11, 12), (1, 11, 13), (1, 12, 13), (1, 13, 10), (1, 15, 16), (1, 15, 14), (2, 0, 1), (2, 4, NULL)) AS e(part, src, dst) GROUP BY part) AS t, quern.connected_components(g)) AS c
  GROUP BY part$$, $$VALUES (1, 3::bigint, 6::bigint), (2, 2, 2)$$, 'MADlib: weakly_connected_components, in groups');
CREATE TABLE ranked AS
SELECT quern.graph(src, dst) AS g FROM (VALUES (0, 1), (0, 2), (0, 4), (1, 2), (1, 3), (2, 3), (2, 5), (2, 6), (3, 0), (4, 0), (5, 6), (6, 3)) AS e(src, dst);
SELECT cmp_ok(abs(sum(rank) - 1), '<', 1e-5::float8, 'MADlib: pagerank sums to 1') FROM ranked, quern.pagerank(g);
SELECT cmp_ok(abs(sum(rank) - 1), '<', 0.005::float8, 'MADlib: personalized pagerank sums to 1') FROM ranked, quern.pagerank(g, personalization => '{2,4}');
SELECT is(array_agg(depth ORDER BY vertex), '{1,0,3,1,2,2,4}', 'MADlib: graph_bfs from 1')
FROM (SELECT quern.graph(src, dst) AS g FROM (VALUES (0, 5), (1, 0), (1, 3), (2, 6), (3, 4), (3, 5), (4, 2), (8, 9), (9, 10), (9, 11), (10, 8)) AS e(src, dst)) AS t, quern.bfs(g, 1);

SELECT * FROM finish();
ROLLBACK;
