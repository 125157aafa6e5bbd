-- Paths of penalties.

CREATE FUNCTION path(model model)
  RETURNS TABLE (alpha double precision, class text, term text, estimate double precision)
  AS 'MODULE_PATHNAME', 'quern_path' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION path(model) IS 'The estimates of a model that was trained with option alphas or n_alphas, at every alpha, the largest first: the intercepts and the terms that are not 0 somewhere on the path; class is NULL where there is one equation only. A model without a path is an error. Friedman, Hastie, Tibshirani, J. Statist. Softw. 33, 2010.';
CREATE FUNCTION path_summary(model model)
  RETURNS TABLE (alpha double precision, nonzero bigint, loss double precision, deviance_ratio double precision,
                 validation_loss double precision, kkt_residual double precision)
  AS 'MODULE_PATHNAME', 'quern_path_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION path_summary(model) IS 'A path of penalties, one row for each alpha, the largest first: weights that are not 0, mean loss without the penalty, share of the deviance (or loss) of the intercepts alone that is explained, mean loss over rows held out (option validation_fraction; NULL without), largest violation of the optimality conditions in the columns of the solver. A model without a path is an error.';
CREATE FUNCTION at_alpha(model model, alpha double precision) RETURNS model
  AS 'MODULE_PATHNAME', 'quern_at_alpha' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_alpha(model, double precision) IS 'The model with the estimates that its path has at that alpha (to 1e-9 of it), and the metrics that are known of it. Another alpha is an error that names the nearest; so is a model without a path.';
