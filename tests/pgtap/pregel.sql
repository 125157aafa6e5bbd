-- quern.pregel, quern.pregel_trace: against PostgreSQL's own expressions, against the functions of a graph, errors.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL search_path = public, quern;
SET LOCAL extra_float_digits = 1;
SET LOCAL jit = off;

CREATE TEMP TABLE edge AS SELECT src, dst, (1 + (7 * src + 3 * dst) % 5)::float8 AS weight FROM uniform_graph(200, 700, 5)
  UNION ALL SELECT -3, 5, 2 UNION ALL SELECT 400, 400, 1;
CREATE TEMP TABLE given AS SELECT
  (SELECT graph(src, dst, weight) FROM edge) AS directed, (SELECT graph(src, dst, weight, '{"directed": false}') FROM edge) AS undirected;

-- What apply sees in superstep 1, by SQL.
CREATE TEMP TABLE seen AS
SELECT vertex::float8 AS id, vertex / 7.0::float8 AS value, out_degree::float8, n::float8 AS num_vertices, 1::float8 AS superstep, message
FROM given, degrees(directed) JOIN (SELECT count(*) AS n FROM given, vertices(directed)) AS c ON true
LEFT JOIN (SELECT dst AS vertex, max(src / 7.0::float8) AS message FROM edge GROUP BY dst) AS m USING (vertex);

-- `expression` as apply, and as PostgreSQL's executor evaluates it for the same vertices.
CREATE FUNCTION pg_temp.in_sql(expression text) RETURNS TABLE (vertex bigint, value float8) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT id::bigint, (%s)::float8 FROM (SELECT * FROM seen) AS s ORDER BY id', expression);
END
$$;
CREATE FUNCTION pg_temp.in_program(expression text) RETURNS TABLE (vertex bigint, value float8) LANGUAGE sql AS
  $$SELECT p.* FROM given, pregel(directed, 'id / 7', 'value', 'max', expression, '{"max_supersteps": 1, "halt": "never"}') AS p ORDER BY 1$$;
CREATE FUNCTION pg_temp.differences(expression text) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM pg_temp.in_sql(expression) AS a FULL JOIN pg_temp.in_program(expression) AS b USING (vertex)
  WHERE a.value IS DISTINCT FROM b.value AND NOT coalesce(abs(a.value - b.value) <= 1e-15 * abs(a.value), false)
$$;
CREATE TEMP TABLE expression (text text);
INSERT INTO expression VALUES ('value'), ('message'), ('id + value * 2 - message / 4'), ('-value ^ 2 - 2 ^ 3 ^ 2'), ('7 / 2 * value'), ('value * (7 / 2.0)'),
  ('coalesce(message, -1)'), ('greatest(value, message)'), ('least(value, message, 3)'), ('nullif(out_degree, 3)'), ('abs(value - 10)'),
  ('sqrt(abs(value))'), ('cbrt(value)'), ('exp(-abs(value))'), ('ln(abs(value) + 1)'), ('log(abs(value) + 1)'), ('power(abs(value), 0.7)'),
  ('floor(value) + ceil(value) + round(value) + trunc(value) + sign(value)'), ('sin(value) + cos(value) + tan(value) + atan(value) + tanh(value)'),
  ('CASE WHEN out_degree > 0 THEN value / out_degree ELSE 0 END'), ('CASE WHEN out_degree = 0 THEN NULL ELSE 1 / out_degree END'),
  ('CASE WHEN value < 5 THEN 1 WHEN value < 10 THEN 2 WHEN message > 20 THEN 3 END'), ('CASE out_degree WHEN 1 THEN 10 WHEN 2 THEN 20 ELSE value END'),
  ('CASE WHEN message IS NULL THEN 1 ELSE 2 END'), ('CASE WHEN message IS NOT NULL AND message > value THEN message END'),
  ('CASE WHEN NOT (message > 3) OR value > 20 THEN 1 ELSE 0 END'), ('CASE WHEN (message > 3) IS NOT TRUE THEN 1 ELSE 0 END'),
  ('CASE WHEN value BETWEEN 3 AND 9.5 THEN 1 ELSE 0 END'), ('CASE WHEN id NOT IN (1, 5, 7, 400) THEN 1 ELSE 0 END'),
  ('CASE WHEN message IS DISTINCT FROM value THEN 1 ELSE 0 END'), ('CASE WHEN value = 0 OR id / value > 6 THEN 1 ELSE 0 END'),
  ('(value * 10)::integer / 3'), ('value::bigint % 4'), ('CAST(value AS double precision) / 3'), ('(value > 3)::int + superstep'),
  ('CASE WHEN value > 10 THEN ''Infinity''::float8 ELSE value END'), ('greatest(''NaN''::float8, value)'), ('num_vertices / 3'), ('pi() * value'),
  ('1 - 2 - 3 + value'), ('8 / 2 / 2 * value'), ('value + NULL'), ('coalesce(NULL, message, value) + mod(7, 4)'), ('CASE WHEN value = ''NaN'' THEN 1 ELSE 2 END'),
  ('abs(sign(greatest(''NaN''::float8, value)))'), ('CASE (value) WHEN message THEN least(value, -3) ELSE (message IS NULL)::int END - nullif(id, 5)'),
  ('CASE WHEN (value >= 3 AND message IS NULL) IS NOT TRUE THEN coalesce(message, id, 2) WHEN id > 7 THEN superstep END'),
  ('CASE WHEN value NOT IN (3, message, NULL) OR NOT (id = 5) THEN round((id / 4)::float8) ELSE sqrt(out_degree) END'),
  ('width_bucket(value, 0, 30, 7)'), ('asin(sign(value)) + degrees(value)');
SELECT is(pg_temp.differences(text), 0::bigint, 'as PostgreSQL: ' || text) FROM expression;

-- The same by PostgreSQL's executor inside the program.
SELECT is(pg_temp.differences(format('CASE WHEN pg_backend_pid() > 0 THEN (%s) END', text)), 0::bigint, 'by PostgreSQL: ' || text) FROM expression;

-- Expressions drawn at random: the same values, or the same error, by the program's own machine and by PostgreSQL's.
CREATE FUNCTION pg_temp.one_of(VARIADIC texts text[]) RETURNS text LANGUAGE sql VOLATILE AS $$SELECT texts[1 + floor(random() * cardinality(texts))::int]$$;
CREATE FUNCTION pg_temp.drawn(kind text, depth integer) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  n text; m text; l text; c text; d text;
BEGIN
  IF depth = 0 THEN
    RETURN CASE kind
      WHEN 'number' THEN pg_temp.one_of('value', 'message', 'id', 'out_degree', 'num_vertices', 'superstep', '0', '1', '2', '3',
        '0.5::float8', '1e3::float8', 'NULL::float8', '''NaN''::float8', '''Infinity''::float8')
      ELSE pg_temp.one_of('true', 'false', 'NULL::boolean', 'value > 3', 'message IS NULL', 'id = 5') END;
  END IF;
  n := pg_temp.drawn('number', depth - 1); m := pg_temp.drawn('number', depth - 1); l := pg_temp.drawn('number', depth - 1);
  c := pg_temp.drawn('truth', depth - 1); d := pg_temp.drawn('truth', depth - 1);
  RETURN CASE kind
    WHEN 'number' THEN pg_temp.one_of(
      format('(%s + %s)', n, m), format('%s - %s', n, m), format('(%s) * %s', n, m), format('(%s) / value', n), format('((%s) / out_degree)', n), format('(%s)::float8 / (message - 1)', n),
      format('-(%s)', n), format('least(%s, %s)', n, m), format('greatest(%s, %s, %s)', n, m, l), format('coalesce(%s, %s, %s)', n, m, l), format('nullif((%s), (%s))', n, m),
      format('abs(%s)', n), format('floor(%s)', n), format('ceil(%s)', n), format('sign(%s)', n), format('sqrt(%s)', n), format('ln(%s)', n), format('round((%s)::float8)', n),
      format('CASE WHEN %s THEN %s ELSE %s END', c, n, m), format('CASE WHEN %s THEN %s WHEN %s THEN %s END', c, n, d, m), format('CASE WHEN %s THEN %s WHEN %s THEN %s ELSE %s END', c, n, d, m, l),
      format('CASE (%s) WHEN %s THEN %s ELSE %s END', n, m, l, n), format('(%s)::int', c))
    ELSE pg_temp.one_of(
      format('%s < %s', n, m), format('(%s) = %s', n, m), format('%s >= %s', n, m), format('%s <> %s', n, m), format('(%s) AND %s', c, d), format('%s AND (%s)', c, d), format('(%s OR %s)', c, d),
      format('NOT (%s)', c), format('(%s) IS NULL', n), format('(%s) IS NOT NULL', c), format('(%s) IS DISTINCT FROM (%s)', n, m), format('(%s) IS NOT TRUE', c), format('(%s) IS FALSE', c),
      format('(%s) BETWEEN %s AND %s', n, m, l), format('(%s) IN (%s, %s)', n, m, l), format('(%s) NOT IN (%s, 1, %s)', n, m, l)) END;
END
$$;
CREATE FUNCTION pg_temp.outcome(expression text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT string_agg(coalesce(value::numeric(30, 9)::text, 'NULL'), ' ' ORDER BY vertex) FROM (SELECT vertex, CASE WHEN value IN ('Infinity', '-Infinity') THEN sign(value) * 123456789 ELSE value END AS value FROM pg_temp.in_program(expression)) AS p);
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END
$$;
SELECT setseed(0.3);
CREATE TEMP TABLE drawn AS SELECT pg_temp.drawn('number', 1 + i % 3) AS text FROM generate_series(1, 300) AS i;
CREATE TEMP TABLE both_ways AS
SELECT text, pg_temp.outcome(text) AS own, pg_temp.outcome(format('CASE WHEN pg_backend_pid() > 0 THEN (%s) END', text)) AS postgres FROM drawn;
-- Of several errors either may be the one that is raised, and PostgreSQL computes constants before all else.
SELECT is(array_agg(text), NULL, 'expressions drawn with setseed(0.3)')
FROM both_ways WHERE own IS DISTINCT FROM postgres AND NOT (own ~ '^22...$' OR postgres ~ '^22...$');
SELECT cmp_ok(count(*), '>', 200::bigint, 'most of them have values') FROM both_ways WHERE own = postgres AND own !~ '^22...$';

-- Programs against the functions.
CREATE FUNCTION pg_temp.components(message text) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM given, pregel(undirected, 'id', message, 'min', 'least(value, message)') AS p
  JOIN given AS g ON true JOIN LATERAL connected_components(g.undirected) AS c USING (vertex) WHERE value = component
$$;
SELECT is(pg_temp.components(message), (SELECT count(*) FROM given, vertices(undirected)), 'components, message ' || message)
FROM (VALUES ('value'), ('src.value'), ('value * weight / weight'), ('CASE WHEN pg_backend_pid() > 0 THEN value END'), ('CASE WHEN dst.id > -1000 THEN value END')) AS t(message);
CREATE FUNCTION pg_temp.distances(combine text) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE value IS DISTINCT FROM distance)
  FROM given, pregel(directed, 'CASE WHEN id = 5 THEN 0 END', 'value + weight', combine, 'least(value, message)') AS p
  JOIN given AS g ON true LEFT JOIN LATERAL shortest_paths(g.directed, 5) AS c USING (vertex)
$$;
SELECT is(pg_temp.distances(combine), 0::bigint, 'shortest paths, combined by ' || combine)
FROM (VALUES ('min'), ('least(a, b)'), ('least( a, b )'), ('CASE WHEN a < b THEN a ELSE b END'), ('CASE WHEN pg_backend_pid() > 0 THEN least(b, a) END')) AS t(combine);
SELECT ok(max(abs(value - rank)) < 1e-15 AND count(*) > 100, 'PageRank, no vertex being without an edge out')
FROM given, pregel(undirected, '1 / num_vertices', 'value / out_degree', 'sum', '0.15 / num_vertices + 0.85 * coalesce(message, 0)', '{"halt": "superstep >= 20"}') AS p
JOIN given AS g ON true JOIN LATERAL pagerank(g.undirected, tol => 0, max_iter => 20, weighted => false) AS c USING (vertex);
SELECT results_eq('SELECT p.* FROM given, pregel(directed, ''0'', ''1'', ''count'', ''message'', ''{"max_supersteps": 1, "halt": "never"}'') AS p ORDER BY 1',
  'SELECT vertex, in_degree::float8 FROM given, degrees(directed) ORDER BY 1', 'messages counted are degrees');

SELECT results_eq($$SELECT superstep, computed, active, messages FROM pregel_trace('{"edges": [[1, 2], [2, 3]]}', 'id', 'value', 'max', 'greatest(value, message)')$$,
  'VALUES (0::bigint, 3::bigint, 3::bigint, 2::bigint), (1, 3, 0, 0)', 'the trace of a path');
SELECT results_eq($$SELECT superstep, computed, active, messages FROM pregel_trace('{"edges": [[1, 2], [2, 3]]}', '0', 'value', 'max', 'value + 1', '{"halt": "never", "max_supersteps": 2}')$$,
  'VALUES (0::bigint, 3::bigint, 3::bigint, 2::bigint), (1, 3, 3, 2), (2, 3, 3, 0)', 'the trace of a program without a vote');
SELECT ok(bool_and(seconds >= 0), 'seconds') FROM given, pregel_trace(directed, 'id', 'value', 'max', 'value');

-- Ids that are texts.
SELECT results_eq($$SELECT * FROM pregel('{"edges": [["a", "bb", 2], ["bb", "c", 1], ["a", "c", 4]]}'::text_graph,
  'CASE WHEN id = ''a'' THEN 0 END', 'value + weight', 'min', 'least(value, message)')$$, $$VALUES ('a', 0::float8), ('bb', 2), ('c', 3)$$, 'a text as source');
SELECT results_eq($$SELECT * FROM pregel('{"edges": [["a", "bb", 2], ["bb", "c", 1], ["a", "c", 4]]}'::text_graph,
  'length(id)', 'CASE WHEN src.id < dst.id THEN length(dst.id) END', 'sum', 'coalesce(message, value)', '{"halt": "id = ''c'' OR superstep > 0"}')$$,
  $$VALUES ('a', 1::float8), ('bb', 2), ('c', 2)$$, 'texts of both ends');

-- Nothing to do.
SELECT is((SELECT count(*) FROM pregel('{"edges": []}', 'id', 'value', 'max', 'value')), 0::bigint, 'a graph without vertices');
SELECT is((SELECT count(*) FROM pregel(NULL::quern.graph, 'id', 'value', 'max', 'value')), 0::bigint, 'no graph');
SELECT is((SELECT count(*) FROM given, pregel(directed, NULL, 'value', 'max', 'value')), 0::bigint, 'no expression');

-- Errors.
CREATE FUNCTION pg_temp.error_with(initial text, message text, combine text, apply text, options text DEFAULT '{}') RETURNS text LANGUAGE sql AS
  $$SELECT pg_temp.error_of(format('SELECT * FROM pregel(''{"edges": [[0, 1], [1, 2], [1, 2]]}'', %L, %L, %L, %L, %L)', initial, message, combine, apply, options))$$;
SELECT is(pg_temp.error_with('id', '1 / value', 'sum', 'message'), E'22012 | pregel: message: division by zero at position 1 | The place is marked:\n1 / value\n^^^^^^^^^', 'division by zero');
SELECT is(pg_temp.error_with('id', 'value', 'sum', E'value +\n sqrt(-1 - value)'), E'2201F | pregel: apply: a negative number has no square root at position 10 | The place is marked:\n sqrt(-1 - value)\n ^^^^^^^^^^^^^^^^', 'a root, with its place');
SELECT is(pg_temp.error_with('ln(id)', 'value', 'sum', 'message'), E'2201E | pregel: initial: zero has no logarithm at position 1 | The place is marked:\nln(id)\n^^^^^^', 'a logarithm');
SELECT is(pg_temp.error_with('1e308', 'value', 'sum', 'message'), '22003 | pregel: combine: the sum of messages is out of range', 'a sum');
SELECT is(pg_temp.error_with('1e308 * (id + 9)', 'value', 'sum', 'message'), E'22003 | pregel: initial: the result is out of range at position 1 | The place is marked:\n1e308 * (id + 9)\n^^^^^^^^^^^^^^^^', 'a product');
SELECT is(pg_temp.error_with('speed', 'value', 'sum', 'message'), '42703 | pregel: there is no "speed" | Names are id, superstep, out_degree, num_vertices.', 'an unknown name');
SELECT is(pg_temp.error_with('id', 'message', 'sum', 'value'), '42703 | pregel: there is no "message" | Names are value, id, superstep, out_degree, num_vertices, weight, dst.id.', 'a name that is not of this expression');
SELECT is(pg_temp.error_with('id', 'value', 'a * b + value', 'value'), '42703 | pregel: there is no "value" | Names are superstep, num_vertices, a, b.', 'a name that is not of a combination');
SELECT is(pg_temp.error_with('id', 'value', 'median', 'value'), '42703 | pregel: there is no "median" | Names are superstep, num_vertices, a, b.', 'a combination that there is not');
SELECT alike(pg_temp.error_with('no_such(id)', 'value', 'sum', 'value'), '42883 | function no_such(double precision) does not exist%', 'an unknown function');
SELECT is(pg_temp.error_with('id +', 'value', 'sum', 'value'), '42601 | syntax error at end of input', 'syntax');
SELECT is(pg_temp.error_with('', 'value', 'sum', 'value'), '42601 | pregel: the text must be one expression', 'nothing');
SELECT is(pg_temp.error_with('1, 2', 'value', 'sum', 'value'), '42601 | pregel: the text must be one expression', 'two');
SELECT is(pg_temp.error_with('id FROM pg_class', 'value', 'sum', 'value'), '42601 | pregel: the text must be one expression', 'a query');
SELECT is(pg_temp.error_with('id); DELETE FROM edge; --', 'value', 'sum', 'value'), '42601 | syntax error at or near ")"', 'a statement more');
SELECT is(pg_temp.error_with('(SELECT 1)', 'value', 'sum', 'value'), '0A000 | pregel: an expression has no subqueries, aggregates, window functions or functions that return sets', 'a subquery');
SELECT is(pg_temp.error_with('sum(id)', 'value', 'sum', 'value'), '0A000 | pregel: an expression has no subqueries, aggregates, window functions or functions that return sets', 'an aggregate');
SELECT is(pg_temp.error_with('generate_series(1, 3)', 'value', 'sum', 'value'), '0A000 | pregel: an expression has no subqueries, aggregates, window functions or functions that return sets', 'a set');
SELECT is(pg_temp.error_with('id > 3', 'value', 'sum', 'value'), '42804 | pregel: the value must be of type double precision, not boolean', 'a truth where a number is wanted');
SELECT is(pg_temp.error_with('id', 'value', 'sum', 'value', '{"halt": "value"}'), '42804 | pregel: the value must be of type boolean, not double precision', 'a number where a truth is wanted');
SELECT is(pg_temp.error_with('id', 'value', 'sum', 'value', '{"steps": 3}'), '22023 | pregel: unknown option "steps" | Options are max_supersteps and halt.', 'an unknown option');
SELECT alike(pg_temp.error_with('id', 'value', 'sum', 'value', '{"max_supersteps": -1}'), '22023 | pregel: option "max_supersteps" must be a whole number, at least 0%', 'an option out of range');
SELECT alike(pg_temp.error_with('1 / (id - 1)::numeric', 'value', 'sum', 'value'), '22012 | division by zero', 'an error of the executor');

-- The user's functions run with the user's rights, and may be what they like.
CREATE FUNCTION public.quern_halved(x float8) RETURNS float8 LANGUAGE plpgsql AS $$BEGIN RETURN x / 2; END$$;
SELECT results_eq($$SELECT * FROM pregel('{"edges": [[0, 1], [1, 2]]}', 'public.quern_halved(id)', 'public.quern_halved(value + 4)', 'public.quern_halved(a) + b', 'greatest(value, message)')$$,
  'VALUES (0::bigint, 0::float8), (1, 2), (2, 3)', 'a function of the user');
REVOKE EXECUTE ON FUNCTION public.quern_halved(float8) FROM PUBLIC;
CREATE ROLE quern_pregel_guest;
GRANT USAGE ON SCHEMA quern TO quern_pregel_guest;
SET LOCAL ROLE quern_pregel_guest;
SELECT pg_temp.error_with('public.quern_halved(id)', 'value', 'sum', 'value') AS refused \gset
RESET ROLE;
SELECT is(:'refused'::text, '42501 | permission denied for function quern_halved', 'a function that the user may not call');

SELECT is(pg_temp.error_with('*', 'value', 'sum', 'value'), '42601 | pregel: "*" is not an expression', 'a star is no expression');
SELECT matches(pg_temp.error_with('id', 'value.*', 'sum', 'value'), '^42', 'nor is a row of all columns');
SELECT matches(pg_temp.error_with('id', 'value', 'sum', 'coalesce(message.*, 0)'), '^42', 'wherever it stands');

SELECT * FROM finish();
ROLLBACK;
