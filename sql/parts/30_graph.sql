-- Graphs: the types, their casts, the aggregate. The functions of a graph are of src/graph/registry.def.

CREATE TYPE graph;
CREATE FUNCTION graph_in(cstring) RETURNS graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION graph_out(graph) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION graph_recv(internal) RETURNS graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION graph_send(graph) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE graph (INPUT = graph_in, OUTPUT = graph_out, RECEIVE = graph_recv, SEND = graph_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external, CATEGORY = 'G', PREFERRED = true);
COMMENT ON TYPE graph IS 'A graph whose vertices have bigint ids: lists of neighbours (CSR), 4 bytes an entry, 12 with weights, and 16 a vertex, up to 1 GB; an undirected edge has two entries. Or the name of a named graph. Made by quern.graph(src, dst).';
COMMENT ON FUNCTION graph_in(cstring) IS 'Input of quern.graph: {"directed": true, "edges": [[1, 2], [1, 3, 0.5]], "isolated": [7]}, an edge being source, target and weight; any other text is the name of a named graph.';
COMMENT ON FUNCTION graph_out(graph) IS 'Output of quern.graph: JSON, or the name of a named graph.';
COMMENT ON FUNCTION graph_recv(internal) IS 'Binary input of quern.graph, as quern.graph_send writes it. Lists that are not sorted, or name vertices that there are not, are refused (22P03).';
COMMENT ON FUNCTION graph_send(graph) IS 'Binary output of quern.graph, in network byte order: int32 flags (1 directed, 2 weighted, 4 ids are texts, 16 a name, which follows), int64 vertices, int64 entries, of each vertex its id and int64 number of neighbours, of each entry its int32 vertex from 0, then their float8 weights.';

CREATE TYPE text_graph;
CREATE FUNCTION text_graph_in(cstring) RETURNS text_graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION text_graph_out(text_graph) RETURNS cstring AS 'MODULE_PATHNAME', 'graph_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION text_graph_recv(internal) RETURNS text_graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION text_graph_send(text_graph) RETURNS bytea AS 'MODULE_PATHNAME', 'graph_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE text_graph (INPUT = text_graph_in, OUTPUT = text_graph_out, RECEIVE = text_graph_recv, SEND = text_graph_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external, CATEGORY = 'G');
COMMENT ON TYPE text_graph IS 'A graph whose vertices have text ids, in the order of their bytes: as quern.graph, and the bytes of the texts.';
COMMENT ON FUNCTION text_graph_in(cstring) IS 'Input of quern.text_graph: {"directed": true, "edges": [["a", "b"], ["a", "c", 0.5]], "isolated": ["d"]}; any other text is the name of a named graph.';
COMMENT ON FUNCTION text_graph_out(text_graph) IS 'Output of quern.text_graph: JSON, or the name of a named graph.';
COMMENT ON FUNCTION text_graph_recv(internal) IS 'Binary input of quern.text_graph, as quern.graph_send writes it; an id is an int32 number of bytes and the text.';
COMMENT ON FUNCTION text_graph_send(text_graph) IS 'Binary output of quern.text_graph, as that of quern.graph; an id is an int32 number of bytes and the text.';

CREATE FUNCTION graph(text) RETURNS graph AS 'MODULE_PATHNAME', 'graph_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph(text) IS 'The named graph of that name: a value of some bytes, looked up when a function reads it. A text that begins with { is a graph written as JSON.';
CREATE CAST (text AS graph) WITH FUNCTION graph(text) AS IMPLICIT;
COMMENT ON CAST (text AS graph) IS 'The named graph of that name, or a graph written as JSON.';
CREATE FUNCTION text_graph(text) RETURNS text_graph AS 'MODULE_PATHNAME', 'text_graph_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION text_graph(text) IS 'The named graph of that name, whose ids are texts: a value of some bytes, looked up when a function reads it. A text that begins with { is a graph written as JSON.';
CREATE CAST (text AS text_graph) WITH FUNCTION text_graph(text) AS ASSIGNMENT;
COMMENT ON CAST (text AS text_graph) IS 'The named graph of that name, whose ids are texts, or a graph written as JSON.';

CREATE FUNCTION graph(adjacency smatrix, directed boolean DEFAULT true) RETURNS graph AS 'MODULE_PATHNAME', 'graph_from_adjacency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph(smatrix, boolean) IS 'The graph of an adjacency matrix: vertices 1 to n, and an edge for each element that is not 0, of that weight; without weights if all are 1. A matrix that is not square, or not symmetric if the graph is undirected, is an error (22023).';

CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint) RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, options jsonb) RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, options text) RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, text) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, weight double precision) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, double precision) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, weight double precision, options jsonb) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, double precision, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text) RETURNS internal AS 'MODULE_PATHNAME', 'text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, options jsonb) RETURNS internal AS 'MODULE_PATHNAME', 'text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, options text) RETURNS internal AS 'MODULE_PATHNAME', 'text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, text) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, weight double precision) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, double precision) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, weight double precision, options jsonb) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, double precision, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_final(internal) RETURNS graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_final(internal) IS 'Final function of quern.graph, which uses the rows up.';
CREATE FUNCTION text_graph_final(internal) RETURNS text_graph AS 'MODULE_PATHNAME', 'graph_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION text_graph_final(internal) IS 'Final function of quern.graph over texts, which uses the rows up.';

CREATE AGGREGATE graph(src bigint, dst bigint) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint) IS 'A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, jsonb) IS 'A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, options text) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, text) IS 'A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, weight double precision) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, double precision) IS 'A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, weight double precision, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, double precision, jsonb) IS 'A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, jsonb) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, options text) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, text) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, weight double precision) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, double precision) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, weight double precision, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, double precision, jsonb) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';

CREATE FUNCTION rmat_graph(scale integer, edge_factor integer DEFAULT 16, seed bigint DEFAULT 0) RETURNS TABLE(src bigint, dst bigint)
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000000;
COMMENT ON FUNCTION rmat_graph(integer, integer, bigint) IS 'Edges of a recursive matrix graph of 2^scale ids and edge_factor times as many edges, with the chances of Graph500 (0.57, 0.19, 0.19, 0.05); loops and parallel edges are among them. The same for the same seed. Chakrabarti, Zhan, Faloutsos, SDM 2004.';
CREATE FUNCTION uniform_graph(vertices bigint, edges bigint, seed bigint DEFAULT 0) RETURNS TABLE(src bigint, dst bigint)
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000000;
COMMENT ON FUNCTION uniform_graph(bigint, bigint, bigint) IS 'So many edges, each between two of the vertices 0 to vertices - 1 drawn alike; loops and parallel edges are among them. The same for the same seed. Erdos, Renyi, Publ. Math. Debrecen 6, 1959, with repetition.';
