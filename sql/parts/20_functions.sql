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
COMMENT ON FUNCTION predict_proba(model, features) IS 'The probability of each class for one row of features, in the order of the classes of the model (boolean: false, true); they sum to 1. NULL if a feature is NULL. A model that is no classifier, or that has no probabilities (linear_svm), is an error.';
CREATE FUNCTION predict_label(model model, x features) RETURNS text
  AS 'MODULE_PATHNAME', 'quern_predict_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_label(model, features) IS 'The likeliest class for one row of features, as text. NULL if a feature is NULL. A model that is no classifier is an error.';

CREATE FUNCTION decision_function(model model, x features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_decision_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION decision_function(model, features) IS 'What a model computes before it decides, for one row of features. Regressions: the linear predictor, before any link (the logarithm of the mean for poisson_regression and gamma_regression). Two classes: one number, above 0 for the second class (the log odds; for linear_svm the margin). More classes: one number for each, in their order; the largest wins. gaussian_naive_bayes gives the logarithm of prior times density, gaussian_mixture that of weight times density for each component, kmeans the distance to each centroid, of which the smallest wins. NULL if a feature is NULL.';

-- Scoring rows of a table.

CREATE FUNCTION predict(model model, data record) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict_row' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict(model, record) IS 'As predict(model, features), with the features taken from the columns of a row by their names, in any order and whatever other columns there are: predict(model, t) FROM t. Numbers and booleans (true as 1) are features by their names, the elements of an array or svec x are x[1], x[2], and so on. NULL if one of the columns is NULL. A missing column (42703), one of another type (42804), an array of another length, or a model without feature names is an error.';
CREATE FUNCTION predict_proba(model model, data record) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_predict_proba_row' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_proba(model, record) IS 'As predict_proba(model, features), with the features taken from the columns of a row by their names, as predict(model, record) does.';
CREATE FUNCTION predict_label(model model, data record) RETURNS text
  AS 'MODULE_PATHNAME', 'quern_predict_label_row' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_label(model, record) IS 'As predict_label(model, features), with the features taken from the columns of a row by their names, as predict(model, record) does.';
CREATE FUNCTION decision_function(model model, data record) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_decision_function_row' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION decision_function(model, record) IS 'As decision_function(model, features), with the features taken from the columns of a row by their names, as predict(model, record) does.';

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
COMMENT ON FUNCTION info(model) IS 'What a model is, in one flat row: algorithm, kind of target, rows trained on and skipped, numbers and names of features and classes, options as JSON. Names of more than 1,000 features are shown as the model holds them: x[1:100000] for the elements of an array.';

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
