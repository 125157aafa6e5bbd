-- The states of a smoothed series.

CREATE FUNCTION smoothed(model model)
  RETURNS TABLE (t double precision, state double precision[], std_error double precision[])
  AS 'MODULE_PATHNAME', 'quern_smoothed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION smoothed(model) IS 'The smoothed states of a model of kalman_smoothing, one row for each step from the first t to the last, those without an observation among them, and those that option forecast asked for: t, the d numbers of the state given all observations, and their standard errors.';
