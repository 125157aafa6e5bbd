-- quern.eval, quern.chain, quern.explain_eval: answers of NumPy, kinds of values, plans, errors.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL search_path = public, quern;
SET LOCAL client_min_messages = warning;

CREATE FUNCTION pg_temp.made(rows integer, columns integer, f text) RETURNS matrix LANGUAGE plpgsql AS $$
DECLARE made float8[];
BEGIN
  EXECUTE format('SELECT array_agg(line ORDER BY i) FROM (SELECT i, array_agg((%s)::float8 ORDER BY j) AS line
    FROM generate_series(1, %s) AS i, generate_series(1, %s) AS j GROUP BY i) AS rows', f, rows, columns) INTO made;
  RETURN made::matrix;
END
$$;
CREATE FUNCTION pg_temp.numbers(a matrix) RETURNS float8[] LANGUAGE sql AS $$SELECT array_agg(v) FROM unnest(dense(a)) AS v$$;
-- Do the numbers agree to 12 digits of the largest?
CREATE FUNCTION pg_temp.close(a float8[], b float8[]) RETURNS boolean LANGUAGE sql AS
  $$SELECT cardinality(a) = cardinality(b) AND max(abs(x - y)) <= 1e-12 * max(abs(y)) FROM unnest(a, b) AS t(x, y)$$;

CREATE TEMP TABLE given AS SELECT pg_temp.made(12, 4, 'sin(1.3 * i * j + j)') AS x, pg_temp.made(4, 1, 'cos(i)') AS w,
  pg_temp.made(12, 1, '(i % 3 = 0)::integer') AS y, pg_temp.made(4, 5, 'cos(3 * i + j * j)') AS v;

-- NumPy 1.24.2, numpy.float64, on the same matrices; norm is that of Frobenius, t(A) is A.T, solve is numpy.linalg.solve,
-- pmax is numpy.maximum, sigmoid(z) is 1 / (1 + numpy.exp(-z)).
SELECT ok(pg_temp.close(pg_temp.numbers(eval(expression, 'X', x, 'w', w, 'y', y, 'W', v, 'l', 0.3)), answer::float8[]), expression)
FROM given, (VALUES
  ('t(X) %*% (X %*% w) + l * w', '{6.2193630531512065,1.5652942921301412,-3.9034681748866435,-5.828363569149391}'),
  ('t(X) %*% (sigmoid(X %*% w) - y) / nrow(X) + l * w', '{0.3552405253248857,-0.09127018039955206,-0.49982925009979484,-0.31575016881713314}'),
  ('solve(t(X) %*% X + l * eye(ncol(X)), t(X) %*% y)', '{-0.08642678664020668,0.533934679310497,0.69849616423798,-0.009448723253135801}'),
  ('rowSums((X - colMeans(X))^2)', '{1.9277578483365874,2.7365851151151808,2.2669197546121107,0.20269059960979552,2.5218547099794,2.5001788745811417,2.3416996121259084,2.4855352247904867,0.4983684184572985,2.182033736200235,2.5525496978031232,1.930552034172103}'),
  ('colSums(X * y)', '{-1.0426554568469255,-0.073892593393321,1.7414141808418795,0.17846982045158616}'),
  ('sum(X * tanh(X))', '{19.60457205547551}'),
  ('norm(X %*% W)', '{13.01560016270238}'),
  ('trace(t(X) %*% X)', '{24.147556064977977}'),
  ('det(crossprod(X))', '{166.15601248677484}'),
  ('inv(crossprod(X)) @ w', '{-0.26951407444074815,-0.8706167857487969,-0.8983363218206654,-0.3083302713671817}'),
  ('diag(inv(crossprod(X)))', '{0.38625356287873874,0.7156984800667621,0.6672502621362184,0.3506246600526752}'),
  ('X %*% W %*% t(W) %*% w', '{4.6047379138471785,-6.901153157902252,-0.9324461277633218,0.3368967247845256,1.6418112571543553,6.718433587433209,-6.377350353293209,-1.762451169301843,-0.5192588829095828,0.6662839087985201,6.637909962168372,-3.952462500650115}'),
  ('mean(exp(X)) - min(X) * max(X)', '{2.2645947621341396}'),
  ('rowMeans(log(abs(X) + 1) * sqrt(abs(X)))', '{0.40276967590974566,0.5263458636333505,0.465087686724798,0.08914877968304977,0.5012045151205575,0.5050277911426951,0.47403342734462056,0.48946766353632565,0.1664429605973327,0.4339665716760971,0.5029693500317768,0.4132485166111403}'),
  ('pmax(X, 0) %*% w - pmin(X, 0.5) %*% w', '{-0.3584210531439435,-1.1586078791867054,-0.08291384633330834,-0.48202729630183627,-0.9540090920020018,-1.1903689552276764,-0.7496124099967134,-0.13046759348303794,-0.006161203662897519,-0.9831816553204282,-1.3915520297560193,-0.492897311094572}'),
  ('sum(diag(w) %*% t(X))', '{-0.07697409531609345}'),
  ('t(w) %*% w', '{1.872439897715499}'),
  ('sum((w %*% t(w))^2)', '{3.5060311705568283}')
) AS numpy(expression, answer);

-- The same in three hands: eval, operators, chain.
SELECT ok(pg_temp.close(pg_temp.numbers(eval('t(X) %*% X', 'X', x)), pg_temp.numbers(transpose(x) @ x)), 'a product is that of the operator')
FROM given;
SELECT ok(pg_temp.close(pg_temp.numbers(chain(x, v, transpose(v), w)), pg_temp.numbers(eval('X @ W @ W.T @ w', 'X', x, 'W', v, 'w', w))), 'chain')
FROM given;
SELECT is(chain(a, b, a), a @ b @ a, 'chain of a row, a column and a row')
FROM (VALUES ('{{1},{2},{3}}'::matrix, '{{4,5,6}}'::matrix)) AS t(a, b);
SELECT is(chain(VARIADIC ARRAY['{{1,2}}', '{{3},{4}}', '{{5}}']::matrix[]), '{{55}}'::matrix, 'chain of an array');
SELECT is(chain('{{1,2},{3,4}}'::matrix), '{{1,2},{3,4}}'::matrix, 'chain of one');
SELECT is(chain('{{1,2},{3,4}}'::matrix, ARRAY[1, 1], 2), '{{6},{14}}'::matrix, 'chain with an array and a number');
SELECT is(chain(NULL::matrix, '{{1}}'::matrix), NULL, 'chain with a NULL');
SELECT is(chain(VARIADIC ARRAY['{{1}}', NULL]::matrix[]), NULL, 'chain of an array with a NULL');

-- What can be bound.
SELECT is(eval_number('sum(a)', 'a', given), 6::float8, format('a value of type %s', pg_typeof(given)))
FROM (SELECT '{{1,2,3}}'::matrix AS given) AS t;
SELECT is(eval_number('sum(a)', 'a', ARRAY[1,2,3]), 6::float8, 'integer[]');
SELECT is(eval_number('sum(a)', 'a', ARRAY[1,2,3]::bigint[]), 6::float8, 'bigint[]');
SELECT is(eval_number('sum(a)', 'a', ARRAY[1,2,3]::smallint[]), 6::float8, 'smallint[]');
SELECT is(eval_number('sum(a)', 'a', ARRAY[1,2,3]::real[]), 6::float8, 'real[]');
SELECT is(eval_number('sum(a)', 'a', ARRAY[1,2,3]::numeric[]), 6::float8, 'numeric[]');
SELECT is(eval('a', 'a', ARRAY[[1,2],[3,4]]::float8[]), '{{1,2},{3,4}}'::matrix, 'float8[][]');
SELECT is(eval('a', 'a', ARRAY[1,2]::float8[]), '{{1},{2}}'::matrix, 'one dimension is a column');
SELECT is(to_jsonb(eval_vector('a', 'a', '{}'::float8[])), '[]'::jsonb, 'an empty array');
SELECT is(eval_vector('a * 2', 'a', '{2:1.5}/3'::svec), ARRAY[0, 3, 0]::float8[], 'svec');
SELECT is(eval_vector('S %*% u', 'S', matrix(ARRAY[[0,1],[2,0]])::smatrix, 'u', ARRAY[3,4]), ARRAY[4,6]::float8[], 'smatrix');
SELECT is(eval('t(S) %*% S', 'S', matrix(ARRAY[[0,1],[2,0]])::smatrix), '{{4,0},{0,1}}'::matrix, 'smatrix, twice');
SELECT is(eval('S + 1', 'S', matrix(ARRAY[[0,1],[2,0]])::smatrix), '{{1,2},{3,1}}'::matrix, 'smatrix, element by element');
SELECT is(eval_number('a + b + c + d + e + f', 'a', 1::smallint, 'b', 2, 'c', 3::bigint, 'd', 4.5, 'e', 5::real, 'f', 6::float8),
  21.5::float8, 'numbers');
CREATE DOMAIN pg_temp.weights AS matrix;
SELECT is(eval('a', 'a', '{{1}}'::pg_temp.weights), '{{1}}'::matrix, 'a domain');
SELECT is(eval('a', 'a', NULL::matrix), NULL, 'NULL gives NULL');
SELECT is(eval(NULL, 'a', 1), NULL, 'no expression gives NULL');
SELECT is(eval('2 + 3'), '{{5}}'::matrix, 'no bindings');
SELECT is(eval_number('2 ^ 10'), 1024::float8, 'no bindings, a number');
SELECT is(eval_vector('ones(3)'), ARRAY[1,1,1]::float8[], 'no bindings, a vector');
SELECT is((SELECT count(*)::integer FROM explain_eval('2 + 3')), 1, 'no bindings, a plan');
SELECT is(eval(E'd <- x - m  # centred\nd^2; s = sum(d)\n s / nrow(x)', 'x', ARRAY[1,2,6], 'm', 2), '{{1}}'::matrix, 'statements');

-- Rows that are toasted, packed and in line; a query of many rows.
CREATE TEMP TABLE stored (i integer, a matrix);
INSERT INTO stored SELECT i, pg_temp.made(i, i, 'sin(i + 2 * j)') FROM generate_series(1, 40, 3) AS i;
SELECT ok(bool_and(abs(eval_number('sum(A * t(A)) - trace(A %*% A)', 'A', a)) < 1e-9), 'stored rows') FROM stored;
SELECT ok(bool_and(eval('A', 'A', a) = a), 'stored rows are as they were') FROM stored;
SELECT is(eval_number('a + b', 'a', i, 'b', a), (i + 1)::float8, 'values of a row')
FROM (VALUES (1, '{{1}}'::matrix), (7, '{{1}}')) AS t(i, a);

-- Plans.
SELECT results_eq($$SELECT step, operation, shape, flops, bytes, note FROM explain_eval('t(X) %*% (X %*% v) + lambda * v',
    'X', zeros(1000, 50), 'v', zeros(50, 1), 'lambda', 2)$$,
  $$VALUES (1, 't(X) %*% (X %*% v)', '50 x 1', 200000::float8, 400800::float8, 'X is read once, transposed by a flag'),
    (2, 's1 + v * lambda', '50 x 1', 100, 1208, 'one loop of 2 operations; in place of s1')$$, 'the plan of mmchain');
SELECT results_eq($$SELECT operation, note FROM explain_eval('G <- t(X) %*% X; sum(G * G) + trace(G)', 'X', zeros(100, 20))$$,
  $$VALUES ('t(X) %*% X', 'symmetric: half of the product; transposed by a flag; used 2 times'), ('sum(s1 * s1)', 'one loop of 2 operations'),
    ('diag(s1)', ''), ('sum(s3)', ''), ('s2 + s4', 'in place of s2')$$, 'a common part');
SELECT is((SELECT sum(flops) FROM explain_eval('A %*% B %*% u', 'A', zeros(100, 200), 'B', zeros(200, 300), 'u', zeros(300, 1))),
  2 * (200 * 300 + 100 * 200)::float8, 'flops of the best order');

-- Errors.
SELECT is(pg_temp.error_of($$SELECT quern.eval('A + * 2', 'A', 1)$$),
  E'42601 | eval: syntax error at "*" at position 5 | The place is marked:\nA + * 2\n    ^', 'a syntax error');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A + b', 'A', 1)$$),
  E'42703 | eval: there is no value "b" among A at position 5 | The place is marked:\nA + b\n    ^', 'an unknown name');
SELECT is(split_part(pg_temp.error_of($$SELECT quern.eval('inverse_of(A)', 'A', 1)$$), ' | ', 1), '42883', 'an unknown function');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A %*% A', 'A', '{{1,2}}'::quern.matrix)$$),
  E'22023 | eval: %*%: the columns of the first must be as many as the rows of the second (1 x 2 and 1 x 2) at position 1 | '
  'The place is marked:\nA %*% A\n^^^^^^^', 'shapes');
SELECT is(split_part(pg_temp.error_of($$SELECT quern.eval('1 / (A - 1)', 'A', '{{1,2}}'::quern.matrix)$$), ' | The', 1),
  '22003 | eval: /: division by zero at position 1', 'division by zero');
SELECT ok(pg_temp.error_of($$SELECT quern.eval('solve(A, b)', 'A', '{{1,2},{2,4}}'::quern.matrix, 'b', ARRAY[1,2])$$)
  LIKE '22___ | eval: solve: %singular%', 'a singular matrix');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A', 'A')$$),
  '22023 | eval: the last name has no value | After the expression come names and values in turn: ''X'', x, ''v'', v.', 'a name alone');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A', 1, 2)$$), '42804 | eval: argument 2 is of type integer, and the name of a '
  'value is expected | After the expression come names and values in turn: ''X'', x, ''v'', v.', 'no name');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A', 'A', true)$$), '42804 | eval: the value of "A" is of type boolean | It can be '
  'a matrix, smatrix, svec, number, or array of numbers.', 'a boolean');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A', 'A', '{{1}}')$$), '42804 | eval: the value of "A" is of type text | It can be '
  'a matrix, smatrix, svec, number, or array of numbers.', 'a text');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A', 'A', 1, 'A', 2)$$), '22023 | eval: the name "A" is bound twice', 'twice');
SELECT is(pg_temp.error_of($$SELECT quern.eval('A', 'A', ARRAY[1,NULL])$$), '22004 | eval: the value of "A" is an array with a NULL',
  'a NULL in an array');
SELECT is(split_part(pg_temp.error_of($$SELECT quern.eval('A', 'A', ARRAY[[[1]]])$$), ' | ', 1), '2202E', 'three dimensions');
SELECT is(pg_temp.error_of($$SELECT quern.eval_number('A', 'A', ARRAY[1,2])$$),
  '22023 | eval_number: the value of the expression must be one number (2 x 1)', 'not a number');
SELECT is(pg_temp.error_of($$SELECT quern.eval_vector('A', 'A', ARRAY[[1,2],[3,4]])$$),
  '22023 | eval_vector: the value of the expression must be one row or one column (2 x 2)', 'not a vector');
SELECT is(split_part(pg_temp.error_of($$SELECT quern.eval('u %*% t(u)', 'u', zeros(20000, 1))$$), ' | ', 1), '54000', 'beyond 1 GB');
SELECT is(pg_temp.error_of($$SELECT quern.chain('{{1,2}}'::quern.matrix, ARRAY[1,2], '{{1,2}}'::quern.matrix, ARRAY[1])$$),
  '22023 | chain: the columns of factor 3 must be as many as the rows of factor 4 (1 x 2 and 1 x 1)', 'chain of shapes that do not fit');
SELECT is(pg_temp.error_of($$SELECT quern.chain('{{1,2}}'::quern.matrix, 'x')$$), '42804 | chain: factor 2 is of type text | It can '
  'be a matrix, smatrix, svec, number, or array of numbers.', 'chain of a text');

-- Every allocation may fail, and nothing is lost.
\ir include/failing_allocations.sql
SELECT ok(failed BETWEEN 5 AND 39, 'allocations that fail are errors')
FROM pg_temp.failing($$SELECT quern.eval('p <- sigmoid(X %*% t(X)); solve(p + 20 * eye(20), rowSums(p)) + diag(p)', 'X', zeros(20, 30))$$);
SELECT is(eval_number('sum(ones(10, 10))'), 100::float8, 'and the next call is as ever');

-- A cancel is heard at once. OTHERS does not catch it.
CREATE FUNCTION pg_temp.is_cancelled(statement text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RETURN false;
EXCEPTION WHEN query_canceled THEN
  RETURN true;
END
$$;
SET LOCAL statement_timeout = '300ms';
SELECT ok(pg_temp.is_cancelled($$SELECT quern.eval('A <- ones(4000, 4000); sum(exp(A %*% A / 5000))')$$), 'a cancel');
SET LOCAL statement_timeout = 0;

SELECT * FROM finish();
ROLLBACK;
