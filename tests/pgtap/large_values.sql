-- Values out of line that the rows of a query read again and again: kept from the second time on, and right all the same.
BEGIN;
SET search_path = public, quern;
SELECT plan(11);

-- Ten matrices of 10 MB: more than is kept.
CREATE TABLE stored AS SELECT k, quern.random(1200, 1100, k) AS m FROM generate_series(1, 10) AS k;
CREATE TABLE expected AS SELECT k, quern.trace(quern.random(1200, 1100, k) @ quern.ones(1100, 1200)) AS trace FROM generate_series(1, 10) AS k;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SELECT is(count(*), 0::bigint, 'every row of a join sees its value')
FROM generate_series(1, 3) AS round, stored JOIN expected USING (k)
WHERE abs(quern.trace(m @ quern.ones(1100, 1200)) - trace) > 1e-9 * trace;
SELECT is(count(*), 30::bigint, 'in any order of rows')
FROM (SELECT k, quern.element(m, 7, 9) AS e, quern.element(quern.random(1200, 1100, k), 7, 9) AS f
      FROM generate_series(1, 3) AS round, stored ORDER BY md5(round || '-' || k)) AS t WHERE e = f;
SELECT is(count(*), 100::bigint, 'two columns of a row are not mixed up')
FROM stored AS a, stored AS b WHERE abs(quern.element(a.m, 1, 2) - quern.element(b.m, 1, 2) - quern.element(a.m - b.m, 1, 2)) < 1e-12;
SELECT is(count(*), 20::bigint, 'an expression names a column twice') FROM generate_series(1, 2) AS round, stored WHERE quern.norm(m - m) = 0;
SELECT is(count(*), 20::bigint, 'eval') FROM generate_series(1, 2) AS round, stored WHERE quern.norm(quern.eval('A - B', 'A', m, 'B', quern.random(1200, 1100, k))) = 0;
SELECT is(count(*), 20::bigint, 'chain') FROM generate_series(1, 2) AS round, stored
WHERE quern.dims(quern.chain(quern.ones(1, 1200), m, quern.transpose(m), quern.ones(1200, 1))) = '{1,1}';

-- A value that is written anew is another value, also within a transaction and a function.
CREATE FUNCTION pg_temp.rewritten() RETURNS SETOF float8 LANGUAGE plpgsql AS $$
DECLARE i integer;
BEGIN
  FOR i IN 1 .. 4 LOOP
    RETURN QUERY SELECT quern.element(m, 1, 1) FROM stored, generate_series(1, 3) WHERE k = 1;
    UPDATE stored SET m = m + 1 WHERE k = 1;
  END LOOP;
END $$;
SELECT results_eq('SELECT floor(pg_temp.rewritten())', 'SELECT floor(i / 3)::float8 FROM generate_series(0, 11) AS i', 'a value that changes is read anew');
SAVEPOINT before;
UPDATE stored SET m = m - 4 WHERE k = 1;
SELECT is(floor(max(quern.element(m, 1, 1))), 0::float8, 'in a subtransaction') FROM stored, generate_series(1, 3) WHERE k = 1;
ROLLBACK TO before;
SELECT is(floor(max(quern.element(m, 1, 1))), 4::float8, 'after it was rolled back') FROM stored, generate_series(1, 3) WHERE k = 1;

-- Sparse matrices and graphs likewise.
CREATE TABLE others AS SELECT k, quern.srandom(2000, 2000, 0.01, k) AS s, (SELECT quern.graph(src, dst) FROM quern.uniform_graph(3000, 20000, k)) AS g FROM generate_series(1, 4) AS k;
SELECT is(count(*), 12::bigint, 'compressed rows') FROM generate_series(1, 3) AS round, others WHERE quern.nnz(s) = quern.nnz(quern.srandom(2000, 2000, 0.01, k)) AND quern.norm(s - s) = 0;
SELECT is(count(DISTINCT (k, edges)), count(DISTINCT k), 'graphs') FROM generate_series(1, 3) AS round, others, LATERAL (SELECT sum(out_degree) AS edges FROM quern.degrees(g)) AS d;

SELECT * FROM finish();
ROLLBACK;
