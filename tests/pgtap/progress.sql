-- The view quern.progress of a server where nobody trains: who may read it, and what it is. tests/pgtap/progress.t looks at trainings.
BEGIN;
SELECT no_plan();

SELECT is_empty('SELECT * FROM quern.progress', 'nobody trains');
SELECT columns_are('quern', 'progress', ARRAY['pid', 'database', 'role', 'algorithm', 'phase', 'epoch', 'max_epoch', 'rows',
  'rows_per_second', 'loss', 'workers', 'started_at', 'seconds'], 'the columns of the view');
SELECT is_empty($$SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'quern.progress'::regclass AND attnum > 0
  AND format_type(atttypid, atttypmod) NOT IN ('integer', 'bigint', 'text', 'double precision', 'timestamp with time zone')$$,
  'all of flat types');
SELECT is_empty('SELECT quern.linear_regression(i, ARRAY[i % 3]) IS NULL FROM generate_series(1, 9) AS i EXCEPT SELECT false',
  'an aggregate trains');
SELECT is_empty('TABLE quern.progress', 'and is no training of its own');
SELECT is(concat_ws(' ', provolatile, proparallel, prosecdef), 'v r f',
  'training_progress is volatile, stays in the leader and has the rights of its caller')
FROM pg_proc WHERE oid = 'quern.training_progress()'::regprocedure;
SELECT throws_ok('INSERT INTO quern.progress (pid) VALUES (1)', '55000', NULL, 'nothing can be put into the view');

CREATE ROLE quern_test_stranger;
SET LOCAL ROLE quern_test_stranger;
SELECT is((SELECT count(*) FROM quern.progress), 0::bigint, 'a role without any rights reads the view');
SELECT is((SELECT count(*) FROM quern.training_progress()), 0::bigint, 'and calls the function');
RESET ROLE;

-- The memory behind it outlives what made it.
SAVEPOINT before;
SELECT count(*) AS n FROM quern.progress \gset
ROLLBACK TO before;
SELECT is((SELECT count(*) FROM quern.progress), :n::bigint, 'after ROLLBACK');

SELECT * FROM finish();
ROLLBACK;
