-- Graphs of queries, and those with a name, in memory that all sessions share.

CREATE FUNCTION graph_of(query text, options jsonb DEFAULT '{}') RETURNS graph
  AS 'MODULE_PATHNAME', 'quern_graph_of' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION graph_of(text, jsonb) IS 'The graph of the edges that a query gives: its columns are, by their places, source and target (smallint, integer or bigint) and, if there is a third, weight. Faster than the aggregate quern.graph, most of all for plain columns of one table. NULLs and weights as in quern.graph. Runs with the rights and the snapshot of the caller; writes nothing. Options: directed (true), multi (keep, sum, min, max), loops (true), transpose (false): keep the lists of incoming edges too, which pagerank and others need of a directed graph. Errors: 22023 for another query, 54000 for a value of more than 1 GB.';
CREATE FUNCTION text_graph_of(query text, options jsonb DEFAULT '{}') RETURNS text_graph
  AS 'MODULE_PATHNAME', 'quern_text_graph_of' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION text_graph_of(text, jsonb) IS 'As quern.graph_of for ids that are texts, or of any type by its text form.';

CREATE TABLE graph_definitions (
  name text COLLATE "C" PRIMARY KEY,
  owner regrole NOT NULL,
  query text NOT NULL,
  options text NOT NULL,
  search_path text NOT NULL,
  readers regrole[] NOT NULL,
  revision uuid NOT NULL,
  built_at timestamp with time zone NOT NULL,
  vertices bigint NOT NULL,
  edges bigint NOT NULL,
  bytes bigint NOT NULL
);
COMMENT ON TABLE graph_definitions IS 'What named graphs are made of: for quern.graph_create and its like, which read and write it for everybody; nobody else need have rights on it, but for the owner of the database, who dumps and restores it. Look at the view quern.graphs instead.';
COMMENT ON TYPE graph_definitions IS 'A row of quern.graph_definitions.';
GRANT SELECT, INSERT ON graph_definitions TO pg_database_owner;  -- pg_dump and its restoration
SELECT pg_catalog.pg_extension_config_dump('graph_definitions', '');

CREATE FUNCTION graph_create(name text, query text, options jsonb DEFAULT '{}') RETURNS bigint
  AS 'MODULE_PATHNAME', 'quern_graph_create' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_create(text, text, jsonb) IS 'Makes the graph of a query''s edges (columns: source, target and, if edges have one, weight) and keeps it under a name, in memory that all sessions share; returns its number of edges. Every function that takes a graph takes the name: quern.pagerank(''roads''). Options: directed (true), multi (keep, sum, min, max), loops (true), text_ids (false): vertices are named by text and the name stands for a quern.text_graph, transpose (false): keep the lists of incoming edges too. There for others once the transaction commits; the caller owns it. After a restart of the server, or where quern.graph_memory was needed for others, it is made again by who asks for it next. Errors: 42710 if there is a graph of that name, 54000 if it takes more than quern.graph_memory, 22023, and those of the query.';
CREATE FUNCTION graph_refresh(name text) RETURNS bigint
  AS 'MODULE_PATHNAME', 'quern_graph_refresh' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_refresh(text) IS 'Makes a named graph anew from the rows that its query gives now, with the rights of the caller, who must be its owner (a member can SET ROLE to it); returns its number of edges. Others see the old graph until the transaction commits, and then the new one. Errors: 42704 if there is no such graph, 42501.';
CREATE FUNCTION graph_drop(name text) RETURNS void
  AS 'MODULE_PATHNAME', 'quern_graph_drop' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_drop(text) IS 'Removes a named graph; its memory is returned when the transaction has committed and no session reads it any more. The caller must be its owner or a member of the owner. Errors: 42704 if there is no such graph, 42501.';
CREATE FUNCTION graph_grant(name text, role text) RETURNS void
  AS 'MODULE_PATHNAME', 'quern_graph_grant' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_grant(text, text) IS 'Lets a role, or everybody if it is ''public'', see and read a named graph: the edges that its owner gathered, whatever rights the role has on the tables. The caller must be its owner or a member of the owner. Errors: 42704 if there is no such graph or role, 42501.';
CREATE FUNCTION graph_revoke(name text, role text) RETURNS void
  AS 'MODULE_PATHNAME', 'quern_graph_revoke' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_revoke(text, text) IS 'Takes back what quern.graph_grant gave. Errors: 42704 if there is no such graph or role, 42501.';

CREATE FUNCTION graph_list()
  RETURNS TABLE (name text, owner text, query text, options text, readers text, vertices bigint, edges bigint, bytes bigint,
                 built_at timestamp with time zone, in_memory boolean, changed_rows bigint, stale boolean)
  AS 'MODULE_PATHNAME', 'quern_graph_list' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION graph_list() IS 'The rows of the view quern.graphs.';
CREATE VIEW graphs AS
  SELECT name, owner, query, options::jsonb AS options, readers, vertices, edges, bytes, built_at, in_memory, changed_rows, stale
  FROM graph_list();
COMMENT ON VIEW graphs IS 'The named graphs of this database that the current user may read: name, owner, query, options, roles that it was granted to, vertices, edges, bytes, when it was made, whether it is in memory, and how many rows have since been inserted, updated or deleted in the tables it came from (from the statistics of the server: rolled back rows count too, and those of other sessions come with some seconds'' delay; NULL where that is not known), and whether quern.graph_refresh would find other rows.';
COMMENT ON TYPE graphs IS 'A row of the view quern.graphs.';
GRANT SELECT ON graphs TO PUBLIC;
