-- Version 0.0.1, for the test of ALTER EXTENSION quern UPDATE. Frozen: it is never changed.
\echo Use "CREATE EXTENSION quern" to load this file. \quit

CREATE TYPE features;
CREATE FUNCTION features_in(cstring, oid, integer) RETURNS features
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION features_out(features) RETURNS cstring AS 'array_out' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION features_recv(internal, oid, integer) RETURNS features
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION features_send(features) RETURNS bytea AS 'array_send' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE features (INPUT = features_in, OUTPUT = features_out, RECEIVE = features_recv, SEND = features_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended, CATEGORY = 'A', PREFERRED = true);
COMMENT ON TYPE features IS 'The type of feature arguments: any one-dimensional array of numbers, as it is. float8[], float4[], integer[], bigint[], smallint[] and numeric[] become it by an implicit cast that copies nothing; float8[] and float4[] are read in place. Not meant for columns: use float8[] or float4[].';
COMMENT ON FUNCTION features_in(cstring, oid, integer) IS 'Input of quern.features: an array literal such as {1,2.5}.';
COMMENT ON FUNCTION features_out(features) IS 'Output of quern.features.';
COMMENT ON FUNCTION features_recv(internal, oid, integer) IS 'Binary input of quern.features: an array of float8.';
COMMENT ON FUNCTION features_send(features) IS 'Binary output of quern.features.';
CREATE FUNCTION features(double precision[]) RETURNS features AS 'MODULE_PATHNAME', 'features_cast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION features(double precision[]) IS 'The array as a feature argument; nothing is copied.';
CREATE CAST (double precision[] AS features) WITH FUNCTION features(double precision[]) AS IMPLICIT;
COMMENT ON CAST (double precision[] AS features) IS 'Any array of numbers can be a feature argument.';
CREATE FUNCTION features(real[]) RETURNS features AS 'MODULE_PATHNAME', 'features_cast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION features(real[]) IS 'The array as a feature argument; nothing is copied.';
CREATE CAST (real[] AS features) WITH FUNCTION features(real[]) AS IMPLICIT;
COMMENT ON CAST (real[] AS features) IS 'Any array of numbers can be a feature argument.';
CREATE FUNCTION features(integer[]) RETURNS features AS 'MODULE_PATHNAME', 'features_cast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION features(integer[]) IS 'The array as a feature argument; nothing is copied.';
CREATE CAST (integer[] AS features) WITH FUNCTION features(integer[]) AS IMPLICIT;
COMMENT ON CAST (integer[] AS features) IS 'Any array of numbers can be a feature argument.';
CREATE FUNCTION features(bigint[]) RETURNS features AS 'MODULE_PATHNAME', 'features_cast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION features(bigint[]) IS 'The array as a feature argument; nothing is copied.';
CREATE CAST (bigint[] AS features) WITH FUNCTION features(bigint[]) AS IMPLICIT;
COMMENT ON CAST (bigint[] AS features) IS 'Any array of numbers can be a feature argument.';
CREATE FUNCTION features(smallint[]) RETURNS features AS 'MODULE_PATHNAME', 'features_cast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION features(smallint[]) IS 'The array as a feature argument; nothing is copied.';
CREATE CAST (smallint[] AS features) WITH FUNCTION features(smallint[]) AS IMPLICIT;
COMMENT ON CAST (smallint[] AS features) IS 'Any array of numbers can be a feature argument.';
CREATE FUNCTION features(numeric[]) RETURNS features AS 'MODULE_PATHNAME', 'features_cast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION features(numeric[]) IS 'The array as a feature argument; nothing is copied.';
CREATE CAST (numeric[] AS features) WITH FUNCTION features(numeric[]) AS IMPLICIT;
COMMENT ON CAST (numeric[] AS features) IS 'Any array of numbers can be a feature argument.';
CREATE TYPE state;
CREATE FUNCTION state_in(cstring) RETURNS state AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION state_out(state) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION state_recv(internal) RETURNS state AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION state_send(state) RETURNS bytea AS 'MODULE_PATHNAME', 'packed_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE state (INPUT = state_in, OUTPUT = state_out, RECEIVE = state_recv, SEND = state_send,
  INTERNALLENGTH = VARIABLE, STORAGE = extended);
COMMENT ON TYPE state IS 'An unfinished aggregate, as X_state returns it: a value to store, ship, and merge with X_merge. Which aggregate it belongs to is checked where it is used. The text form is base64. States are read by the version of quern that wrote them; keep models, not states, across upgrades.';
COMMENT ON FUNCTION state_in(cstring) IS 'Input of quern.state: base64.';
COMMENT ON FUNCTION state_out(state) IS 'Output of quern.state: base64.';
COMMENT ON FUNCTION state_recv(internal) IS 'Binary input of quern.state.';
COMMENT ON FUNCTION state_send(state) IS 'Binary output of quern.state.';
CREATE TYPE model;
CREATE FUNCTION model_in(cstring) RETURNS model AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION model_out(model) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION model_recv(internal) RETURNS model AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION model_send(model) RETURNS bytea AS 'MODULE_PATHNAME', 'packed_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE model (INPUT = model_in, OUTPUT = model_out, RECEIVE = model_recv, SEND = model_send,
  INTERNALLENGTH = VARIABLE, STORAGE = extended);
COMMENT ON TYPE model IS 'A trained model: algorithm, options, parameters, names of features and classes, number of rows, fit statistics. The text form is JSON. Stored models are readable by every later version of quern.';
COMMENT ON FUNCTION model_in(cstring) IS 'Input of quern.model: the JSON that quern prints.';
COMMENT ON FUNCTION model_out(model) IS 'Output of quern.model: JSON.';
COMMENT ON FUNCTION model_recv(internal) IS 'Binary input of quern.model.';
COMMENT ON FUNCTION model_send(model) IS 'Binary output of quern.model.';
CREATE FUNCTION predict(model model, x features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict(model, features) IS 'The number that the model predicts for one row of features; of a classifier with boolean or numeric classes the likeliest class, true as 1. NULL if a feature is NULL. A row of another width than the model, or a model whose classes are text, is an error.';
CREATE FUNCTION coefficients(model model)
  RETURNS TABLE (class text, term text, estimate double precision, std_error double precision,
                 statistic double precision, p_value double precision, conf_low double precision, conf_high double precision)
  AS 'MODULE_PATHNAME', 'quern_coefficients' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION coefficients(model) IS 'The parameters of a model as rows: estimate, standard error, t or z statistic, two-sided p-value and confidence interval (option confidence, 0.95) of each term. What was not estimated is NULL; class is NULL where there is one equation only.';
CREATE FUNCTION metrics(model model) RETURNS TABLE (metric text, value double precision)
  AS 'MODULE_PATHNAME', 'quern_metrics' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION metrics(model) IS 'The fit statistics of a model as rows: rows trained on, rows skipped for a NULL in them, and what the algorithm reports. What is not defined is NULL.';
CREATE FUNCTION linear_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_regression_accumulate(state, double precision, features) IS 'Transition function of quern.linear_regression: the state with one more row.';
CREATE FUNCTION linear_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.linear_regression: the state with one more row.';
CREATE FUNCTION linear_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.linear_regression: the state with one more row.';
CREATE FUNCTION linear_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_regression_combine(state, state) IS 'Combine function of quern.linear_regression: both states in one.';
CREATE FUNCTION linear_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'linear_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_regression_final(state) IS 'The result of quern.linear_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE linear_regression(y double precision, x features) (
  SFUNC = linear_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine, FINALFUNC = linear_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression(double precision, features) IS 'Least squares of y on the features x (p numbers a row), ordinary, weighted (weight >= 0) or ridge, as a quern.model. Options: fit_intercept (true), l2 (0), confidence (0.95), robust (none, hc0, hc1), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL; a term that depends on earlier ones is reported with NULL estimate. One pass, blocked QR: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
CREATE AGGREGATE linear_regression_state(y double precision, x features) (
  SFUNC = linear_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression_state(double precision, features) IS 'The state of quern.linear_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_regression(y double precision, x features, options jsonb) (
  SFUNC = linear_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine, FINALFUNC = linear_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression(double precision, features, jsonb) IS 'Least squares of y on the features x (p numbers a row), ordinary, weighted (weight >= 0) or ridge, as a quern.model. Options: fit_intercept (true), l2 (0), confidence (0.95), robust (none, hc0, hc1), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL; a term that depends on earlier ones is reported with NULL estimate. One pass, blocked QR: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
CREATE AGGREGATE linear_regression_state(y double precision, x features, options jsonb) (
  SFUNC = linear_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression_state(double precision, features, jsonb) IS 'The state of quern.linear_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = linear_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine, FINALFUNC = linear_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression(double precision, features, double precision, jsonb) IS 'Least squares of y on the features x (p numbers a row), ordinary, weighted (weight >= 0) or ridge, as a quern.model. Options: fit_intercept (true), l2 (0), confidence (0.95), robust (none, hc0, hc1), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL; a term that depends on earlier ones is reported with NULL estimate. One pass, blocked QR: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
CREATE AGGREGATE linear_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = linear_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.linear_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_regression_state(state state) (
  SFUNC = linear_regression_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression_state(state) IS 'Many states of quern.linear_regression as one.';
CREATE AGGREGATE linear_regression_merge(state state) (
  SFUNC = linear_regression_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = linear_regression_combine, FINALFUNC = linear_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_regression_merge(state) IS 'The result of quern.linear_regression over the rows of many states.';
