-- Many groups: by hash in memory, by hash spilling to disk, sorted and in parallel; and from PL/pgSQL and prepared statements.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql

CREATE TABLE sample AS
SELECT i, i % 1000 AS g, sin(i * 1.7) AS z, cos(i * 0.3) AS w,
  2 + sin(i * 1.7) - 3 * cos(i * 0.3) + 0.1 * sin(i * 12.9898) AS y
FROM generate_series(1, 20000) AS i;
ALTER TABLE sample SET (parallel_workers = 3);
ANALYZE sample;
CREATE FUNCTION pg_temp.query(target text) RETURNS text LANGUAGE sql AS $$
  SELECT format('CREATE TABLE %I AS SELECT g, (quern.describe(y)).*, quern.linear_regression(y, ARRAY[z, w]) AS linear, '
                'quern.gaussian_naive_bayes((y > 2)::text, ARRAY[z, w]) AS bayes, quern.moments(ARRAY[z, w]) AS moments FROM sample GROUP BY g', target)
$$;
CREATE FUNCTION pg_temp.agree(form text, other regclass) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    SELECT cmp_ok(round(min(least(pg_temp.digits(pg_temp.estimates(a.linear), pg_temp.estimates(b.linear)),
                                  pg_temp.digits(a.variance, b.variance),
                                    pg_temp.digits(quern.mean(a.moments), quern.mean(b.moments)),
                                  pg_temp.digits(quern.predict_proba(a.bayes, '{0.1, 0.2}'),
                                    quern.predict_proba(b.bayes, '{0.1, 0.2}'))))::numeric, 1),
                  '>=', 10.0, %L || ': digits that agree in all groups')
    FROM %s AS a JOIN sorted AS b USING (g)$query$, form, other);
  RETURN QUERY EXECUTE format('SELECT is(count(*), 1000::bigint, %L || '': groups'') FROM %s', form, other);
END
$$;

SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_hashagg = off;
SELECT pg_temp.query('sorted') \gexec
SET LOCAL enable_hashagg = on;
SET LOCAL enable_sort = off;
SELECT pg_temp.query('hashed') \gexec
SELECT pg_temp.agree('hash', 'hashed');

-- The memory of the states is counted: little work_mem makes the aggregate spill.
SET LOCAL work_mem = '256kB';
SET LOCAL hash_mem_multiplier = 1;
SELECT matches(pg_temp.plan_of('SELECT g, quern.linear_regression(y, ARRAY[z, w]) FROM sample GROUP BY g', true),
  'HashAggregate.*Disk Usage', 'little work_mem spills');
SELECT pg_temp.query('spilled') \gexec
SELECT pg_temp.agree('spilling hash', 'spilled');
RESET work_mem;
SELECT unalike(pg_temp.plan_of('SELECT g, quern.linear_regression(y, ARRAY[z, w]) FROM sample GROUP BY g', true),
  '%Disk Usage%', 'a thousand small groups fit in 4 MB');

SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT pg_temp.query('in_parallel') \gexec
SELECT pg_temp.agree('parallel hash', 'in_parallel');
SET LOCAL enable_sort = on;
SET LOCAL enable_hashagg = off;
SELECT pg_temp.query('parallel_sorted') \gexec
SELECT pg_temp.agree('parallel, sorted', 'parallel_sorted');

-- Prepared statements, generic and custom.
SET LOCAL enable_hashagg = on;
PREPARE fit(integer, jsonb) AS SELECT quern.linear_regression(y, ARRAY[z, w], $2) FROM sample WHERE g < $1;
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE TEMP TABLE generic AS EXECUTE fit(100, '{"feature_names": ["z", "w"]}');
SET LOCAL plan_cache_mode = force_custom_plan;
CREATE TEMP TABLE custom AS EXECUTE fit(100, '{"feature_names": ["z", "w"]}');
SELECT cmp_ok(round(pg_temp.digits(pg_temp.estimates(a.linear_regression), pg_temp.estimates(b.linear_regression))::numeric,
  1), '>=', 10.0, 'a prepared statement')
FROM generic AS a, custom AS b;
SELECT results_eq('SELECT term FROM generic, quern.coefficients(linear_regression)',
  $$VALUES ('(intercept)'), ('z'), ('w')$$, 'options as a parameter');
SELECT throws_ok($$EXECUTE fit(100, '{"l3": 1}')$$, '22023', 'linear_regression: unknown option "l3"',
  'a wrong option as a parameter');

-- A model in a variable, used in a loop.
CREATE FUNCTION pg_temp.mean_error() RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  model quern.model := (SELECT quern.linear_regression(y, ARRAY[z, w]) FROM sample);
  state quern.state;
  part record;
  row record;
  total float8 := 0;
BEGIN
  FOR row IN SELECT * FROM sample WHERE g < 50 LOOP
    total := total + abs(quern.predict(model, ARRAY[row.z, row.w]) - row.y);
  END LOOP;
  FOR part IN SELECT g % 4 AS k, quern.linear_regression_state(y, ARRAY[z, w]) AS state FROM sample GROUP BY g % 4 LOOP
    SELECT quern.linear_regression_state(s) INTO state FROM (VALUES (state), (part.state)) AS v(s);
  END LOOP;
  IF pg_temp.digits(pg_temp.estimates(quern.linear_regression_final(state)), pg_temp.estimates(model)) < 10 THEN
    RAISE 'the model from states differs';
  END IF;
  RETURN total / 1000;
END
$$;
SELECT cmp_ok(pg_temp.mean_error(), '<', 0.1::float8, 'PL/pgSQL: a model in a variable, states merged in a loop');

-- States merge if their options say the same, in whatever words.
SELECT is((SELECT rows FROM quern.info(quern.linear_regression_merge(state))), 40::bigint, 'options in another order and notation')
FROM (SELECT quern.linear_regression_state(y, ARRAY[z], '{"l2": 1, "confidence": 0.9}') AS state FROM sample WHERE g = 1
      UNION ALL
      SELECT quern.linear_regression_state(y, ARRAY[z], '{"confidence": 0.90, "l2": 1.0}') FROM sample WHERE g = 2) AS states;

-- The final function alone, and a state in use twice.
SELECT is(quern.linear_regression_final(state)::text, model::text, 'X_final of X_state is X')
FROM (SELECT quern.linear_regression_state(y, ARRAY[z, w]) AS state, quern.linear_regression(y, ARRAY[z, w]) AS model
  FROM sample WHERE g = 1) AS both_forms;
SELECT is(a::text, b::text, 'a stored state is not changed by merging from it')
FROM (SELECT s AS a, (SELECT quern.linear_regression_state(t) FROM (VALUES (s), (s)) AS v(t)) AS twice, s AS b
      FROM (SELECT quern.linear_regression_state(y, ARRAY[z, w]) AS s FROM sample OFFSET 0) AS one) AS used;

SELECT * FROM finish();
ROLLBACK;
