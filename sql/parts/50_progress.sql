-- Trainings that run.

CREATE FUNCTION training_progress()
  RETURNS TABLE (pid integer, database text, role text, algorithm text, phase text, epoch bigint, max_epoch bigint,
                 rows bigint, rows_per_second double precision, loss double precision, workers integer,
                 started_at timestamp with time zone, seconds double precision)
  AS 'MODULE_PATHNAME', 'quern_training_progress' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION training_progress() IS 'The rows of the view quern.progress.';
CREATE VIEW progress AS
  SELECT pid, database, role, algorithm, phase, epoch, max_epoch, rows, rows_per_second, loss, workers, started_at, seconds
  FROM training_progress();
COMMENT ON VIEW progress IS 'The trainings that run now, in all databases of the server: process, database and role of the session, algorithm, phase (scan, solve, ...), epoch and the last one, rows read in this phase and each second, loss of the last epoch, parallel workers, start, seconds since then. A training inside the query of another has a row of its own. As in pg_stat_progress_*, process and database are shown to everybody, the rest is NULL without the privileges of the role of that session or of pg_read_all_stats. What is not known yet is NULL. Empty where no shared memory could be had.';
COMMENT ON TYPE progress IS 'A row of the view quern.progress.';
GRANT SELECT ON progress TO PUBLIC;
