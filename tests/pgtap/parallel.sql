-- Whatever the plan, the same result: serial, parallel, by hash and by sorting, in windows, filtered, in grouping sets, merged
-- from states, partition by partition. One-pass aggregates agree to 1e-10, logistic regression to 1e-8, counts exactly.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/calls.sql

-- Every aggregate of the extension has a parallel plan, in every form of its arguments. Of graph, whose rows go to the
-- leader, the scan alone is parallel.
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
CREATE TABLE stored_state (state quern.state);
SELECT matches(pg_temp.plan_of(format('SELECT %s(%s) FROM %s', aggfnoid::regproc, arguments,
  CASE types WHEN 'quern.state' THEN 'stored_state' ELSE 'sample' END)),
               'Finalize Aggregate.*Gather.*Partial Aggregate', format('%s(%s) is parallel', aggfnoid::regproc, types))
FROM pg_aggregate, pg_proc,
     LATERAL (SELECT string_agg(CASE format_type(type, NULL)
                                  WHEN 'double precision' THEN 'y' WHEN 'quern.features' THEN 'x' WHEN 'jsonb' THEN 'NULL::jsonb'
                                  WHEN 'boolean' THEN 'flag' WHEN 'text' THEN 'label' WHEN 'bigint' THEN 'part::bigint'
                                  WHEN 'quern.state' THEN 'state' WHEN 'quern.matrix' THEN 'x::quern.matrix' WHEN 'quern.svec' THEN 'x::quern.svec' WHEN 'double precision[]' THEN 'x' WHEN 'record' THEN 'sample' ELSE format('NULL::%s', format_type(type, NULL)) END, ', ' ORDER BY place) AS arguments,
                     string_agg(format_type(type, NULL), ', ' ORDER BY place) AS types
              FROM unnest(proargtypes) WITH ORDINALITY AS argument(type, place)) AS written
WHERE aggfnoid = pg_proc.oid AND pronamespace = 'quern'::regnamespace AND proname <> 'graph'
ORDER BY aggfnoid::regproc::text, types;

-- By groups.
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT format('CREATE TABLE reference AS SELECT g, one.* FROM generate_series(0, 4) AS g, LATERAL (SELECT %s FROM sample WHERE sample.g = g.g) AS one', pg_temp.calls()) \gexec
SET LOCAL enable_sort = off;
SELECT matches(pg_temp.plan_of(format('SELECT g, %s FROM sample GROUP BY g', pg_temp.calls())), 'HashAggregate',
  'hash is by hash');
SELECT format('CREATE TABLE by_hash AS SELECT g, %s FROM sample GROUP BY g', pg_temp.calls()) \gexec
SELECT pg_temp.agree('by hash', 'by_hash', 'reference');
SET LOCAL enable_sort = on;
SET LOCAL enable_hashagg = off;
SELECT matches(pg_temp.plan_of(format('SELECT g, %s FROM sample GROUP BY g', pg_temp.calls())), 'GroupAggregate.*Sort',
  'sorted is sorted');
SELECT format('CREATE TABLE by_sort AS SELECT g, %s FROM (SELECT * FROM sample ORDER BY i DESC OFFSET 0) AS sample GROUP BY g', pg_temp.calls()) \gexec
SELECT pg_temp.agree('sorted, rows in another order', 'by_sort', 'reference');
SET LOCAL enable_hashagg = on;

SELECT format('CREATE TABLE filtered AS SELECT k AS g, %s FROM sample, generate_series(0, 4) AS k GROUP BY k',
  pg_temp.calls('FILTER (WHERE g = k)')) \gexec
SELECT pg_temp.agree('FILTER', 'filtered', 'reference');
SELECT format('CREATE TABLE grouping_sets AS SELECT g, part, grouping(g, part), %s FROM sample GROUP BY GROUPING SETS ((g), (part), (g, part), ())', pg_temp.calls()) \gexec
CREATE TABLE one_grouping_set AS SELECT * FROM grouping_sets WHERE grouping = 1;
SELECT pg_temp.agree('GROUPING SETS', 'one_grouping_set', 'reference');
SELECT format('CREATE TABLE windowed AS SELECT g, i, %s FROM sample WINDOW w AS (PARTITION BY g)',
  pg_temp.calls('OVER w')) \gexec
CREATE TABLE one_windowed AS SELECT DISTINCT ON (g) * FROM windowed ORDER BY g, i;
SELECT pg_temp.agree('OVER (PARTITION BY)', 'one_windowed', 'reference');
-- A frame calls the final function and goes on with the state.
SELECT format('CREATE TABLE framed AS SELECT g, i, %s FROM (SELECT * FROM sample WHERE i > 2900 OR i < 100) AS sample WINDOW w AS (PARTITION BY g ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND 20 FOLLOWING)', pg_temp.calls('OVER w')) \gexec
SELECT format('CREATE TABLE few AS SELECT g, %s FROM sample WHERE i > 2900 OR i < 100 GROUP BY g', pg_temp.calls()) \gexec
CREATE TABLE last_framed AS SELECT DISTINCT ON (g) * FROM framed ORDER BY g, i DESC;
SELECT pg_temp.agree('the last row of a running frame', 'last_framed', 'few');

SELECT format('CREATE TABLE states AS SELECT g, part, %s FROM sample GROUP BY g, part', pg_temp.states()) \gexec
SELECT format('CREATE TABLE merged AS SELECT g, %s FROM states GROUP BY g', pg_temp.merges()) \gexec
SELECT pg_temp.agree('merged states', 'merged', 'reference');
SELECT format('CREATE TABLE merged_from_text AS SELECT g, %s FROM states GROUP BY g',
  pg_temp.merges('%I::text::quern.state ORDER BY part DESC')) \gexec
SELECT pg_temp.agree('merged from the text of states', 'merged_from_text', 'reference');
SELECT format('CREATE TABLE rolled_up AS SELECT g, %s FROM (SELECT g, part / 2 AS half, %s FROM states GROUP BY g, part / 2) AS up GROUP BY g', pg_temp.merges(),
              (SELECT string_agg(format('%s_state(%I) AS %2$I', substring(call FROM '^quern\.\w+'), name), ', ')
                FROM call)) \gexec
SELECT pg_temp.agree('states of states', 'rolled_up', 'reference');

CREATE TABLE sharded (LIKE sample) PARTITION BY LIST (g);
CREATE TABLE shard0 PARTITION OF sharded FOR VALUES IN (0, 1);
CREATE TABLE shard1 PARTITION OF sharded FOR VALUES IN (2, 3, 4);
INSERT INTO sharded SELECT * FROM sample;
ANALYZE sharded;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(pg_temp.plan_of(format('SELECT g, %s FROM sharded GROUP BY g', pg_temp.calls())),
  'Append.*Aggregate.*Aggregate', 'partitionwise is by partition');
SELECT format('CREATE TABLE by_partition AS SELECT g, %s FROM sharded GROUP BY g', pg_temp.calls()) \gexec
SELECT pg_temp.agree('partitionwise', 'by_partition', 'reference');
SELECT matches(pg_temp.plan_of(format('SELECT %s FROM sharded', pg_temp.calls())),
  'Finalize Aggregate.*Append.*Partial Aggregate', 'partial aggregates by partition');
SELECT format('CREATE TABLE all_partitions AS SELECT 0 AS g, %s FROM sharded', pg_temp.calls()) \gexec

SET LOCAL max_parallel_workers_per_gather = 3;
SELECT matches(pg_temp.plan_of(format('SELECT g, %s FROM sample GROUP BY g', pg_temp.calls()), true),
               'Finalize .*Workers Launched: [1-9].*Partial ', 'parallel groups are parallel');
SELECT format('CREATE TABLE parallel_groups AS SELECT g, %s FROM sample GROUP BY g', pg_temp.calls()) \gexec
SELECT pg_temp.agree('parallel, by groups', 'parallel_groups', 'reference');

-- The whole table.
SELECT format('CREATE TABLE parallel_whole AS SELECT 0 AS g, %s FROM sample', pg_temp.calls()) \gexec
SET LOCAL parallel_leader_participation = off;
SELECT format('CREATE TABLE workers_only AS SELECT 0 AS g, %s FROM sample', pg_temp.calls()) \gexec
SELECT format('CREATE TABLE parallel_merge AS SELECT 0 AS g, %s FROM states', pg_temp.merges()) \gexec
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT format('CREATE TABLE whole AS SELECT 0 AS g, %s FROM sample', pg_temp.calls()) \gexec
SELECT pg_temp.agree('parallel', 'parallel_whole', 'whole');
SELECT pg_temp.agree('parallel without the leader', 'workers_only', 'whole');
SELECT pg_temp.agree('states merged in parallel', 'parallel_merge', 'whole');
SELECT pg_temp.agree('partial aggregates by partition', 'all_partitions', 'whole');
CREATE TABLE empty_grouping_set AS SELECT * FROM grouping_sets WHERE grouping = 3;
UPDATE empty_grouping_set SET g = 0;
SELECT pg_temp.agree('the empty grouping set', 'empty_grouping_set', 'whole');

SELECT * FROM finish();
ROLLBACK;
