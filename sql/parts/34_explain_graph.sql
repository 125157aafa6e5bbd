-- How graph algorithms run.

CREATE FUNCTION explain_graph(graph graph, algorithm text) RETURNS TABLE (item text, value text)
  AS 'MODULE_PATHNAME', 'quern_explain_graph' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 9;
COMMENT ON FUNCTION explain_graph(graph, text) IS 'How a function of this name, such as pagerank, would run on the graph with its usual arguments, and why, without running it: where the graph lies and what it takes, the method, the lists that are made for the call, the bytes that it takes beside the graph, parallel workers. They are called for named graphs, where half of the expected work takes longer than to call them (parallel_setup_cost scales that; 0 calls them always). Errors: 22023 for a name that no algorithm has.';
CREATE FUNCTION explain_graph(graph text_graph, algorithm text) RETURNS TABLE (item text, value text)
  AS 'MODULE_PATHNAME', 'quern_explain_graph' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 9;
COMMENT ON FUNCTION explain_graph(text_graph, text) IS 'As quern.explain_graph for ids that are numbers.';
