-- Floors: what everything else is measured against.

CREATE FUNCTION null_agg_accumulate(state double precision, value "any") RETURNS double precision
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION null_agg_accumulate(double precision, "any") IS 'Transition function of quern.null_agg: reads every element of the value.';
CREATE AGGREGATE null_agg(value "any") (SFUNC = null_agg_accumulate, STYPE = double precision, COMBINEFUNC = float8pl,
  INITCOND = '0', PARALLEL = SAFE);
COMMENT ON AGGREGATE null_agg("any") IS 'Touches its argument and does nothing with it: detoasts it and reads every element of an array (every byte of another value) in a plain loop. The floor of what an aggregate over these rows can cost. Returns the sum of what it read.';
CREATE FUNCTION null_score(x features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_null_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION null_score(features) IS 'The sum of an array, in a plain loop: the floor of what scoring a row can cost.';

-- Scoring.

CREATE FUNCTION predict(model model, x features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict(model, features) IS 'The number that the model predicts for one row of features; of a classifier with boolean or numeric classes the likeliest class, true as 1. NULL if a feature is NULL. A row of another width than the model, or a model whose classes are text, is an error.';
CREATE FUNCTION predict_proba(model model, x features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_predict_proba' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_proba(model, features) IS 'The probability of each class for one row of features, in the order of the classes of the model (boolean: false, true); they sum to 1. NULL if a feature is NULL. A model that is no classifier is an error.';
CREATE FUNCTION predict_label(model model, x features) RETURNS text
  AS 'MODULE_PATHNAME', 'quern_predict_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_label(model, features) IS 'The likeliest class for one row of features, as text. NULL if a feature is NULL. A model that is no classifier is an error.';

-- What is in a model.

CREATE FUNCTION coefficients(model model)
  RETURNS TABLE (class text, term text, estimate double precision, std_error double precision,
                 statistic double precision, p_value double precision, conf_low double precision, conf_high double precision)
  AS 'MODULE_PATHNAME', 'quern_coefficients' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION coefficients(model) IS 'The parameters of a model as rows: estimate, standard error, t or z statistic, two-sided p-value and confidence interval (option confidence, 0.95) of each term. What was not estimated is NULL; class is NULL where there is one equation only.';
CREATE FUNCTION metrics(model model) RETURNS TABLE (metric text, value double precision)
  AS 'MODULE_PATHNAME', 'quern_metrics' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION metrics(model) IS 'The fit statistics of a model as rows: n (rows trained on), skipped (rows left out for a NULL in them), and what the algorithm reports. What is not defined is NULL.';
CREATE FUNCTION info(model model)
  RETURNS TABLE (algorithm text, target text, rows bigint, skipped bigint, features bigint, classes bigint,
                 feature_names text, class_names text, options text)
  AS 'MODULE_PATHNAME', 'quern_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION info(model) IS 'What a model is, in one flat row: algorithm, kind of target, rows trained on and skipped, numbers and names of features and classes, options as JSON.';

-- Moments.

CREATE FUNCTION n(moments comoments) RETURNS bigint
  AS 'MODULE_PATHNAME', 'moments_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION n(comoments) IS 'The number of rows.';
CREATE FUNCTION mean(moments comoments) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'moments_mean' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean(comoments) IS 'The mean of each of the p columns.';
CREATE FUNCTION covariance(moments comoments) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'moments_covariance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION covariance(comoments) IS 'The sample covariance matrix (divisor n - 1), p x p. NULL for fewer than two rows.';
CREATE FUNCTION correlation(moments comoments) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'moments_correlation' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION correlation(comoments) IS 'The matrix of Pearson correlations, p x p; NaN for a constant column. NULL for fewer than two rows.';
CREATE FUNCTION add(comoments, comoments) RETURNS comoments
  AS 'MODULE_PATHNAME', 'moments_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(comoments, comoments) IS 'The moments of the rows of both. Different widths are an error.';
CREATE FUNCTION subtract(comoments, comoments) RETURNS comoments
  AS 'MODULE_PATHNAME', 'moments_subtract' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(comoments, comoments) IS 'The moments of the rows of the first without those of the second, which are some of them. More rows on the right than on the left, or different widths, are an error.';
CREATE OPERATOR + (LEFTARG = comoments, RIGHTARG = comoments, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (comoments, comoments) IS 'The moments of the rows of both.';
CREATE OPERATOR - (LEFTARG = comoments, RIGHTARG = comoments, FUNCTION = subtract);
COMMENT ON OPERATOR - (comoments, comoments) IS 'The moments of the rows of the first without those of the second.';
