-- How graph algorithms run.

CREATE FUNCTION graph_algorithms() RETURNS TABLE (algorithm text, method text, lists text, bytes_per_vertex float8, bytes_per_entry float8)
  AS 'MODULE_PATHNAME', 'quern_graph_algorithms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 30;
COMMENT ON FUNCTION graph_algorithms() IS 'How functions of graphs work, and the bytes that they take at most beside the graph and the lists that they read: for each vertex, and each entry of the lists. lists: out, of outgoing edges, which the graph has; in, of incoming ones, which a directed graph has with the option transpose; simple, of neighbours without directions, loops and parallel edges; both, of edges without directions. What the graph lacks is made for the call.';

CREATE FUNCTION explain_graph(graph graph, algorithm text) RETURNS TABLE (item text, value text)
  AS 'MODULE_PATHNAME', 'quern_explain_graph' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 9;
COMMENT ON FUNCTION explain_graph(graph, text) IS 'How a function of this name, such as pagerank, would run on the graph with its usual arguments, and why, without running it: where the graph lies and what it takes, the method, the lists that are made for the call, the bytes that it takes beside the graph, parallel workers. They are called for named graphs, where half of the expected work takes longer than to call them (parallel_setup_cost scales that; 0 calls them always). Errors: 22023 for a name that no algorithm has.';
CREATE FUNCTION explain_graph(graph text_graph, algorithm text) RETURNS TABLE (item text, value text)
  AS 'MODULE_PATHNAME', 'quern_explain_graph' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 9;
COMMENT ON FUNCTION explain_graph(text_graph, text) IS 'As quern.explain_graph for ids that are numbers.';
