-- Survival models.

CREATE FUNCTION baseline_hazard(model model)
  RETURNS TABLE (stratum text, "time" double precision, cumulative_hazard double precision, survival double precision)
  AS 'MODULE_PATHNAME', 'quern_baseline_hazard' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION baseline_hazard(model) IS 'The cumulative hazard that a cox_regression leaves open, at each time of an event, for a row whose linear predictor is the mean of those trained on, and exp(-hazard), the share without the event by then. By stratum (NULL where there are none) and time; beyond 20,000 times an even choice of them. Breslow''s estimator, with Efron''s ties if the model has them. A model of another algorithm is an error.';
CREATE FUNCTION predict_survival(model model, x features, "time" double precision) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict_survival' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_survival(model, features, double precision) IS 'The probability that a row of these features is without the event at that time, by a cox_regression without strata: exp(-cumulative baseline hazard * hazard ratio). 1 before the first event; after the last one as there. NULL if a feature is NULL. A model of another algorithm, or with strata, is an error.';
CREATE FUNCTION predict_survival(model model, x features, "time" double precision, stratum text) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict_survival' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_survival(model, features, double precision, text) IS 'As predict_survival(model, features, time), of a model with strata: by the baseline hazard of this one. A stratum that was not trained on is an error.';
