\echo Use "ALTER EXTENSION quern UPDATE" to load this file. \quit

GRANT USAGE ON SCHEMA quern TO PUBLIC;
CREATE OR REPLACE FUNCTION features_out(features) RETURNS cstring
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OR REPLACE FUNCTION features_send(features) RETURNS bytea
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
UPDATE pg_catalog.pg_type SET typcategory = 'S'
  WHERE oid = 'features'::pg_catalog.regtype;
COMMENT ON TYPE features IS 'The type of feature arguments: any one-dimensional array of numbers or quern.svec, as it is. float8[], float4[], integer[], bigint[], smallint[], numeric[] and quern.svec become it by an implicit cast that copies nothing; float8[] and float4[] are read in place. Not meant for columns: use float8[], float4[] or quern.svec.';
COMMENT ON FUNCTION features_in(cstring, oid, integer) IS 'Input of quern.features: an array literal such as {1,2.5}, or a sparse vector such as {1:0.5}/100.';
COMMENT ON FUNCTION features_recv(internal, oid, integer) IS 'Binary input of quern.features: an array of float8, or what features_send gives for a sparse vector.';
COMMENT ON FUNCTION features_send(features) IS 'Binary output of quern.features: that of the array, or a mark and that of the sparse vector.';
CREATE CAST (model AS jsonb) WITH INOUT;
CREATE CAST (jsonb AS model) WITH INOUT;
COMMENT ON CAST (model AS jsonb) IS 'The text form of a model as jsonb.';
COMMENT ON CAST (jsonb AS model) IS 'A model from its JSON form.';
CREATE TYPE comoments;
CREATE FUNCTION comoments_in(cstring) RETURNS comoments AS 'MODULE_PATHNAME', 'moments_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION comoments_out(comoments) RETURNS cstring AS 'MODULE_PATHNAME', 'moments_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION comoments_recv(internal) RETURNS comoments AS 'MODULE_PATHNAME', 'moments_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION comoments_send(comoments) RETURNS bytea AS 'MODULE_PATHNAME', 'packed_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE comoments (INPUT = comoments_in, OUTPUT = comoments_out, RECEIVE = comoments_recv, SEND = comoments_send,
  INTERNALLENGTH = VARIABLE, STORAGE = extended);
COMMENT ON TYPE comoments IS 'Number of rows, means and centred cross-products of some columns, as quern.moments(x) returns them: addable and subtractable. The text form is JSON.';
COMMENT ON FUNCTION comoments_in(cstring) IS 'Input of quern.comoments: the JSON that quern prints.';
COMMENT ON FUNCTION comoments_out(comoments) IS 'Output of quern.comoments: JSON.';
COMMENT ON FUNCTION comoments_recv(internal) IS 'Binary input of quern.comoments.';
COMMENT ON FUNCTION comoments_send(comoments) IS 'Binary output of quern.comoments.';
CREATE CAST (comoments AS jsonb) WITH INOUT;
CREATE CAST (jsonb AS comoments) WITH INOUT;
COMMENT ON CAST (comoments AS jsonb) IS 'The text form of moments as jsonb.';
COMMENT ON CAST (jsonb AS comoments) IS 'Moments from their JSON form.';
CREATE TYPE svec;
CREATE FUNCTION svec_in(cstring) RETURNS svec AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION svec_out(svec) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION svec_recv(internal) RETURNS svec AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION svec_send(svec) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE svec (INPUT = svec_in, OUTPUT = svec_out, RECEIVE = svec_recv, SEND = svec_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended, CATEGORY = 'A');
COMMENT ON TYPE svec IS 'A sparse vector of float8: its size (at most 2147483647) and the entries that are not 0, 12 bytes each. Written {index:value,...}/size with indices from 1, such as {1:0.5,7:2}/100. Accepted wherever a feature argument is, by an implicit cast that copies nothing.';
COMMENT ON FUNCTION svec_in(cstring) IS 'Input of quern.svec: {index:value,...}/size, indices from 1 in any order. A duplicate index, or one beyond the size, is an error (22P02); entries of 0 are dropped.';
COMMENT ON FUNCTION svec_out(svec) IS 'Output of quern.svec: {index:value,...}/size.';
COMMENT ON FUNCTION svec_recv(internal) IS 'Binary input of quern.svec, in network byte order: int32 size, int32 entries, int32 0, an int32 index from 0 of each entry, a float8 of each.';
COMMENT ON FUNCTION svec_send(svec) IS 'Binary output of quern.svec, in network byte order: int32 size, int32 entries, int32 0, an int32 index from 0 of each entry, a float8 of each.';
CREATE FUNCTION features(svec) RETURNS features AS 'MODULE_PATHNAME', 'svec_to_features' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION features(svec) IS 'The sparse vector as a feature argument; nothing is copied.';
CREATE CAST (svec AS features) WITH FUNCTION features(svec) AS IMPLICIT;
COMMENT ON CAST (svec AS features) IS 'A sparse vector can be a feature argument.';
CREATE FUNCTION svec(double precision[]) RETURNS svec AS 'MODULE_PATHNAME', 'svec_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(double precision[]) IS 'The entries of a one-dimensional array that are not 0. A NULL in it is an error (22004).';
CREATE CAST (double precision[] AS svec) WITH FUNCTION svec(double precision[]) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS svec) IS 'The entries of the array that are not 0.';
CREATE FUNCTION svec(real[]) RETURNS svec AS 'MODULE_PATHNAME', 'svec_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(real[]) IS 'The entries of a one-dimensional array that are not 0. A NULL in it is an error (22004).';
CREATE CAST (real[] AS svec) WITH FUNCTION svec(real[]) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS svec) IS 'The entries of the array that are not 0.';
CREATE FUNCTION svec(integer[]) RETURNS svec AS 'MODULE_PATHNAME', 'svec_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(integer[]) IS 'The entries of a one-dimensional array that are not 0. A NULL in it is an error (22004).';
CREATE CAST (integer[] AS svec) WITH FUNCTION svec(integer[]) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS svec) IS 'The entries of the array that are not 0.';
CREATE FUNCTION svec(bigint[]) RETURNS svec AS 'MODULE_PATHNAME', 'svec_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(bigint[]) IS 'The entries of a one-dimensional array that are not 0. A NULL in it is an error (22004).';
CREATE CAST (bigint[] AS svec) WITH FUNCTION svec(bigint[]) AS ASSIGNMENT;
COMMENT ON CAST (bigint[] AS svec) IS 'The entries of the array that are not 0.';
CREATE FUNCTION svec(smallint[]) RETURNS svec AS 'MODULE_PATHNAME', 'svec_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(smallint[]) IS 'The entries of a one-dimensional array that are not 0. A NULL in it is an error (22004).';
CREATE CAST (smallint[] AS svec) WITH FUNCTION svec(smallint[]) AS ASSIGNMENT;
COMMENT ON CAST (smallint[] AS svec) IS 'The entries of the array that are not 0.';
CREATE FUNCTION svec(numeric[]) RETURNS svec AS 'MODULE_PATHNAME', 'svec_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(numeric[]) IS 'The entries of a one-dimensional array that are not 0. A NULL in it is an error (22004).';
CREATE CAST (numeric[] AS svec) WITH FUNCTION svec(numeric[]) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS svec) IS 'The entries of the array that are not 0.';
CREATE FUNCTION dense(x svec) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'svec_to_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dense(svec) IS 'All entries, zeros included, as an array. A size beyond what an array holds (134217724) is an error (54000).';
CREATE CAST (svec AS double precision[]) WITH FUNCTION dense(svec) AS ASSIGNMENT;
COMMENT ON CAST (svec AS double precision[]) IS 'All entries, zeros included.';
CREATE FUNCTION svec(jsonb) RETURNS svec
  AS 'MODULE_PATHNAME', 'svec_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(jsonb) IS 'A sparse vector from {"size": 100, "indices": [1, 7], "values": [0.5, 2]}, indices from 1; NaN and infinities are strings.';
CREATE CAST (jsonb AS svec) WITH FUNCTION svec(jsonb);
COMMENT ON CAST (jsonb AS svec) IS 'A sparse vector from its JSON form.';
CREATE FUNCTION jsonb(svec) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'svec_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb(svec) IS 'The JSON form {"size": 100, "indices": [1, 7], "values": [0.5, 2]}, indices from 1.';
CREATE CAST (svec AS jsonb) WITH FUNCTION jsonb(svec);
COMMENT ON CAST (svec AS jsonb) IS 'The JSON form of a sparse vector.';
CREATE FUNCTION svec(size integer, indices integer[], "values" double precision[]) RETURNS svec
  AS 'MODULE_PATHNAME', 'svec_make' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(integer, integer[], double precision[]) IS 'A sparse vector from its size, the indices (from 1, in any order) and as many values. Errors: a duplicate index, or one beyond the size (22023); a NULL in an array (22004).';
CREATE FUNCTION dim(x svec) RETURNS integer AS 'MODULE_PATHNAME', 'svec_dim' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dim(svec) IS 'The size: how many entries there are, zeros included.';
CREATE FUNCTION nnz(x svec) RETURNS integer AS 'MODULE_PATHNAME', 'svec_nnz' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nnz(svec) IS 'How many entries are not 0.';
CREATE FUNCTION element(x svec, index integer) RETURNS double precision
  AS 'MODULE_PATHNAME', 'svec_element' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION element(svec, integer) IS 'The entry of that index, counted from 1; 0 where nothing is stored. NULL outside of the vector, as with arrays.';
CREATE FUNCTION entries(x svec) RETURNS TABLE (index integer, value double precision)
  AS 'MODULE_PATHNAME', 'svec_entries' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION entries(svec) IS 'The entries that are not 0 as rows, in the order of their indices, which count from 1.';
CREATE FUNCTION dot(a features, b features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_dot' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dot(features, features) IS 'The inner product of two vectors of the same size, each a quern.svec or an array of numbers. NULL if an array has a NULL. Entries that are not stored are 0, also against infinity. Different sizes are an error (22023), and so is a result out of range (22003).';
CREATE FUNCTION l1_norm(x features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_l1_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l1_norm(features) IS 'The sum of the absolute values of a quern.svec or an array of numbers. NULL if an array has a NULL.';
CREATE FUNCTION l2_norm(x features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_l2_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_norm(features) IS 'The Euclidean length of a quern.svec or an array of numbers, right also where squares overflow or vanish. NULL if an array has a NULL.';
CREATE FUNCTION linf_norm(x features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_linf_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION linf_norm(features) IS 'The largest absolute value of a quern.svec or an array of numbers; 0 if there is none. NULL if an array has a NULL.';
CREATE FUNCTION add(svec, svec) RETURNS svec AS 'MODULE_PATHNAME', 'svec_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(svec, svec) IS 'The sum, entry by entry. Different sizes are an error.';
CREATE FUNCTION subtract(svec, svec) RETURNS svec AS 'MODULE_PATHNAME', 'svec_subtract' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(svec, svec) IS 'The difference, entry by entry. Different sizes are an error.';
CREATE FUNCTION multiply(svec, svec) RETURNS svec AS 'MODULE_PATHNAME', 'svec_multiply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(svec, svec) IS 'The product, entry by entry; quern.dot gives the inner product. Different sizes are an error.';
CREATE FUNCTION multiply(double precision, svec) RETURNS svec AS 'MODULE_PATHNAME', 'svec_scale' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(double precision, svec) IS 'Every entry times the number.';
CREATE FUNCTION multiply(svec, double precision) RETURNS svec AS 'MODULE_PATHNAME', 'svec_scale_right' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(svec, double precision) IS 'Every entry times the number.';
CREATE FUNCTION negate(svec) RETURNS svec AS 'MODULE_PATHNAME', 'svec_negate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION negate(svec) IS 'Every entry with the other sign.';
CREATE OPERATOR + (LEFTARG = svec, RIGHTARG = svec, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (svec, svec) IS 'The sum, entry by entry.';
CREATE OPERATOR - (LEFTARG = svec, RIGHTARG = svec, FUNCTION = subtract);
COMMENT ON OPERATOR - (svec, svec) IS 'The difference, entry by entry.';
CREATE OPERATOR - (RIGHTARG = svec, FUNCTION = negate);
COMMENT ON OPERATOR - (NONE, svec) IS 'Every entry with the other sign.';
CREATE OPERATOR * (LEFTARG = svec, RIGHTARG = svec, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (svec, svec) IS 'The product, entry by entry.';
CREATE OPERATOR * (LEFTARG = double precision, RIGHTARG = svec, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (double precision, svec) IS 'Every entry times the number.';
CREATE OPERATOR * (LEFTARG = svec, RIGHTARG = double precision, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (svec, double precision) IS 'Every entry times the number.';
CREATE FUNCTION svec_cmp(svec, svec) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_cmp(svec, svec) IS 'Below, at or above 0 as the first sparse vector sorts before, with or after the second: entry by entry, NaN last, then by size.';
CREATE FUNCTION svec_lt(svec, svec) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_lt(svec, svec) IS 'Does the first sparse vector sort before the second?';
CREATE FUNCTION svec_le(svec, svec) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_le(svec, svec) IS 'Does the first sparse vector sort before the second, or with it?';
CREATE FUNCTION svec_eq(svec, svec) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_eq(svec, svec) IS 'Are two sparse vectors of the same size and entries? NaN equals NaN.';
CREATE FUNCTION svec_ne(svec, svec) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_ne(svec, svec) IS 'Do two sparse vectors differ in size or in an entry?';
CREATE FUNCTION svec_ge(svec, svec) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_ge(svec, svec) IS 'Does the first sparse vector sort after the second, or with it?';
CREATE FUNCTION svec_gt(svec, svec) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_gt(svec, svec) IS 'Does the first sparse vector sort after the second?';
CREATE FUNCTION svec_hash(svec) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_hash(svec) IS 'The hash of a sparse vector.';
CREATE FUNCTION svec_hash_extended(svec, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec_hash_extended(svec, bigint) IS 'The hash of a sparse vector in 64 bits, with a seed.';
CREATE OPERATOR < (LEFTARG = svec, RIGHTARG = svec, FUNCTION = svec_lt, COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (svec, svec) IS 'The first sparse vector sorts before the second.';
CREATE OPERATOR <= (LEFTARG = svec, RIGHTARG = svec, FUNCTION = svec_le, COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (svec, svec) IS 'The first sparse vector sorts before the second, or is equal.';
CREATE OPERATOR = (LEFTARG = svec, RIGHTARG = svec, FUNCTION = svec_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (svec, svec) IS 'Same size and entries.';
CREATE OPERATOR <> (LEFTARG = svec, RIGHTARG = svec, FUNCTION = svec_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (svec, svec) IS 'Other size or entries.';
CREATE OPERATOR >= (LEFTARG = svec, RIGHTARG = svec, FUNCTION = svec_ge, COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (svec, svec) IS 'The first sparse vector sorts after the second, or is equal.';
CREATE OPERATOR > (LEFTARG = svec, RIGHTARG = svec, FUNCTION = svec_gt, COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (svec, svec) IS 'The first sparse vector sorts after the second.';
CREATE OPERATOR FAMILY svec_btree_ops USING btree;
COMMENT ON OPERATOR FAMILY svec_btree_ops USING btree IS 'The order of sparse vectors.';
CREATE OPERATOR CLASS svec_btree_ops DEFAULT FOR TYPE svec USING btree FAMILY svec_btree_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 svec_cmp(svec, svec);
COMMENT ON OPERATOR CLASS svec_btree_ops USING btree IS 'The order of sparse vectors.';
CREATE OPERATOR FAMILY svec_hash_ops USING hash;
COMMENT ON OPERATOR FAMILY svec_hash_ops USING hash IS 'Equality of sparse vectors by hash.';
CREATE OPERATOR CLASS svec_hash_ops DEFAULT FOR TYPE svec USING hash FAMILY svec_hash_ops AS
  OPERATOR 1 =, FUNCTION 1 svec_hash(svec), FUNCTION 2 svec_hash_extended(svec, bigint);
COMMENT ON OPERATOR CLASS svec_hash_ops USING hash IS 'Equality of sparse vectors by hash.';
CREATE FUNCTION null_agg_accumulate(state double precision, value "any") RETURNS double precision
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION null_agg_accumulate(double precision, "any") IS 'Transition function of quern.null_agg: reads every element of the value.';
CREATE AGGREGATE null_agg(value "any") (SFUNC = null_agg_accumulate, STYPE = double precision, COMBINEFUNC = float8pl,
  INITCOND = '0', PARALLEL = SAFE);
COMMENT ON AGGREGATE null_agg("any") IS 'Touches its argument and does nothing with it: detoasts it and reads every element of an array (every byte of another value) in a plain loop. The floor of what an aggregate over these rows can cost. Returns the sum of what it read.';
CREATE FUNCTION null_score(x features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_null_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION null_score(features) IS 'The sum of an array, in a plain loop: the floor of what scoring a row can cost.';
CREATE FUNCTION predict_proba(model model, x features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_predict_proba' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_proba(model, features) IS 'The probability of each class for one row of features, in the order of the classes of the model (boolean: false, true); they sum to 1. NULL if a feature is NULL. A model that is no classifier, or that has no probabilities (linear_svm), is an error.';
CREATE FUNCTION predict_label(model model, x features) RETURNS text
  AS 'MODULE_PATHNAME', 'quern_predict_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict_label(model, features) IS 'The likeliest class for one row of features, as text. NULL if a feature is NULL. A model that is no classifier is an error.';
CREATE FUNCTION decision_function(model model, x features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_decision_function' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION decision_function(model, features) IS 'What a model computes before it decides, for one row of features. Regressions: the linear predictor, before any link (the logarithm of the mean for poisson_regression and gamma_regression). Two classes: one number, above 0 for the second class (the log odds; for linear_svm the margin). More classes: one number for each, in their order; the largest wins. gaussian_naive_bayes gives the logarithm of prior times density, gaussian_mixture that of weight times density for each component, kmeans the distance to each centroid, of which the smallest wins. NULL if a feature is NULL.';
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
COMMENT ON FUNCTION metrics(model) IS 'The fit statistics of a model as rows: n (rows trained on), skipped (rows left out for a NULL in them), and what the algorithm reports. What is not defined is NULL.';
CREATE FUNCTION info(model model)
  RETURNS TABLE (algorithm text, target text, rows bigint, skipped bigint, features bigint, classes bigint,
                 feature_names text, class_names text, options text)
  AS 'MODULE_PATHNAME', 'quern_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION info(model) IS 'What a model is, in one flat row: algorithm, kind of target, rows trained on and skipped, numbers and names of features and classes, options as JSON. Names of more than 1,000 features are shown as the model holds them: x[1:100000] for the elements of an array.';
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
CREATE FUNCTION devices() RETURNS TABLE (device integer, name text, compute_capability text, memory_bytes bigint, free_bytes bigint, usable boolean, reason text)
  AS 'MODULE_PATHNAME', 'quern_devices' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 1;
COMMENT ON FUNCTION devices() IS 'The CUDA devices this session sees, memory in bytes, and why the first is not used where it is not; one row of NULLs and a reason where there is none. Opens the device library (quern_cuda.so) if it was not opened yet. SET quern.device = auto | cpu | cuda chooses.';
CREATE TYPE matrix;
CREATE FUNCTION matrix_in(cstring) RETURNS matrix AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION matrix_out(matrix) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION matrix_recv(internal) RETURNS matrix AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION matrix_send(matrix) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE matrix (INPUT = matrix_in, OUTPUT = matrix_out, RECEIVE = matrix_recv, SEND = matrix_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external, CATEGORY = 'M', PREFERRED = true);
COMMENT ON TYPE matrix IS 'A dense matrix of float8, row-major, 8 bytes an element and 16 more, up to 1 GB. Written as rows in braces, such as {{1,2},{3,4}}; {}/0x3 has no rows and three columns. Beyond 1 GB: blocks, one a row of a table.';
COMMENT ON FUNCTION matrix_in(cstring) IS 'Input of quern.matrix: rows in braces, all of the same length, such as {{1,2},{3,4}}.';
COMMENT ON FUNCTION matrix_out(matrix) IS 'Output of quern.matrix: rows in braces. quern.show gives a form for people.';
COMMENT ON FUNCTION matrix_recv(internal) IS 'Binary input of quern.matrix, in network byte order: int32 rows, int32 columns, a float8 of each element, row by row.';
COMMENT ON FUNCTION matrix_send(matrix) IS 'Binary output of quern.matrix, in network byte order: int32 rows, int32 columns, a float8 of each element, row by row.';
CREATE FUNCTION matrix(double precision[]) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(double precision[]) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column. A NULL in it is an error (22004).';
CREATE CAST (double precision[] AS matrix) WITH FUNCTION matrix(double precision[]) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS matrix) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column.';
CREATE FUNCTION matrix(real[]) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(real[]) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column. A NULL in it is an error (22004).';
CREATE CAST (real[] AS matrix) WITH FUNCTION matrix(real[]) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS matrix) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column.';
CREATE FUNCTION matrix(integer[]) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(integer[]) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column. A NULL in it is an error (22004).';
CREATE CAST (integer[] AS matrix) WITH FUNCTION matrix(integer[]) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS matrix) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column.';
CREATE FUNCTION matrix(bigint[]) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(bigint[]) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column. A NULL in it is an error (22004).';
CREATE CAST (bigint[] AS matrix) WITH FUNCTION matrix(bigint[]) AS ASSIGNMENT;
COMMENT ON CAST (bigint[] AS matrix) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column.';
CREATE FUNCTION matrix(smallint[]) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(smallint[]) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column. A NULL in it is an error (22004).';
CREATE CAST (smallint[] AS matrix) WITH FUNCTION matrix(smallint[]) AS ASSIGNMENT;
COMMENT ON CAST (smallint[] AS matrix) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column.';
CREATE FUNCTION matrix(numeric[]) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(numeric[]) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column. A NULL in it is an error (22004).';
CREATE CAST (numeric[] AS matrix) WITH FUNCTION matrix(numeric[]) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS matrix) IS 'The matrix of a two-dimensional array; a one-dimensional one is a column.';
CREATE FUNCTION dense(a matrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'matrix_to_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dense(matrix) IS 'The elements as an array of two dimensions; of none if there are no elements.';
CREATE CAST (matrix AS double precision[]) WITH FUNCTION dense(matrix) AS ASSIGNMENT;
COMMENT ON CAST (matrix AS double precision[]) IS 'The elements as an array of two dimensions.';
CREATE FUNCTION vector(a matrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'matrix_to_vector' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector(matrix) IS 'The numbers of a matrix that is one row or one column, as an array of one dimension. Another shape is an error (22023).';
CREATE FUNCTION matrix(jsonb) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(jsonb) IS 'A matrix from its JSON form [[1,2],[3,4]]; NaN and infinities are strings.';
CREATE CAST (jsonb AS matrix) WITH FUNCTION matrix(jsonb);
COMMENT ON CAST (jsonb AS matrix) IS 'A matrix from its JSON form.';
CREATE FUNCTION jsonb(matrix) RETURNS jsonb AS 'MODULE_PATHNAME', 'matrix_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb(matrix) IS 'The JSON form [[1,2],[3,4]]; NaN and infinities are strings. A matrix without rows is [].';
CREATE CAST (matrix AS jsonb) WITH FUNCTION jsonb(matrix);
COMMENT ON CAST (matrix AS jsonb) IS 'The JSON form of a matrix.';
CREATE FUNCTION add(matrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(matrix, matrix) IS 'The sum, element by element. A side of 1 is repeated: a row goes with every row, a column with every column. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION add(matrix, double precision) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_add_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(matrix, double precision) IS 'The sum, element by element.';
CREATE FUNCTION add(double precision, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'number_add_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(double precision, matrix) IS 'The sum, element by element.';
CREATE OPERATOR + (LEFTARG = matrix, RIGHTARG = matrix, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (matrix, matrix) IS 'The sum, element by element.';
CREATE OPERATOR + (LEFTARG = matrix, RIGHTARG = double precision, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (matrix, double precision) IS 'The sum, element by element.';
CREATE OPERATOR + (LEFTARG = double precision, RIGHTARG = matrix, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (double precision, matrix) IS 'The sum, element by element.';
CREATE FUNCTION subtract(matrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_subtract' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(matrix, matrix) IS 'The difference, element by element. A side of 1 is repeated: a row goes with every row, a column with every column. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION subtract(matrix, double precision) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_subtract_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(matrix, double precision) IS 'The difference, element by element.';
CREATE FUNCTION subtract(double precision, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'number_subtract_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(double precision, matrix) IS 'The difference, element by element.';
CREATE OPERATOR - (LEFTARG = matrix, RIGHTARG = matrix, FUNCTION = subtract);
COMMENT ON OPERATOR - (matrix, matrix) IS 'The difference, element by element.';
CREATE OPERATOR - (LEFTARG = matrix, RIGHTARG = double precision, FUNCTION = subtract);
COMMENT ON OPERATOR - (matrix, double precision) IS 'The difference, element by element.';
CREATE OPERATOR - (LEFTARG = double precision, RIGHTARG = matrix, FUNCTION = subtract);
COMMENT ON OPERATOR - (double precision, matrix) IS 'The difference, element by element.';
CREATE FUNCTION multiply(matrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_multiply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(matrix, matrix) IS 'The product, element by element; @ is the matrix product. A side of 1 is repeated: a row goes with every row, a column with every column. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION multiply(matrix, double precision) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_multiply_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(matrix, double precision) IS 'The product, element by element; @ is the matrix product.';
CREATE FUNCTION multiply(double precision, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'number_multiply_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(double precision, matrix) IS 'The product, element by element; @ is the matrix product.';
CREATE OPERATOR * (LEFTARG = matrix, RIGHTARG = matrix, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (matrix, matrix) IS 'The product, element by element; @ is the matrix product.';
CREATE OPERATOR * (LEFTARG = matrix, RIGHTARG = double precision, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (matrix, double precision) IS 'The product, element by element; @ is the matrix product.';
CREATE OPERATOR * (LEFTARG = double precision, RIGHTARG = matrix, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (double precision, matrix) IS 'The product, element by element; @ is the matrix product.';
CREATE FUNCTION divide(matrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_divide' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION divide(matrix, matrix) IS 'The quotient, element by element. Division by zero is an error (22003). A side of 1 is repeated: a row goes with every row, a column with every column. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION divide(matrix, double precision) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_divide_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION divide(matrix, double precision) IS 'The quotient, element by element. Division by zero is an error (22003).';
CREATE FUNCTION divide(double precision, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'number_divide_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION divide(double precision, matrix) IS 'The quotient, element by element. Division by zero is an error (22003).';
CREATE OPERATOR / (LEFTARG = matrix, RIGHTARG = matrix, FUNCTION = divide);
COMMENT ON OPERATOR / (matrix, matrix) IS 'The quotient, element by element. Division by zero is an error (22003).';
CREATE OPERATOR / (LEFTARG = matrix, RIGHTARG = double precision, FUNCTION = divide);
COMMENT ON OPERATOR / (matrix, double precision) IS 'The quotient, element by element. Division by zero is an error (22003).';
CREATE OPERATOR / (LEFTARG = double precision, RIGHTARG = matrix, FUNCTION = divide);
COMMENT ON OPERATOR / (double precision, matrix) IS 'The quotient, element by element. Division by zero is an error (22003).';
CREATE FUNCTION negate(matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_negate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION negate(matrix) IS 'Every element with the other sign.';
CREATE OPERATOR - (RIGHTARG = matrix, FUNCTION = negate);
COMMENT ON OPERATOR - (NONE, matrix) IS 'Every element with the other sign.';
CREATE FUNCTION matrix_eq(matrix, matrix) RETURNS boolean AS 'MODULE_PATHNAME', 'matrix_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix_eq(matrix, matrix) IS 'Are two matrices of the same shape and elements? NaN equals NaN.';
CREATE FUNCTION matrix_ne(matrix, matrix) RETURNS boolean AS 'MODULE_PATHNAME', 'matrix_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix_ne(matrix, matrix) IS 'Do two matrices differ in shape or in an element?';
CREATE OPERATOR = (LEFTARG = matrix, RIGHTARG = matrix, FUNCTION = matrix_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR = (matrix, matrix) IS 'Same shape and elements.';
CREATE OPERATOR <> (LEFTARG = matrix, RIGHTARG = matrix, FUNCTION = matrix_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (matrix, matrix) IS 'Other shape or elements.';
CREATE FUNCTION matrix_hash(matrix) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix_hash(matrix) IS 'The hash of the shape and the elements, for GROUP BY, DISTINCT and joins.';
CREATE FUNCTION matrix_hash_extended(matrix, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix_hash_extended(matrix, bigint) IS 'The hash of 64 bits of the shape and the elements, by a seed.';
CREATE OPERATOR FAMILY matrix_hash_ops USING hash;
COMMENT ON OPERATOR FAMILY matrix_hash_ops USING hash IS 'Equality of matrices by hash.';
CREATE OPERATOR CLASS matrix_hash_ops DEFAULT FOR TYPE matrix USING hash FAMILY matrix_hash_ops AS
  OPERATOR 1 =, FUNCTION 1 matrix_hash(matrix), FUNCTION 2 matrix_hash_extended(matrix, bigint);
COMMENT ON OPERATOR CLASS matrix_hash_ops USING hash IS 'Equality of matrices by hash.';
CREATE FUNCTION product(matrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION product(matrix, matrix) IS 'The matrix product A B, m x k and k x n. The columns of the first must be as many as the rows of the second, else an error (22023). BLAS dgemm and dgemv, by OpenBLAS where it is installed, else Eigen.';
CREATE FUNCTION product(matrix, double precision[]) RETURNS double precision[] AS 'MODULE_PATHNAME', 'matrix_vector_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(matrix, double precision[]) IS 'The product A v with a vector, of one number for each row of A. The columns of the first must be as many as the rows of the second, else an error (22023). BLAS dgemm and dgemv, by OpenBLAS where it is installed, else Eigen.';
CREATE FUNCTION product(double precision[], matrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'vector_matrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(double precision[], matrix) IS 'The product v A with a vector, of one number for each column of A. The columns of the first must be as many as the rows of the second, else an error (22023). BLAS dgemm and dgemv, by OpenBLAS where it is installed, else Eigen.';
CREATE FUNCTION product(double precision[], double precision[]) RETURNS double precision AS 'MODULE_PATHNAME', 'vector_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(double precision[], double precision[]) IS 'The inner product of two vectors of the same size.';
CREATE OPERATOR @ (LEFTARG = matrix, RIGHTARG = matrix, FUNCTION = product);
COMMENT ON OPERATOR @ (matrix, matrix) IS 'The matrix product.';
CREATE OPERATOR @ (LEFTARG = matrix, RIGHTARG = double precision[], FUNCTION = product);
COMMENT ON OPERATOR @ (matrix, double precision[]) IS 'The product with a vector.';
CREATE OPERATOR @ (LEFTARG = double precision[], RIGHTARG = matrix, FUNCTION = product);
COMMENT ON OPERATOR @ (double precision[], matrix) IS 'The product of a vector with a matrix.';
CREATE OPERATOR @ (LEFTARG = double precision[], RIGHTARG = double precision[], FUNCTION = product);
COMMENT ON OPERATOR @ (double precision[], double precision[]) IS 'The inner product.';
CREATE FUNCTION transpose(matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_transpose' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transpose(matrix) IS 'The transpose: rows become columns.';
CREATE FUNCTION inverse(a matrix) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_inverse' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION inverse(matrix) IS 'The inverse of a square matrix, by LU factorisation with partial pivoting. A singular matrix is an error (22023) that names the first pivot that is 0 up to the rounding of its terms; a nearly singular one has an answer, and quern.cond tells how many digits of it to believe. A NaN or an infinity is an error (22023).';
CREATE FUNCTION solve(a matrix, b matrix) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_solve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION solve(matrix, matrix) IS 'The X of A X = B for a square A of n x n and B of n x k, by LU factorisation with partial pivoting. A singular matrix is an error (22023) that names the first pivot that is 0 up to the rounding of its terms; a nearly singular one has an answer, and quern.cond tells how many digits of it to believe. A NaN or an infinity is an error (22023).';
CREATE FUNCTION solve(a matrix, b features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_solve_vector' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION solve(matrix, features) IS 'The x of A x = b for a square A of n x n and a vector of n numbers, by LU factorisation with partial pivoting. A singular matrix is an error (22023) that names the first pivot that is 0 up to the rounding of its terms; a nearly singular one has an answer, and quern.cond tells how many digits of it to believe. A NaN or an infinity is an error (22023).';
CREATE FUNCTION lstsq(a matrix, b matrix) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_lstsq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lstsq(matrix, matrix) IS 'Least squares, column by column of B: the shortest x among those with the least |A x - b|, for A of any shape and rank. By Householder QR where the rank is full with room to spare, else by singular values, of which those up to max(m, n) eps times the largest count as 0. A NaN or an infinity is an error (22023).';
CREATE FUNCTION lstsq(a matrix, b features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_lstsq_vector' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lstsq(matrix, features) IS 'Least squares: the shortest x among those with the least |A x - b|, for A of any shape and rank. By Householder QR where the rank is full with room to spare, else by singular values, of which those up to max(m, n) eps times the largest count as 0. A NaN or an infinity is an error (22023).';
CREATE FUNCTION determinant(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_determinant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION determinant(matrix) IS 'The determinant of a square matrix, the product of the pivots of its LU factorisation; 1 for 0 x 0. Out of range is an error (22003). A NaN or an infinity is an error (22023).';
CREATE FUNCTION trace(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_trace' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trace(matrix) IS 'The sum of the diagonal of a square matrix.';
CREATE FUNCTION pinv(a matrix) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_pinv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pinv(matrix) IS 'The pseudoinverse of Moore and Penrose, n x m, by singular values; those up to max(m, n) eps times the largest count as 0. A NaN or an infinity is an error (22023).';
CREATE FUNCTION pinv(a matrix, tolerance double precision) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_pinv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pinv(matrix, double precision) IS 'The pseudoinverse, where singular values up to the tolerance count as 0. A NaN or an infinity is an error (22023).';
CREATE FUNCTION matrix_power(a matrix, exponent integer) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_power' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix_power(matrix, integer) IS 'A square matrix times itself so often, by repeated squaring; the identity for 0, and of the inverse for an exponent below 0. quern.power is element by element.';
CREATE FUNCTION norm(a matrix, kind text DEFAULT 'fro') RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION norm(matrix, text) IS 'A norm of a matrix: fro (root of the sum of squares), 1 (largest sum of magnitudes in a column), inf (in a row), 2 (largest singular value), nuclear (sum of singular values), max (largest magnitude). Another kind is an error (22023).';
CREATE FUNCTION norm(x features, kind text DEFAULT '2') RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION norm(features, text) IS 'A norm of a vector, an array of numbers or a quern.svec: 2 (Euclidean length), 1 (sum of magnitudes), inf (largest magnitude).';
CREATE FUNCTION rank(a matrix) RETURNS integer
  AS 'MODULE_PATHNAME', 'matrix_rank' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rank(matrix) IS 'How many singular values are above max(m, n) eps times the largest. A NaN or an infinity is an error (22023).';
CREATE FUNCTION rank(a matrix, tolerance double precision) RETURNS integer
  AS 'MODULE_PATHNAME', 'matrix_rank' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rank(matrix, double precision) IS 'How many singular values are above the tolerance. A NaN or an infinity is an error (22023).';
CREATE FUNCTION cond(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_cond' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cond(matrix) IS 'The condition number: the ratio of the largest to the smallest singular value, infinity if that is 0. An answer of solve loses about log10 of it in digits. A NaN or an infinity is an error (22023).';
CREATE FUNCTION cholesky(a matrix) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_cholesky' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cholesky(matrix) IS 'The lower triangular L of A = L L'' of a symmetric positive definite matrix. One that is not symmetric to 1e-8 of its largest element is an error (22023), and so is one that is not positive definite, with the number of the pivot. A NaN or an infinity is an error (22023).';
CREATE FUNCTION qr(a matrix, OUT q matrix, OUT r matrix)
  AS 'MODULE_PATHNAME', 'matrix_qr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION qr(matrix) IS 'A = Q R of any m x n matrix by Householder reflections: Q of m x k with orthonormal columns and R of k x n upper triangular, k = min(m, n). Signs are those of LAPACK. A NaN or an infinity is an error (22023).';
CREATE FUNCTION lu(a matrix, OUT l matrix, OUT u matrix, OUT p matrix)
  AS 'MODULE_PATHNAME', 'matrix_lu' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lu(matrix) IS 'A = P L U of any m x n matrix by partial pivoting: L of m x k with ones on the diagonal, U of k x n, k = min(m, n), and a permutation P of m x m. A NaN or an infinity is an error (22023).';
CREATE FUNCTION svd(a matrix, options jsonb DEFAULT '{}', OUT u matrix, OUT s double precision[], OUT v matrix)
  AS 'MODULE_PATHNAME', 'matrix_svd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svd(matrix, jsonb) IS 'A = U diag(s) V'' of any m x n matrix: singular values in descending order, min(m, n) columns of U and V, whose signs make the largest element of each column of U positive. By divide and conquer (LAPACK dgesdd). Options: full (U and V square), k (the k largest only, by random projections: Halko, Martinsson and Tropp 2011), oversampling (10), power_iterations (4), seed (0). A NaN or an infinity is an error (22023).';
CREATE FUNCTION eigen(a matrix, kind text DEFAULT 'auto', OUT eigenvalues double precision[], OUT imaginary_parts double precision[], OUT eigenvectors matrix, OUT imaginary_vectors matrix)
  AS 'MODULE_PATHNAME', 'matrix_eigen' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eigen(matrix, text) IS 'Eigenvalues of a square matrix and eigenvectors of length 1 in columns. kind: auto (symmetric if each element equals its mirror image), symmetric (the lower triangle counts), general. Symmetric: in descending order, the imaginary columns are NULL; the element largest in magnitude of each eigenvector is positive. General: in descending order of magnitude, of a pair the positive imaginary part first; the element largest in magnitude of each eigenvector is real and positive. LAPACK dsyevd and dgeev. A NaN or an infinity is an error (22023).';
CREATE FUNCTION identity(n integer) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_identity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION identity(integer) IS 'The n x n matrix with ones on the diagonal.';
CREATE FUNCTION zeros(rows integer, cols integer) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_zeros' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION zeros(integer, integer) IS 'A matrix of zeros.';
CREATE FUNCTION ones(rows integer, cols integer) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_ones' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ones(integer, integer) IS 'A matrix of ones.';
CREATE FUNCTION random(rows integer, cols integer, seed bigint) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_random' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION random(integer, integer, bigint) IS 'A matrix of random numbers, uniform on [0, 1), the same on every machine: row by row the first 53 bits of the numbers of SplitMix64 (Steele, Lea and Flood 2014) started with the seed.';
CREATE FUNCTION diag(a matrix) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_diag' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION diag(matrix) IS 'The diagonal of a matrix of any shape.';
CREATE FUNCTION diag(x double precision[]) RETURNS matrix
  AS 'MODULE_PATHNAME', 'vector_diag' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION diag(double precision[]) IS 'The square matrix with these numbers on the diagonal and zeros elsewhere.';
CREATE FUNCTION kron(a matrix, b matrix) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_kron' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kron(matrix, matrix) IS 'The Kronecker product: B times each element of A, in its place.';
CREATE FUNCTION hstack(VARIADIC parts matrix[]) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_hstack' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hstack(VARIADIC matrix[]) IS 'Matrices side by side. They must have the same number of rows, else an error (22023).';
CREATE FUNCTION vstack(VARIADIC parts matrix[]) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_vstack' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vstack(VARIADIC matrix[]) IS 'Matrices one below the other. They must have the same number of columns, else an error (22023).';
CREATE FUNCTION reshape(a matrix, rows integer, cols integer) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_reshape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reshape(matrix, integer, integer) IS 'The same numbers, row by row, in another shape. Another number of elements is an error (22023).';
CREATE FUNCTION element(a matrix, i integer, j integer) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_element' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION element(matrix, integer, integer) IS 'The element in row i and column j; NULL outside of the matrix, as with arrays.';
CREATE FUNCTION "row"(a matrix, i integer) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_row' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION "row"(matrix, integer) IS 'Row i as an array. Outside of the matrix is an error (22023). Call it quern.row, or "row": without quotes ROW makes a record.';
CREATE FUNCTION col(a matrix, j integer) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_col' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION col(matrix, integer) IS 'Column j as an array. Outside of the matrix is an error (22023).';
CREATE FUNCTION slice(a matrix, first_row integer, last_row integer, first_column integer, last_column integer) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_slice' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION slice(matrix, integer, integer, integer, integer) IS 'Rows first_row to last_row and columns first_column to last_column, both ends included. last_row = first_row - 1 gives no rows; outside of the matrix is an error (22023).';
CREATE FUNCTION dims(a matrix) RETURNS integer[]
  AS 'MODULE_PATHNAME', 'matrix_dims' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dims(matrix) IS 'The number of rows and of columns.';
CREATE FUNCTION entries(a matrix) RETURNS TABLE (i integer, j integer, value double precision)
  AS 'MODULE_PATHNAME', 'matrix_entries' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION entries(matrix) IS 'Every element as a row, row by row, zeros included; i and j count from 1.';
CREATE FUNCTION rows(a matrix) RETURNS TABLE (i integer, "row" double precision[])
  AS 'MODULE_PATHNAME', 'matrix_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION rows(matrix) IS 'Every row of the matrix as a row; i counts from 1.';
CREATE FUNCTION show(a matrix, rows integer DEFAULT 20, cols integer DEFAULT 10, digits integer DEFAULT 6) RETURNS text
  AS 'MODULE_PATHNAME', 'matrix_show' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION show(matrix, integer, integer, integer) IS 'The matrix for people: its shape, then aligned columns. Of a large one the first and the last rows and columns, at most so many, with ... between them; so many significant digits.';
CREATE FUNCTION total(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total(matrix) IS 'The sum of all elements.';
CREATE FUNCTION mean(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_mean' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean(matrix) IS 'The mean of all elements; NULL if there are none.';
CREATE FUNCTION row_sums(a matrix) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_row_sums' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION row_sums(matrix) IS 'The sum of each row.';
CREATE FUNCTION col_sums(a matrix) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_col_sums' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION col_sums(matrix) IS 'The sum of each column.';
CREATE FUNCTION row_means(a matrix) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_row_means' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION row_means(matrix) IS 'The mean of each row; NaN without columns.';
CREATE FUNCTION col_means(a matrix) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'matrix_col_means' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION col_means(matrix) IS 'The mean of each column; NaN without rows.';
CREATE FUNCTION min(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_min' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION min(matrix) IS 'The smallest element; NULL if there are none. NaN is above all, as for float8.';
CREATE FUNCTION max(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_max' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION max(matrix) IS 'The largest element; NULL if there are none. NaN is above all, as for float8.';
CREATE FUNCTION argmin(a matrix, OUT i integer, OUT j integer)
  AS 'MODULE_PATHNAME', 'matrix_argmin' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION argmin(matrix) IS 'Row and column of the smallest element, the first row by row; NULL if there are none.';
CREATE FUNCTION argmax(a matrix, OUT i integer, OUT j integer)
  AS 'MODULE_PATHNAME', 'matrix_argmax' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION argmax(matrix) IS 'Row and column of the largest element, the first row by row; NULL if there are none.';
CREATE FUNCTION nnz(a matrix) RETURNS bigint
  AS 'MODULE_PATHNAME', 'matrix_nnz' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nnz(matrix) IS 'How many elements are not 0.';
CREATE FUNCTION density(a matrix) RETURNS double precision
  AS 'MODULE_PATHNAME', 'matrix_density' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION density(matrix) IS 'The share of elements that are not 0; NULL if there are none.';
CREATE FUNCTION apply(a matrix, function text) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_apply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION apply(matrix, text) IS 'A function of every element: abs, acos, asin, atan, cbrt, ceil, cos, cosh, erf, exp, expm1, floor, ln, log10, log1p, log2, negate, reciprocal, relu, round (halves to even), sigmoid, sign, sin, sinh, softplus, sqrt, square, tan, tanh, trunc. A result of finite numbers that is not finite is an error (22003), another name too (22023).';
CREATE FUNCTION power(a matrix, exponent double precision) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_element_power' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION power(matrix, double precision) IS 'Every element to that power; quern.matrix_power is that of matrices. A result of finite numbers that is not finite is an error (22003).';
CREATE FUNCTION add(a features, b features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(features, features) IS 'The sum of two vectors. Different sizes are an error (22023), results out of range too (22003).';
CREATE FUNCTION subtract(a features, b features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_subtract' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(features, features) IS 'The difference of two vectors. Different sizes are an error (22023), results out of range too (22003).';
CREATE FUNCTION multiply(a features, b features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_multiply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(features, features) IS 'The product of two vectors, element by element; quern.dot gives the inner product. Different sizes are an error (22023), results out of range too (22003).';
CREATE FUNCTION divide(a features, b features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_divide' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION divide(features, features) IS 'The quotient of two vectors, element by element. Division by zero is an error (22003). Different sizes are an error (22023), results out of range too (22003).';
CREATE FUNCTION scale(x features, factor double precision) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_scale' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale(features, double precision) IS 'Every element times the factor.';
CREATE FUNCTION "normalize"(x features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_normalize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION "normalize"(features) IS 'The vector divided by its Euclidean length; one of zeros stays as it is. A NaN or an infinity is an error (22023). Call it quern.normalize: without the schema NORMALIZE is that of Unicode.';
CREATE FUNCTION cosine_similarity(a features, b features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'vector_cosine_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cosine_similarity(features, features) IS 'The cosine of the angle between two vectors, sparse ones as they are; NULL where one has length 0. Different sizes are an error (22023), and so is a NaN or an infinity.';
CREATE FUNCTION euclidean_distance(a features, b features) RETURNS double precision
  AS 'MODULE_PATHNAME', 'vector_euclidean_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION euclidean_distance(features, features) IS 'The Euclidean length of the difference of two vectors, sparse ones as they are. Different sizes are an error (22023).';
CREATE FUNCTION argmin(x features) RETURNS integer
  AS 'MODULE_PATHNAME', 'vector_argmin' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION argmin(features) IS 'The index of the smallest number of a vector, from 1, the first of several; NULL if there are none. NaN is above all.';
CREATE FUNCTION argmax(x features) RETURNS integer
  AS 'MODULE_PATHNAME', 'vector_argmax' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION argmax(features) IS 'The index of the largest number of a vector, from 1, the first of several; NULL if there are none. NaN is above all.';
CREATE FUNCTION blas() RETURNS TABLE (backend text, in_use boolean, detail text)
  AS 'MODULE_PATHNAME', 'quern_blas' LANGUAGE C VOLATILE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION blas() IS 'The libraries that multiply and factor matrices: which one answers in this session, and why OpenBLAS does not. Setting quern.blas: auto, openblas, eigen or reference. Setting quern.blas_threads: threads of OpenBLAS, 1 by default and always in parallel workers.';
CREATE TYPE smatrix;
CREATE FUNCTION smatrix_in(cstring) RETURNS smatrix AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION smatrix_out(smatrix) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION smatrix_recv(internal) RETURNS smatrix AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION smatrix_send(smatrix) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE smatrix (INPUT = smatrix_in, OUTPUT = smatrix_out, RECEIVE = smatrix_recv, SEND = smatrix_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external, CATEGORY = 'M');
COMMENT ON TYPE smatrix IS 'A sparse matrix of float8 by compressed rows (CSR): 12 bytes an entry that is not 0, 4 bytes a row and 28 more, up to 1 GB. Written {row:{column:value,...},...}/rowsxcolumns with indices from 1, such as {1:{2:0.5,7:1},3:{1:2}}/3x8. What is not stored is 0 whatever it meets.';
COMMENT ON FUNCTION smatrix_in(cstring) IS 'Input of quern.smatrix: {row:{column:value,...},...}/rowsxcolumns, indices from 1 in any order. An entry that is there twice, or outside of the shape, is an error (22P02); entries of 0 are dropped.';
COMMENT ON FUNCTION smatrix_out(smatrix) IS 'Output of quern.smatrix: {row:{column:value,...},...}/rowsxcolumns; rows without entries are left out. quern.show gives a form for people.';
COMMENT ON FUNCTION smatrix_recv(internal) IS 'Binary input of quern.smatrix, in network byte order: int32 rows, columns and entries, an int32 for each row and one more, where its entries begin, an int32 column from 0 of each entry, a float8 of each.';
COMMENT ON FUNCTION smatrix_send(smatrix) IS 'Binary output of quern.smatrix, in network byte order: int32 rows, columns and entries, an int32 for each row and one more, where its entries begin, an int32 column from 0 of each entry, a float8 of each.';
CREATE FUNCTION smatrix(a matrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_from_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix(matrix) IS 'The elements that are not 0 of a dense matrix.';
CREATE CAST (matrix AS smatrix) WITH FUNCTION smatrix(matrix) AS ASSIGNMENT;
COMMENT ON CAST (matrix AS smatrix) IS 'The elements that are not 0.';
CREATE FUNCTION sparse(a matrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_from_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparse(matrix) IS 'The elements that are not 0 of a dense matrix; quern.dense is the way back.';
CREATE FUNCTION dense(a smatrix) RETURNS matrix AS 'MODULE_PATHNAME', 'smatrix_to_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dense(smatrix) IS 'All elements, zeros included, as a dense matrix. More than 1 GB is an error (54000).';
CREATE FUNCTION matrix(a smatrix) RETURNS matrix AS 'MODULE_PATHNAME', 'smatrix_to_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(smatrix) IS 'All elements, zeros included, as a dense matrix. More than 1 GB is an error (54000).';
CREATE CAST (smatrix AS matrix) WITH FUNCTION matrix(smatrix) AS ASSIGNMENT;
COMMENT ON CAST (smatrix AS matrix) IS 'All elements, zeros included.';
CREATE FUNCTION smatrix(double precision[]) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_from_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix(double precision[]) IS 'The elements that are not 0 of a two-dimensional array; a one-dimensional one is a column. A NULL in it is an error (22004).';
CREATE CAST (double precision[] AS smatrix) WITH FUNCTION smatrix(double precision[]) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS smatrix) IS 'The elements that are not 0; a one-dimensional array is a column.';
CREATE FUNCTION elements(a smatrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'smatrix_to_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION elements(smatrix) IS 'All elements, zeros included, as an array of two dimensions; of none if there are no elements.';
CREATE CAST (smatrix AS double precision[]) WITH FUNCTION elements(smatrix) AS ASSIGNMENT;
COMMENT ON CAST (smatrix AS double precision[]) IS 'All elements, zeros included, as an array of two dimensions.';
CREATE FUNCTION smatrix(x svec) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_from_svec' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix(svec) IS 'A sparse vector as a column, n x 1, as a one-dimensional array is one; transpose makes it a row.';
CREATE CAST (svec AS smatrix) WITH FUNCTION smatrix(svec) AS ASSIGNMENT;
COMMENT ON CAST (svec AS smatrix) IS 'A sparse vector as a column.';
CREATE FUNCTION svec(a smatrix) RETURNS svec AS 'MODULE_PATHNAME', 'smatrix_to_svec' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(smatrix) IS 'The sparse vector of a matrix that is one row or one column. Another shape is an error (22023).';
CREATE CAST (smatrix AS svec) WITH FUNCTION svec(smatrix);
COMMENT ON CAST (smatrix AS svec) IS 'The sparse vector of a matrix that is one row or one column.';
CREATE FUNCTION matrix(x svec) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_svec' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix(svec) IS 'A sparse vector as a dense column, n x 1. More than 1 GB is an error (54000).';
CREATE CAST (svec AS matrix) WITH FUNCTION matrix(svec) AS ASSIGNMENT;
COMMENT ON CAST (svec AS matrix) IS 'A sparse vector as a dense column.';
CREATE FUNCTION svec(a matrix) RETURNS svec AS 'MODULE_PATHNAME', 'svec_from_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svec(matrix) IS 'The numbers that are not 0 of a dense matrix that is one row or one column. Another shape is an error (22023).';
CREATE CAST (matrix AS svec) WITH FUNCTION svec(matrix);
COMMENT ON CAST (matrix AS svec) IS 'The sparse vector of a dense matrix that is one row or one column.';
CREATE FUNCTION smatrix(jsonb) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix(jsonb) IS 'A sparse matrix from {"rows": 3, "columns": 8, "i": [1, 3], "j": [2, 1], "value": [0.5, 2]}, i and j from 1 in any order; NaN and infinities are strings.';
CREATE CAST (jsonb AS smatrix) WITH FUNCTION smatrix(jsonb);
COMMENT ON CAST (jsonb AS smatrix) IS 'A sparse matrix from its JSON form.';
CREATE FUNCTION jsonb(smatrix) RETURNS jsonb AS 'MODULE_PATHNAME', 'smatrix_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb(smatrix) IS 'The JSON form {"rows": 3, "columns": 8, "i": [1, 3], "j": [2, 1], "value": [0.5, 2]}, i and j from 1.';
CREATE CAST (smatrix AS jsonb) WITH FUNCTION jsonb(smatrix);
COMMENT ON CAST (smatrix AS jsonb) IS 'The JSON form of a sparse matrix.';
CREATE FUNCTION smatrix(rows integer, columns integer, i integer[], j integer[], value double precision[]) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_make' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix(integer, integer, integer[], integer[], double precision[]) IS 'A sparse matrix from its shape and its entries in any order: rows i and columns j from 1, as many values. Errors: an entry twice or outside of the shape (22023); a NULL in an array (22004). quern.smatrix_agg takes entries from rows of a table and adds up duplicates.';
CREATE FUNCTION from_matrix_market(market text) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_from_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION from_matrix_market(text) IS 'A sparse matrix from a text in Matrix Market exchange format: coordinate or array; real, integer or pattern (1 everywhere); general, symmetric or skew-symmetric. Coordinates that are there twice add up. What is malformed, complex or hermitian is an error (22P02) that names the line. Boisvert, Pozo, Remington, NISTIR 5935, 1996.';
CREATE FUNCTION matrix_from_matrix_market(market text) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_from_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION matrix_from_matrix_market(text) IS 'A dense matrix from a text in Matrix Market exchange format, read as by quern.from_matrix_market.';
CREATE FUNCTION to_matrix_market(a smatrix) RETURNS text AS 'MODULE_PATHNAME', 'smatrix_to_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION to_matrix_market(smatrix) IS 'The text in Matrix Market exchange format, coordinate real general, with all digits.';
CREATE FUNCTION to_matrix_market(a matrix) RETURNS text AS 'MODULE_PATHNAME', 'matrix_to_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION to_matrix_market(matrix) IS 'The text in Matrix Market exchange format, array real general, with all digits.';
CREATE FUNCTION sidentity(n integer) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_identity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sidentity(integer) IS 'The sparse identity matrix, n x n.';
CREATE FUNCTION sdiag(x double precision[]) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_diagonal' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sdiag(double precision[]) IS 'The sparse square matrix with these numbers on its diagonal.';
CREATE FUNCTION sdiag(x svec) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_diagonal_svec' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sdiag(svec) IS 'The sparse square matrix with this vector on its diagonal.';
CREATE FUNCTION srandom(rows integer, columns integer, density double precision, seed bigint) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_random' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION srandom(integer, integer, double precision, bigint) IS 'A random sparse matrix: each element is drawn with probability density, from the normal distribution. The same for the same seed.';
CREATE FUNCTION add(smatrix, smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(smatrix, smatrix) IS 'The sum, element by element. Different shapes are an error (22023), results out of range too (22003).';
CREATE FUNCTION add(smatrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'smatrix_add_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(smatrix, matrix) IS 'The sum, element by element, dense. A side of 1 is repeated. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION add(matrix, smatrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_add_smatrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(matrix, smatrix) IS 'The sum, element by element, dense. A side of 1 is repeated. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION add(smatrix, double precision) RETURNS matrix AS 'MODULE_PATHNAME', 'smatrix_add_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(smatrix, double precision) IS 'The sum, element by element, zeros included: dense.';
CREATE FUNCTION add(double precision, smatrix) RETURNS matrix AS 'MODULE_PATHNAME', 'number_add_smatrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add(double precision, smatrix) IS 'The sum, element by element, zeros included: dense.';
CREATE OPERATOR + (LEFTARG = smatrix, RIGHTARG = smatrix, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (smatrix, smatrix) IS 'The sum, element by element.';
CREATE OPERATOR + (LEFTARG = smatrix, RIGHTARG = matrix, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (smatrix, matrix) IS 'The sum, element by element, dense.';
CREATE OPERATOR + (LEFTARG = matrix, RIGHTARG = smatrix, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (matrix, smatrix) IS 'The sum, element by element, dense.';
CREATE OPERATOR + (LEFTARG = smatrix, RIGHTARG = double precision, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (smatrix, double precision) IS 'The sum, element by element, dense.';
CREATE OPERATOR + (LEFTARG = double precision, RIGHTARG = smatrix, FUNCTION = add, COMMUTATOR = +);
COMMENT ON OPERATOR + (double precision, smatrix) IS 'The sum, element by element, dense.';
CREATE FUNCTION subtract(smatrix, smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_subtract' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(smatrix, smatrix) IS 'The difference, element by element. Different shapes are an error (22023), results out of range too (22003).';
CREATE FUNCTION subtract(smatrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'smatrix_subtract_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(smatrix, matrix) IS 'The difference, element by element, dense. A side of 1 is repeated. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION subtract(matrix, smatrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_subtract_smatrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(matrix, smatrix) IS 'The difference, element by element, dense. A side of 1 is repeated. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION subtract(smatrix, double precision) RETURNS matrix AS 'MODULE_PATHNAME', 'smatrix_subtract_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(smatrix, double precision) IS 'The difference, element by element, zeros included: dense.';
CREATE FUNCTION subtract(double precision, smatrix) RETURNS matrix AS 'MODULE_PATHNAME', 'number_subtract_smatrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subtract(double precision, smatrix) IS 'The difference, element by element, zeros included: dense.';
CREATE OPERATOR - (LEFTARG = smatrix, RIGHTARG = smatrix, FUNCTION = subtract);
COMMENT ON OPERATOR - (smatrix, smatrix) IS 'The difference, element by element.';
CREATE OPERATOR - (LEFTARG = smatrix, RIGHTARG = matrix, FUNCTION = subtract);
COMMENT ON OPERATOR - (smatrix, matrix) IS 'The difference, element by element, dense.';
CREATE OPERATOR - (LEFTARG = matrix, RIGHTARG = smatrix, FUNCTION = subtract);
COMMENT ON OPERATOR - (matrix, smatrix) IS 'The difference, element by element, dense.';
CREATE OPERATOR - (LEFTARG = smatrix, RIGHTARG = double precision, FUNCTION = subtract);
COMMENT ON OPERATOR - (smatrix, double precision) IS 'The difference, element by element, dense.';
CREATE OPERATOR - (LEFTARG = double precision, RIGHTARG = smatrix, FUNCTION = subtract);
COMMENT ON OPERATOR - (double precision, smatrix) IS 'The difference, element by element, dense.';
CREATE FUNCTION multiply(smatrix, smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_multiply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(smatrix, smatrix) IS 'The product, element by element; @ is the matrix product. A row (1 x n), a column (m x 1) or a number (1 x 1) goes with every row, column or element. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION multiply(smatrix, matrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_multiply_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(smatrix, matrix) IS 'The product, element by element; @ is the matrix product. What is not stored stays 0. A side of 1 of the dense one is repeated. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION multiply(matrix, smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'matrix_multiply_smatrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(matrix, smatrix) IS 'The product, element by element; @ is the matrix product. What is not stored stays 0. A side of 1 of the dense one is repeated. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION multiply(smatrix, double precision) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_multiply_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(smatrix, double precision) IS 'Every entry times the number.';
CREATE FUNCTION multiply(double precision, smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'number_multiply_smatrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION multiply(double precision, smatrix) IS 'Every entry times the number.';
CREATE OPERATOR * (LEFTARG = smatrix, RIGHTARG = smatrix, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (smatrix, smatrix) IS 'The product, element by element; @ is the matrix product.';
CREATE OPERATOR * (LEFTARG = smatrix, RIGHTARG = matrix, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (smatrix, matrix) IS 'The product, element by element; @ is the matrix product.';
CREATE OPERATOR * (LEFTARG = matrix, RIGHTARG = smatrix, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (matrix, smatrix) IS 'The product, element by element; @ is the matrix product.';
CREATE OPERATOR * (LEFTARG = smatrix, RIGHTARG = double precision, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (smatrix, double precision) IS 'Every entry times the number.';
CREATE OPERATOR * (LEFTARG = double precision, RIGHTARG = smatrix, FUNCTION = multiply, COMMUTATOR = *);
COMMENT ON OPERATOR * (double precision, smatrix) IS 'Every entry times the number.';
CREATE FUNCTION divide(smatrix, matrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_divide_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION divide(smatrix, matrix) IS 'The quotient, element by element. What is not stored stays 0, also over 0; an entry over 0 is an error (22003). A side of 1 of the dense one is repeated. Shapes that do not fit are an error (22023), results out of range too (22003).';
CREATE FUNCTION divide(smatrix, double precision) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_divide_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION divide(smatrix, double precision) IS 'Every entry over the number. Division by zero is an error (22003).';
CREATE OPERATOR / (LEFTARG = smatrix, RIGHTARG = matrix, FUNCTION = divide);
COMMENT ON OPERATOR / (smatrix, matrix) IS 'The quotient, element by element; what is not stored stays 0.';
CREATE OPERATOR / (LEFTARG = smatrix, RIGHTARG = double precision, FUNCTION = divide);
COMMENT ON OPERATOR / (smatrix, double precision) IS 'Every entry over the number.';
CREATE FUNCTION negate(smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_negate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION negate(smatrix) IS 'Every entry with the other sign.';
CREATE OPERATOR - (RIGHTARG = smatrix, FUNCTION = negate);
COMMENT ON OPERATOR - (NONE, smatrix) IS 'Every entry with the other sign.';
CREATE FUNCTION apply(a smatrix, function text) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_apply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION apply(smatrix, text) IS 'A function of every element, by name, that keeps 0: abs, asin, asinh, atan, atanh, cbrt, ceil, expm1, floor, log1p, relu (0 below 0), round (half to even), sign, sin, sinh, sqrt, square, tan, tanh, trunc. Another name is an error (22023), a result that is not finite too (22003).';
CREATE FUNCTION smatrix_eq(smatrix, smatrix) RETURNS boolean AS 'MODULE_PATHNAME', 'smatrix_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_eq(smatrix, smatrix) IS 'Are two sparse matrices of the same shape and elements? NaN equals NaN.';
CREATE FUNCTION smatrix_ne(smatrix, smatrix) RETURNS boolean AS 'MODULE_PATHNAME', 'smatrix_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_ne(smatrix, smatrix) IS 'Do two sparse matrices differ in shape or in an element?';
CREATE OPERATOR = (LEFTARG = smatrix, RIGHTARG = smatrix, FUNCTION = smatrix_eq, COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR = (smatrix, smatrix) IS 'Same shape and elements.';
CREATE OPERATOR <> (LEFTARG = smatrix, RIGHTARG = smatrix, FUNCTION = smatrix_ne, COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (smatrix, smatrix) IS 'Other shape or elements.';
CREATE FUNCTION smatrix_hash(smatrix) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_hash(smatrix) IS 'The hash of the shape and the elements, for GROUP BY, DISTINCT and joins.';
CREATE FUNCTION smatrix_hash_extended(smatrix, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_hash_extended(smatrix, bigint) IS 'The hash of 64 bits of the shape and the elements, by a seed.';
CREATE OPERATOR FAMILY smatrix_hash_ops USING hash;
COMMENT ON OPERATOR FAMILY smatrix_hash_ops USING hash IS 'Equality of sparse matrices by hash.';
CREATE OPERATOR CLASS smatrix_hash_ops DEFAULT FOR TYPE smatrix USING hash FAMILY smatrix_hash_ops AS
  OPERATOR 1 =, FUNCTION 1 smatrix_hash(smatrix), FUNCTION 2 smatrix_hash_extended(smatrix, bigint);
COMMENT ON OPERATOR CLASS smatrix_hash_ops USING hash IS 'Equality of sparse matrices by hash.';
CREATE FUNCTION product(smatrix, smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(smatrix, smatrix) IS 'The matrix product, m x k and k x n, sparse. The columns of the first must be as many as the rows of the second, else an error (22023). Gustavson, ACM Trans. Math. Softw. 4, 1978.';
CREATE FUNCTION product(smatrix, matrix) RETURNS matrix AS 'MODULE_PATHNAME', 'smatrix_matrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(smatrix, matrix) IS 'The matrix product of a sparse and a dense matrix, dense. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(matrix, smatrix) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_smatrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(matrix, smatrix) IS 'The matrix product of a dense and a sparse matrix, dense. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(smatrix, double precision[]) RETURNS double precision[] AS 'MODULE_PATHNAME', 'smatrix_vector_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(smatrix, double precision[]) IS 'The product A v, of one number for each row of A. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(double precision[], smatrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'vector_smatrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(double precision[], smatrix) IS 'The product v A, of one number for each column of A. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(smatrix, svec) RETURNS svec AS 'MODULE_PATHNAME', 'smatrix_svec_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(smatrix, svec) IS 'The product A x with a sparse vector, sparse. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(svec, smatrix) RETURNS svec AS 'MODULE_PATHNAME', 'svec_smatrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(svec, smatrix) IS 'The product x A with a sparse vector, sparse. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(matrix, svec) RETURNS double precision[] AS 'MODULE_PATHNAME', 'matrix_svec_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(matrix, svec) IS 'The product A x with a sparse vector. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(svec, matrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'svec_matrix_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(svec, matrix) IS 'The product x A with a sparse vector. The columns of the first must be as many as the rows of the second, else an error (22023).';
CREATE FUNCTION product(svec, svec) RETURNS double precision AS 'MODULE_PATHNAME', 'quern_dot' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION product(svec, svec) IS 'The inner product of two sparse vectors of the same size.';
CREATE OPERATOR @ (LEFTARG = smatrix, RIGHTARG = smatrix, FUNCTION = product);
COMMENT ON OPERATOR @ (smatrix, smatrix) IS 'The matrix product.';
CREATE OPERATOR @ (LEFTARG = smatrix, RIGHTARG = matrix, FUNCTION = product);
COMMENT ON OPERATOR @ (smatrix, matrix) IS 'The matrix product.';
CREATE OPERATOR @ (LEFTARG = matrix, RIGHTARG = smatrix, FUNCTION = product);
COMMENT ON OPERATOR @ (matrix, smatrix) IS 'The matrix product.';
CREATE OPERATOR @ (LEFTARG = smatrix, RIGHTARG = double precision[], FUNCTION = product);
COMMENT ON OPERATOR @ (smatrix, double precision[]) IS 'The product with a vector.';
CREATE OPERATOR @ (LEFTARG = double precision[], RIGHTARG = smatrix, FUNCTION = product);
COMMENT ON OPERATOR @ (double precision[], smatrix) IS 'The product of a vector with a matrix.';
CREATE OPERATOR @ (LEFTARG = smatrix, RIGHTARG = svec, FUNCTION = product);
COMMENT ON OPERATOR @ (smatrix, svec) IS 'The product with a vector.';
CREATE OPERATOR @ (LEFTARG = svec, RIGHTARG = smatrix, FUNCTION = product);
COMMENT ON OPERATOR @ (svec, smatrix) IS 'The product of a vector with a matrix.';
CREATE OPERATOR @ (LEFTARG = matrix, RIGHTARG = svec, FUNCTION = product);
COMMENT ON OPERATOR @ (matrix, svec) IS 'The product with a vector.';
CREATE OPERATOR @ (LEFTARG = svec, RIGHTARG = matrix, FUNCTION = product);
COMMENT ON OPERATOR @ (svec, matrix) IS 'The product of a vector with a matrix.';
CREATE OPERATOR @ (LEFTARG = svec, RIGHTARG = svec, FUNCTION = product);
COMMENT ON OPERATOR @ (svec, svec) IS 'The inner product.';
CREATE FUNCTION transpose(smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_transpose' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transpose(smatrix) IS 'The transpose: rows become columns.';
CREATE FUNCTION kron(a smatrix, b smatrix) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_kron' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kron(smatrix, smatrix) IS 'The Kronecker product: every entry of a times all of b.';
CREATE FUNCTION element(a smatrix, i integer, j integer) RETURNS double precision AS 'MODULE_PATHNAME', 'smatrix_element' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION element(smatrix, integer, integer) IS 'The element of row i and column j, 0 where nothing is stored. NULL outside of the matrix, as with arrays.';
CREATE FUNCTION "row"(a smatrix, i integer) RETURNS svec AS 'MODULE_PATHNAME', 'smatrix_row' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION "row"(smatrix, integer) IS 'Row i as a sparse vector. No such row is an error (22023).';
CREATE FUNCTION col(a smatrix, j integer) RETURNS svec AS 'MODULE_PATHNAME', 'smatrix_col' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION col(smatrix, integer) IS 'Column j as a sparse vector. No such column is an error (22023).';
CREATE FUNCTION slice(a smatrix, first_row integer, last_row integer, first_column integer, last_column integer) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_slice' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION slice(smatrix, integer, integer, integer, integer) IS 'The rows and columns from the first to the last, both included; a last one just before the first gives none. Beyond the matrix is an error (22023).';
CREATE FUNCTION hstack(VARIADIC a smatrix[]) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_hstack' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hstack(VARIADIC smatrix[]) IS 'Matrices side by side; their numbers of rows must agree, else an error (22023). A NULL among them gives NULL.';
CREATE FUNCTION vstack(VARIADIC a smatrix[]) RETURNS smatrix AS 'MODULE_PATHNAME', 'smatrix_vstack' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vstack(VARIADIC smatrix[]) IS 'Matrices one below the other; their numbers of columns must agree, else an error (22023). A NULL among them gives NULL.';
CREATE FUNCTION diag(a smatrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'smatrix_diag' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION diag(smatrix) IS 'The diagonal; quern.sdiag makes a matrix of one.';
CREATE FUNCTION entries(a smatrix) RETURNS TABLE (i integer, j integer, value double precision)
  AS 'MODULE_PATHNAME', 'smatrix_entries' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION entries(smatrix) IS 'The entries that are not 0 as rows, in the order of their rows and columns, which count from 1.';
CREATE FUNCTION rows(a smatrix) RETURNS TABLE (i integer, "row" svec)
  AS 'MODULE_PATHNAME', 'smatrix_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION rows(smatrix) IS 'Every row as a sparse vector, with its number from 1.';
CREATE FUNCTION dims(a smatrix) RETURNS integer[] AS 'MODULE_PATHNAME', 'smatrix_dims' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dims(smatrix) IS 'The numbers of rows and columns.';
CREATE FUNCTION nnz(a smatrix) RETURNS bigint AS 'MODULE_PATHNAME', 'smatrix_nnz' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nnz(smatrix) IS 'How many elements are not 0.';
CREATE FUNCTION density(a smatrix) RETURNS double precision AS 'MODULE_PATHNAME', 'smatrix_density' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION density(smatrix) IS 'The share of elements that are not 0; NULL if there are no elements.';
CREATE FUNCTION trace(a smatrix) RETURNS double precision AS 'MODULE_PATHNAME', 'smatrix_trace' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trace(smatrix) IS 'The sum of the diagonal of a square matrix. Another shape is an error (22023).';
CREATE FUNCTION norm(a smatrix) RETURNS double precision AS 'MODULE_PATHNAME', 'smatrix_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION norm(smatrix) IS 'The Frobenius norm: the square root of the sum of squares.';
CREATE FUNCTION norm(a smatrix, kind text) RETURNS double precision AS 'MODULE_PATHNAME', 'smatrix_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION norm(smatrix, text) IS 'A norm: fro (Frobenius), 1 (largest sum of absolute values in a column), inf (in a row), max (largest absolute value). 2 and nuclear need singular values: take them of dense(a).';
CREATE FUNCTION row_sums(a smatrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'smatrix_row_sums' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION row_sums(smatrix) IS 'The sum of each row.';
CREATE FUNCTION col_sums(a smatrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'smatrix_col_sums' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION col_sums(smatrix) IS 'The sum of each column.';
CREATE FUNCTION row_means(a smatrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'smatrix_row_means' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION row_means(smatrix) IS 'The mean of each row, zeros included; NaN if there are no columns.';
CREATE FUNCTION col_means(a smatrix) RETURNS double precision[] AS 'MODULE_PATHNAME', 'smatrix_col_means' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION col_means(smatrix) IS 'The mean of each column, zeros included; NaN if there are no rows.';
CREATE FUNCTION min(a smatrix) RETURNS double precision AS 'MODULE_PATHNAME', 'smatrix_min' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION min(smatrix) IS 'The least element, zeros included; NaN is above all numbers. NULL if there are no elements.';
CREATE FUNCTION max(a smatrix) RETURNS double precision AS 'MODULE_PATHNAME', 'smatrix_max' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION max(smatrix) IS 'The greatest element, zeros included; NaN is above all numbers. NULL if there are no elements.';
CREATE FUNCTION show(a smatrix) RETURNS text AS 'MODULE_PATHNAME', 'smatrix_show' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION show(smatrix) IS 'A text for people: the shape, the number of entries and the first 20 of them, one a line, with six digits.';
CREATE FUNCTION show(a smatrix, most integer) RETURNS text AS 'MODULE_PATHNAME', 'smatrix_show' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION show(smatrix, integer) IS 'A text for people: the shape, the number of entries and the first of them, as many as are asked for, one a line, with six digits.';
CREATE FUNCTION blocks(a matrix, rows integer, columns integer) RETURNS TABLE(i bigint, j bigint, block matrix)
  AS 'MODULE_PATHNAME', 'matrix_blocks' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION blocks(matrix, integer, integer) IS
  'The matrix cut into blocks of rows x columns, the last ones smaller, with their numbers from 1. quern.from_blocks puts them together. Sizes below 1 are an error (22023).';
CREATE FUNCTION blocks(query text, rows integer, columns integer) RETURNS TABLE(i bigint, j bigint, block matrix)
  AS 'MODULE_PATHNAME', 'query_blocks' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000 COST 1000000;
COMMENT ON FUNCTION blocks(text, integer, integer) IS
  'What a query gives, cut into blocks of rows x columns, with their numbers from 1. The query is a SELECT that only reads, run as the caller, of rows (i, float8[]), whose numbers go from 1 without a gap, or of entries (i, j, value), which add up and are 0 where none is. Blocks of zeros are there too. Rows with a NULL are left out. In memory is one band of blocks of rows, one block of entries; the server sorts.';
CREATE FUNCTION transform(model model, x features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_transform' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transform(model, features) IS
  'The components of a row by a pca model: W (x - mean) / scale, k numbers, divided by their deviations if the model whitens. NULL if a feature is NULL. Another model, or a row of another width, is an error (22023).';
CREATE FUNCTION transform(model model, "row" record) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_transform_row' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transform(model, record) IS
  'The components of a row by a pca model, its features taken from the columns of the row by name. NULL if a feature is NULL.';
CREATE FUNCTION inverse_transform(model model, z features) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_inverse_transform' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION inverse_transform(model, features) IS
  'The row that has these components by a pca model: mean + scale W'' z, p numbers. What the components that were left out held is lost. Another model, or another number of components, is an error (22023).';
CREATE FUNCTION components(model model)
  RETURNS TABLE(component bigint, explained_variance double precision, explained_variance_ratio double precision,
                cumulative_ratio double precision, singular_value double precision, loadings double precision[])
  AS 'MODULE_PATHNAME', 'quern_components' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION components(model) IS
  'The components of a pca model, the one with the largest variance first: variance, its share, the share of all so far, the singular value of the centred rows, loadings. Another model is an error (22023).';
CREATE FUNCTION loadings(model model) RETURNS TABLE(component bigint, term text, loading double precision)
  AS 'MODULE_PATHNAME', 'quern_loadings' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 500;
COMMENT ON FUNCTION loadings(model) IS
  'The loadings of a pca model, one a row: component, feature, loading. Another model is an error (22023).';
CREATE FUNCTION chain(VARIADIC factors "any") RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_chain' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION chain(VARIADIC "any") IS 'The product of matrices in the order that costs least, by dynamic programming over all of them; with compressed rows by their entries. Each factor is a matrix, smatrix, svec, number or array of numbers, of which one dimension is a column; VARIADIC array also. The columns of each must be as many as the rows of the next, else an error (22023). Nothing is copied. Source: Cormen et al., Introduction to Algorithms, 15.2.';
CREATE FUNCTION eval(expression text) RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_eval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eval(text) IS 'The value of an expression that names no value.';
CREATE FUNCTION eval(expression text, VARIADIC bindings "any") RETURNS matrix AS 'MODULE_PATHNAME', 'matrix_eval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eval(text, VARIADIC "any") IS 'The value of an expression such as t(X) %*% (X %*% v) + lambda * v, given names and values in turn: ''X'', x, ''v'', v. Values are matrix, smatrix, svec, numbers (1 x 1) or arrays of numbers, of which one dimension is a column; a NULL gives NULL. Products are %*% or @, the rest is element by element; what there is: documentation, Expressions of matrices. Common parts are computed once, products in the best order, transposes are flags, element-wise operations one loop. Errors: 42601 with the place, 42703 an unknown name, 42883 an unknown function, 22023 shapes, 22003 a number out of range.';
CREATE FUNCTION eval_number(expression text) RETURNS double precision AS 'MODULE_PATHNAME', 'matrix_eval_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eval_number(text) IS 'The value of an expression that is one number and names no value.';
CREATE FUNCTION eval_number(expression text, VARIADIC bindings "any") RETURNS double precision AS 'MODULE_PATHNAME', 'matrix_eval_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eval_number(text, VARIADIC "any") IS 'As eval, where the value is one number. Another shape is an error (22023).';
CREATE FUNCTION eval_vector(expression text) RETURNS double precision[] AS 'MODULE_PATHNAME', 'matrix_eval_vector' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eval_vector(text) IS 'The value of an expression that is one row or column and names no value, as an array of one dimension.';
CREATE FUNCTION eval_vector(expression text, VARIADIC bindings "any") RETURNS double precision[] AS 'MODULE_PATHNAME', 'matrix_eval_vector' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eval_vector(text, VARIADIC "any") IS 'As eval, where the value is one row or one column, as an array of one dimension. Another shape is an error (22023).';
CREATE FUNCTION explain_eval(expression text) RETURNS TABLE (step integer, operation text, shape text, flops double precision, bytes double precision, note text)
  AS 'MODULE_PATHNAME', 'matrix_explain_eval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION explain_eval(text) IS 'The plan of an expression that names no value.';
CREATE FUNCTION explain_eval(expression text, VARIADIC bindings "any") RETURNS TABLE (step integer, operation text, shape text, flops double precision, bytes double precision, note text)
  AS 'MODULE_PATHNAME', 'matrix_explain_eval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION explain_eval(text, VARIADIC "any") IS 'The plan by which eval would compute an expression, which is not computed: a row for each step, with what it does (s1 is the value of step 1), the shape of its value, its floating-point operations, the bytes that it reads and writes once each, and what was saved: transposes that are flags, halves of symmetric products, operations in one loop, memory that is taken over, values used several times.';
CREATE TYPE graph;
CREATE FUNCTION graph_in(cstring) RETURNS graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION graph_out(graph) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION graph_recv(internal) RETURNS graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION graph_send(graph) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE graph (INPUT = graph_in, OUTPUT = graph_out, RECEIVE = graph_recv, SEND = graph_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external, CATEGORY = 'G', PREFERRED = true);
COMMENT ON TYPE graph IS 'A graph whose vertices have bigint ids: lists of neighbours (CSR), 4 bytes an entry, 12 with weights, and 16 a vertex, up to 1 GB; an undirected edge has two entries. Or the name of a named graph. Made by quern.graph(src, dst).';
COMMENT ON FUNCTION graph_in(cstring) IS 'Input of quern.graph: {"directed": true, "edges": [[1, 2], [1, 3, 0.5]], "isolated": [7]}, an edge being source, target and weight; any other text is the name of a named graph.';
COMMENT ON FUNCTION graph_out(graph) IS 'Output of quern.graph: JSON, or the name of a named graph.';
COMMENT ON FUNCTION graph_recv(internal) IS 'Binary input of quern.graph, as quern.graph_send writes it. Lists that are not sorted, or name vertices that there are not, are refused (22P03).';
COMMENT ON FUNCTION graph_send(graph) IS 'Binary output of quern.graph, in network byte order: int32 flags (1 directed, 2 weighted, 4 ids are texts, 16 a name, which follows), int64 vertices, int64 entries, of each vertex its id and int64 number of neighbours, of each entry its int32 vertex from 0, then their float8 weights.';
CREATE TYPE text_graph;
CREATE FUNCTION text_graph_in(cstring) RETURNS text_graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION text_graph_out(text_graph) RETURNS cstring AS 'MODULE_PATHNAME', 'graph_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION text_graph_recv(internal) RETURNS text_graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION text_graph_send(text_graph) RETURNS bytea AS 'MODULE_PATHNAME', 'graph_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE text_graph (INPUT = text_graph_in, OUTPUT = text_graph_out, RECEIVE = text_graph_recv, SEND = text_graph_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external, CATEGORY = 'G');
COMMENT ON TYPE text_graph IS 'A graph whose vertices have text ids, in the order of their bytes: as quern.graph, and the bytes of the texts.';
COMMENT ON FUNCTION text_graph_in(cstring) IS 'Input of quern.text_graph: {"directed": true, "edges": [["a", "b"], ["a", "c", 0.5]], "isolated": ["d"]}; any other text is the name of a named graph.';
COMMENT ON FUNCTION text_graph_out(text_graph) IS 'Output of quern.text_graph: JSON, or the name of a named graph.';
COMMENT ON FUNCTION text_graph_recv(internal) IS 'Binary input of quern.text_graph, as quern.graph_send writes it; an id is an int32 number of bytes and the text.';
COMMENT ON FUNCTION text_graph_send(text_graph) IS 'Binary output of quern.text_graph, as that of quern.graph; an id is an int32 number of bytes and the text.';
CREATE FUNCTION graph(text) RETURNS graph AS 'MODULE_PATHNAME', 'graph_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph(text) IS 'The named graph of that name: a value of some bytes, looked up when a function reads it. A text that begins with { is a graph written as JSON.';
CREATE CAST (text AS graph) WITH FUNCTION graph(text) AS IMPLICIT;
COMMENT ON CAST (text AS graph) IS 'The named graph of that name, or a graph written as JSON.';
CREATE FUNCTION text_graph(text) RETURNS text_graph AS 'MODULE_PATHNAME', 'text_graph_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION text_graph(text) IS 'The named graph of that name, whose ids are texts: a value of some bytes, looked up when a function reads it. A text that begins with { is a graph written as JSON.';
CREATE CAST (text AS text_graph) WITH FUNCTION text_graph(text) AS ASSIGNMENT;
COMMENT ON CAST (text AS text_graph) IS 'The named graph of that name, whose ids are texts, or a graph written as JSON.';
CREATE FUNCTION graph(adjacency smatrix, directed boolean DEFAULT true) RETURNS graph AS 'MODULE_PATHNAME', 'graph_from_adjacency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph(smatrix, boolean) IS 'The graph of an adjacency matrix: vertices 1 to n, and an edge for each element that is not 0, of that weight; without weights if all are 1. A matrix that is not square, or not symmetric if the graph is undirected, is an error (22023).';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint) RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, options jsonb) RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, options text) RETURNS internal AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, text) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, weight double precision) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, double precision) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src bigint, dst bigint, weight double precision, options jsonb) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, bigint, bigint, double precision, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text) RETURNS internal AS 'MODULE_PATHNAME', 'text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, options jsonb) RETURNS internal AS 'MODULE_PATHNAME', 'text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, options text) RETURNS internal AS 'MODULE_PATHNAME', 'text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, text) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, weight double precision) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, double precision) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_accumulate(internal, src text, dst text, weight double precision, options jsonb) RETURNS internal AS 'MODULE_PATHNAME', 'weighted_text_graph_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_accumulate(internal, text, text, double precision, jsonb) IS 'Transition function of quern.graph: one more row.';
CREATE FUNCTION graph_final(internal) RETURNS graph AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_final(internal) IS 'Final function of quern.graph, which uses the rows up.';
CREATE FUNCTION text_graph_final(internal) RETURNS text_graph AS 'MODULE_PATHNAME', 'graph_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION text_graph_final(internal) IS 'Final function of quern.graph over texts, which uses the rows up.';
CREATE AGGREGATE graph(src bigint, dst bigint) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint) IS 'A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, jsonb) IS 'A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, options text) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, text) IS 'A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, weight double precision) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, double precision) IS 'A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src bigint, dst bigint, weight double precision, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(bigint, bigint, double precision, jsonb) IS 'A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, jsonb) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, options text) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, text) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both are left out; no rows give NULL. 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, weight double precision) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, double precision) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE AGGREGATE graph(src text, dst text, weight double precision, options jsonb) (
  SFUNC = graph_accumulate, STYPE = internal, SSPACE = 1048576, FINALFUNC = text_graph_final, FINALFUNC_MODIFY = READ_WRITE,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE graph(text, text, double precision, jsonb) IS 'As for bigint ids, with texts: A graph of its edges, one a row, from src to dst, of a weight. Options: directed (true), multi (what becomes of parallel edges: keep, sum, min, max), loops (true: kept). With src or dst NULL the other is a vertex, with or without edges; rows without both, and edges with a NULL weight, are left out; no rows give NULL. A weight that is NaN or infinite is an error (22023). 24 bytes an edge while rows are gathered and sorted, 1 GB for the value (54000): beyond that, quern.graph_of or quern.graph_create.';
CREATE FUNCTION rmat_graph(scale integer, edge_factor integer DEFAULT 16, seed bigint DEFAULT 0) RETURNS TABLE(src bigint, dst bigint)
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000000;
COMMENT ON FUNCTION rmat_graph(integer, integer, bigint) IS 'Edges of a recursive matrix graph of 2^scale ids and edge_factor times as many edges, with the chances of Graph500 (0.57, 0.19, 0.19, 0.05); loops and parallel edges are among them. The same for the same seed. Chakrabarti, Zhan, Faloutsos, SDM 2004.';
CREATE FUNCTION uniform_graph(vertices bigint, edges bigint, seed bigint DEFAULT 0) RETURNS TABLE(src bigint, dst bigint)
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000000;
COMMENT ON FUNCTION uniform_graph(bigint, bigint, bigint) IS 'So many edges, each between two of the vertices 0 to vertices - 1 drawn alike; loops and parallel edges are among them. The same for the same seed. Erdos, Renyi, Publ. Math. Debrecen 6, 1959, with repetition.';
CREATE FUNCTION graph_of(query text, options jsonb DEFAULT '{}') RETURNS graph
  AS 'MODULE_PATHNAME', 'quern_graph_of' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION graph_of(text, jsonb) IS 'The graph of the edges that a query gives: its columns are, by their places, source and target (smallint, integer or bigint) and, if there is a third, weight. Faster than the aggregate quern.graph, most of all for plain columns of one table. NULLs and weights as in quern.graph. Runs with the rights and the snapshot of the caller; writes nothing. Options: directed (true), multi (keep, sum, min, max), loops (true), transpose (false): keep the lists of incoming edges too, which pagerank and others need of a directed graph. Errors: 22023 for another query, 54000 for a value of more than 1 GB.';
CREATE FUNCTION text_graph_of(query text, options jsonb DEFAULT '{}') RETURNS text_graph
  AS 'MODULE_PATHNAME', 'quern_text_graph_of' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION text_graph_of(text, jsonb) IS 'As quern.graph_of for ids that are texts, or of any type by its text form.';
CREATE TABLE graph_definitions (
  name text COLLATE "C" PRIMARY KEY,
  owner regrole NOT NULL,
  query text NOT NULL,
  options text NOT NULL,
  search_path text NOT NULL,
  readers regrole[] NOT NULL,
  revision uuid NOT NULL,
  built_at timestamp with time zone NOT NULL,
  vertices bigint NOT NULL,
  edges bigint NOT NULL,
  bytes bigint NOT NULL
);
COMMENT ON TABLE graph_definitions IS 'What named graphs are made of: for quern.graph_create and its like, which read and write it for everybody; nobody else need have rights on it, but for the owner of the database, who dumps and restores it. Look at the view quern.graphs instead.';
COMMENT ON TYPE graph_definitions IS 'A row of quern.graph_definitions.';
GRANT SELECT, INSERT ON graph_definitions TO pg_database_owner;  -- pg_dump and its restoration
SELECT pg_catalog.pg_extension_config_dump('graph_definitions', '');
CREATE FUNCTION graph_create(name text, query text, options jsonb DEFAULT '{}') RETURNS bigint
  AS 'MODULE_PATHNAME', 'quern_graph_create' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_create(text, text, jsonb) IS 'Makes the graph of a query''s edges (columns: source, target and, if edges have one, weight) and keeps it under a name, in memory that all sessions share; returns its number of edges. Every function that takes a graph takes the name: quern.pagerank(''roads''). Options: directed (true), multi (keep, sum, min, max), loops (true), text_ids (false): vertices are named by text and the name stands for a quern.text_graph, transpose (false): keep the lists of incoming edges too. There for others once the transaction commits; the caller owns it. After a restart of the server, or where quern.graph_memory was needed for others, it is made again by who asks for it next. Errors: 42710 if there is a graph of that name, 54000 if it takes more than quern.graph_memory, 22023, and those of the query.';
CREATE FUNCTION graph_refresh(name text) RETURNS bigint
  AS 'MODULE_PATHNAME', 'quern_graph_refresh' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_refresh(text) IS 'Makes a named graph anew from the rows that its query gives now, with the rights of the caller, who must be its owner (a member can SET ROLE to it); returns its number of edges. Others see the old graph until the transaction commits, and then the new one. Errors: 42704 if there is no such graph, 42501.';
CREATE FUNCTION graph_drop(name text) RETURNS void
  AS 'MODULE_PATHNAME', 'quern_graph_drop' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_drop(text) IS 'Removes a named graph; its memory is returned when the transaction has committed and no session reads it any more. The caller must be its owner or a member of the owner. Errors: 42704 if there is no such graph, 42501.';
CREATE FUNCTION graph_grant(name text, role text) RETURNS void
  AS 'MODULE_PATHNAME', 'quern_graph_grant' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_grant(text, text) IS 'Lets a role, or everybody if it is ''public'', see and read a named graph: the edges that its owner gathered, whatever rights the role has on the tables. The caller must be its owner or a member of the owner. Errors: 42704 if there is no such graph or role, 42501.';
CREATE FUNCTION graph_revoke(name text, role text) RETURNS void
  AS 'MODULE_PATHNAME', 'quern_graph_revoke' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION graph_revoke(text, text) IS 'Takes back what quern.graph_grant gave. Errors: 42704 if there is no such graph or role, 42501.';
CREATE FUNCTION graph_list()
  RETURNS TABLE (name text, owner text, query text, options text, readers text, vertices bigint, edges bigint, bytes bigint,
                 built_at timestamp with time zone, in_memory boolean, changed_rows bigint, stale boolean)
  AS 'MODULE_PATHNAME', 'quern_graph_list' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION graph_list() IS 'The rows of the view quern.graphs.';
CREATE VIEW graphs AS
  SELECT name, owner, query, options::jsonb AS options, readers, vertices, edges, bytes, built_at, in_memory, changed_rows, stale
  FROM graph_list();
COMMENT ON VIEW graphs IS 'The named graphs of this database that the current user may read: name, owner, query, options, roles that it was granted to, vertices, edges, bytes, when it was made, whether it is in memory, and how many rows have since been inserted, updated or deleted in the tables it came from (from the statistics of the server: rolled back rows count too, and those of other sessions come with some seconds'' delay; NULL where that is not known), and whether quern.graph_refresh would find other rows.';
COMMENT ON TYPE graphs IS 'A row of the view quern.graphs.';
GRANT SELECT ON graphs TO PUBLIC;
CREATE FUNCTION pregel(graph graph, initial text, message text, combine text, apply text, options jsonb DEFAULT '{}')
  RETURNS TABLE(vertex bigint, value double precision)
  AS 'MODULE_PATHNAME', 'graph_pregel' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 10000;
COMMENT ON FUNCTION pregel(graph, text, text, text, text, jsonb) IS 'A vertex program (Pregel): every vertex has a value, at first initial. In each superstep, vertices that have not voted to halt send message along their edges out (NULL sends nothing); what reaches a vertex is combined (sum, min, max, count, first: that of the smallest sender, or an expression of a and b, which has to be associative), and apply gives the new value of a vertex from its value and the combined message (NULL, or 0 of count, without one). A message wakes a vertex that has halted. Ends when all have voted, or after max_supersteps (a warning then, unless halt is never). Expressions are those of SQL, of value, id, superstep, out_degree, num_vertices (all double precision; id is text in a text_graph), weight and dst.id in message, message in apply and halt, previous in halt; src.value, src.id, src.out_degree are value, id, out_degree of the sender. Options: max_supersteps (100), halt (unchanged: a vertex votes when its value stays; never; or a condition). 30 bytes a vertex, and the lists in of a directed graph. Expressions of numbers run over blocks of vertices; what else PostgreSQL knows, but subqueries, aggregates and functions of sets, by its executor. Malewicz et al., SIGMOD 2010.';
CREATE FUNCTION pregel_trace(graph graph, initial text, message text, combine text, apply text, options jsonb DEFAULT '{}')
  RETURNS TABLE(superstep bigint, computed bigint, active bigint, messages bigint, seconds double precision)
  AS 'MODULE_PATHNAME', 'graph_pregel_trace' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 20;
COMMENT ON FUNCTION pregel_trace(graph, text, text, text, text, jsonb) IS 'The supersteps of quern.pregel with the same arguments: vertices that got a value (computed), those that did not vote to halt (active), messages sent, seconds.';
CREATE FUNCTION pregel(graph text_graph, initial text, message text, combine text, apply text, options jsonb DEFAULT '{}')
  RETURNS TABLE(vertex text, value double precision)
  AS 'MODULE_PATHNAME', 'graph_pregel' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 10000;
COMMENT ON FUNCTION pregel(text_graph, text, text, text, text, jsonb) IS 'A vertex program (Pregel): every vertex has a value, at first initial. In each superstep, vertices that have not voted to halt send message along their edges out (NULL sends nothing); what reaches a vertex is combined (sum, min, max, count, first: that of the smallest sender, or an expression of a and b, which has to be associative), and apply gives the new value of a vertex from its value and the combined message (NULL, or 0 of count, without one). A message wakes a vertex that has halted. Ends when all have voted, or after max_supersteps (a warning then, unless halt is never). Expressions are those of SQL, of value, id, superstep, out_degree, num_vertices (all double precision; id is text in a text_graph), weight and dst.id in message, message in apply and halt, previous in halt; src.value, src.id, src.out_degree are value, id, out_degree of the sender. Options: max_supersteps (100), halt (unchanged: a vertex votes when its value stays; never; or a condition). 30 bytes a vertex, and the lists in of a directed graph. Expressions of numbers run over blocks of vertices; what else PostgreSQL knows, but subqueries, aggregates and functions of sets, by its executor. Malewicz et al., SIGMOD 2010.';
CREATE FUNCTION pregel_trace(graph text_graph, initial text, message text, combine text, apply text, options jsonb DEFAULT '{}')
  RETURNS TABLE(superstep bigint, computed bigint, active bigint, messages bigint, seconds double precision)
  AS 'MODULE_PATHNAME', 'graph_pregel_trace' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 20;
COMMENT ON FUNCTION pregel_trace(text_graph, text, text, text, text, jsonb) IS 'The supersteps of quern.pregel with the same arguments: vertices that got a value (computed), those that did not vote to halt (active), messages sent, seconds.';
CREATE FUNCTION graph_algorithms() RETURNS TABLE (algorithm text, method text, lists text, bytes_per_vertex float8, bytes_per_entry float8)
  AS 'MODULE_PATHNAME', 'quern_graph_algorithms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 30;
COMMENT ON FUNCTION graph_algorithms() IS 'How functions of graphs work, and the bytes that they take at most beside the graph and the lists that they read: for each vertex, and each entry of the lists. lists: out, of outgoing edges, which the graph has; in, of incoming ones, which a directed graph has with the option transpose; simple, of neighbours without directions, loops and parallel edges; both, of edges without directions. What the graph lacks is made for the call.';
CREATE FUNCTION explain_graph(graph graph, algorithm text) RETURNS TABLE (item text, value text)
  AS 'MODULE_PATHNAME', 'quern_explain_graph' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 9;
COMMENT ON FUNCTION explain_graph(graph, text) IS 'How a function of this name, such as pagerank, would run on the graph with its usual arguments, and why, without running it: where the graph lies and what it takes, the method, the lists that are made for the call, the bytes that it takes beside the graph, parallel workers. They are called for named graphs, where half of the expected work takes longer than to call them (parallel_setup_cost scales that; 0 calls them always). Errors: 22023 for a name that no algorithm has.';
CREATE FUNCTION explain_graph(graph text_graph, algorithm text) RETURNS TABLE (item text, value text)
  AS 'MODULE_PATHNAME', 'quern_explain_graph' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 9;
COMMENT ON FUNCTION explain_graph(text_graph, text) IS 'As quern.explain_graph for ids that are numbers.';
CREATE FUNCTION train(algorithm text, query text, options jsonb DEFAULT '{}') RETURNS model
  AS 'MODULE_PATHNAME', 'quern_train' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION train(text, text, jsonb) IS 'Trains a model over the rows of a query, in as many passes as it takes, with parallel workers.
Minimises the weighted mean of the loss + l1 |w|_1 + l2/2 |w|^2; the intercept is free.
algorithm: linear_regression, logistic_regression, multinomial_regression, linear_svm, svm_regression, poisson_regression, gamma_regression, huber_regression, quantile_regression, ordinal_regression, negative_binomial_regression, cox_regression, mlp, factorization_machine; of ids: matrix_factorization; without y: kmeans, gaussian_mixture, portfolio; of sequences: crf, kalman_smoothing. Those that have another objective name it in their documentation.
query: one SELECT, run as the caller in the snapshot of the statement. The first column, or the one that option target names, is y: a number, for classifiers a boolean, a number or text. Another may be the weight of rows (option weight). All others are features: numbers, booleans, arrays of numbers, svecs. A row with a NULL is left out and counted; NaN and infinities are errors.
options: target, weight, feature_names, precision (float8, float4), store (memory, none), fit_intercept, l1, l2 (or alpha, l1_ratio), a path of penalties (alphas, or n_alphas with alpha_min_ratio; see quern.path), confidence, solver (auto, newton, lbfgs, cg, coordinate_descent, sgd), max_iter, tol, max_seconds, standardize, seed; for sgd: parallel (average, bsp, hogwild, aig, lock), order (block_row_shuffle, shuffle_once, none, mrs), optimizer (sgd, momentum, nesterov, adagrad, adam), schedule (inverse_scaling, constant, exponential), step_size, decay, momentum, batch_size, averaging, backup_workers, validation_fraction, patience; and those of the algorithm. An unknown option is an error that lists the known ones.
The same rows in the same order, options and seed give the same bits with any number of workers, but for parallel hogwild, aig and lock. No rows give NULL and a warning. Rows take shared memory up to quern.train_memory, then temporary files. See quern.progress, quern.training_log.';
CREATE FUNCTION update(model model, query text, options jsonb DEFAULT '{}') RETURNS model
  AS 'MODULE_PATHNAME', 'quern_update' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION update(model, text, jsonb) IS 'Continues the training of a model over the rows of another query, from its parameters. Features are the columns that have the names of the model''s, in any order, whatever else the query gives; of a model without names all columns in their order. Options are those of the model but for those given. A class that the model does not know is an error. No rows give NULL and a warning.';
CREATE FUNCTION training_log(model model)
  RETURNS TABLE (setting integer, epoch bigint, seconds double precision, loss double precision,
                 validation_loss double precision, step_size double precision, rows bigint)
  AS 'MODULE_PATHNAME', 'quern_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION training_log(model) IS 'How the training of a model went, one row for each epoch or iteration: setting (1), seconds since the training began, the objective, the loss over rows held out (NULL without), step size (NULL where the solver has none), rows seen. Of more than 1000 rows some, evenly spaced, and the last. No rows for a model that was not trained by quern.train.';
CREATE FUNCTION explain_train(algorithm text, query text, options jsonb DEFAULT '{}')
  RETURNS TABLE (item text, value text, reason text)
  AS 'MODULE_PATHNAME', 'quern_explain_train' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 12;
COMMENT ON FUNCTION explain_train(text, text, jsonb) IS 'What quern.train would do with these arguments, and why, without running the query: expected rows and bytes, dense or sparse, precision, how rows are gathered and where they are kept, solver, order, strategy, shards, parallel workers, device. Figures are those of the planner: run ANALYZE.';
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
CREATE FUNCTION search(algorithm text, query text, grid jsonb, options jsonb DEFAULT '{}')
  RETURNS TABLE (rank integer, setting jsonb, folds double precision[], mean double precision,
                 std_error double precision, seconds double precision, model model, error text)
  AS 'MODULE_PATHNAME', 'quern_search' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 20 COST 1000000;
COMMENT ON FUNCTION search(text, text, jsonb, jsonb) IS 'Trains an algorithm of quern.train with every setting of a grid, measures each on rows that it was not trained on, and trains the best one on all rows. Best first.
algorithm, query: as in quern.train.
grid: an object of options with arrays of values, or an array of such objects; for random and Bayesian search also distributions: {"l2": {"log_uniform": [1e-6, 1]}}, uniform, integer, log_integer, normal, log_normal, choice.
options: folds (5; 0: one share), validation (0.2, that share), metric (accuracy, balanced_accuracy, precision, recall, f1, log_loss, roc_auc; r2, mse, rmse, mae; loss), strategy (grid, random, bayes), n_iter (settings drawn), halving, halving_factor, stratified, group (a column: its groups stay together), time (a column: trained on the past, measured on the future), seed, refit, fixed (options that all settings have, such as target and weight).
folds: the metric of each fold; mean and std_error over them; seconds: of its trainings, where some share passes their share; model: of the best, NULL for others; error: why a setting has no score.
The same rows, options and seed give the same ranks. Smooth losses of one output train all settings and folds in the same passes over the rows, which are kept as quern.train keeps them.';
CREATE FUNCTION cross_validate(algorithm text, query text, training jsonb DEFAULT '{}', options jsonb DEFAULT '{}')
  RETURNS TABLE (fold integer, train_rows bigint, test_rows bigint, metric text, score double precision)
  AS 'MODULE_PATHNAME', 'quern_cross_validate' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 5 COST 1000000;
COMMENT ON FUNCTION cross_validate(text, text, jsonb, jsonb) IS 'How well an algorithm of quern.train predicts rows that it was not trained on: one row for each fold. training: options of quern.train; options: folds, validation, metric, stratified, group, time, seed, as in quern.search.';
CREATE FUNCTION smoothed(model model)
  RETURNS TABLE (t double precision, state double precision[], std_error double precision[])
  AS 'MODULE_PATHNAME', 'quern_smoothed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION smoothed(model) IS 'The smoothed states of a model of kalman_smoothing, one row for each step from the first t to the last, those without an observation among them, and those that option forecast asked for: t, the d numbers of the state given all observations, and their standard errors.';
CREATE FUNCTION tag(model model, features "any") RETURNS text[]
  AS 'MODULE_PATHNAME', 'quern_tag' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION tag(model, "any") IS 'The likeliest labels of a sequence by a model of crf, one for each position; of equally likely ones the first by their order (Viterbi, IEEE Trans. Inf. Theory 13, 1967).
features, as in training: jsonb, an array with an array of names or an object of names with values for each position; or text[] (names) or integer[] (numbers), with a row of a matrix for each position (NULLs are none), or one element for each.
Features that the model does not know count as none. NULL if there is a NULL in another place. A model that is not of crf is an error.';
CREATE FUNCTION tag(model model, features "any", offsets integer[]) RETURNS text[]
  AS 'MODULE_PATHNAME', 'quern_tag' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION tag(model, "any", integer[]) IS 'As tag(model, "any") of text[] or integer[]: the features of position i are from offsets[i] + 1 to offsets[i + 1], of which the first is 0 and the last the number of features.';
CREATE FUNCTION tag_marginals(model model, features "any") RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_tag_marginals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION tag_marginals(model, "any") IS 'The probability of each label at each position of a sequence by a model of crf: a matrix of a row for each position and a column for each label, in the order of quern.info(model). Rows sum to 1. Features as for quern.tag.';
CREATE FUNCTION tag_marginals(model model, features "any", offsets integer[]) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'quern_tag_marginals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION tag_marginals(model, "any", integer[]) IS 'As tag_marginals(model, "any") of text[] or integer[]: the features of position i are from offsets[i] + 1 to offsets[i + 1], of which the first is 0 and the last the number of features.';
CREATE FUNCTION tag_log_probability(model model, features "any") RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_tag_log_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION tag_log_probability(model, "any") IS 'The logarithm of the probability, by a model of crf, that the labels which quern.tag gives are right at all positions. 0 for an empty sequence. Features as for quern.tag.';
CREATE FUNCTION tag_log_probability(model model, features "any", offsets integer[]) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_tag_log_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION tag_log_probability(model, "any", integer[]) IS 'As tag_log_probability(model, "any") of text[] or integer[]: the features of position i are from offsets[i] + 1 to offsets[i + 1], of which the first is 0 and the last the number of features.';
CREATE FUNCTION token_features(tokens text[]) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'quern_token_features' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION token_features(text[]) IS 'As token_features(text[], jsonb), without options.';
CREATE FUNCTION token_features(tokens text[], options jsonb) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'quern_token_features' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION token_features(text[], jsonb) IS 'Features of the tokens of a text for quern.train of crf and quern.tag: an array with an array of names for each token. bias; word=, lower=, shape= (X capital, x other letter, d digit, at most two of a kind in a row); prefix= and suffix= of 1, 2, ... characters; has_digit, all_digits, has_hyphen, capital, all_capitals, punctuation; first, last; and word, lower, shape of neighbours as -1:word= and +1:word=.
options: prefixes (3) and suffixes (3), their greatest lengths; window (1), how far neighbours go; identity, lower, shape, flags, bias (all true) leave features out when false. NULL if a token is NULL.';
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
CREATE FUNCTION gather_rows_accumulate(bigint, record) RETURNS bigint
  AS 'MODULE_PATHNAME', 'quern_gather_row' LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION gather_rows_accumulate(bigint, record) IS 'Transition function of quern.gather_rows(record).';
CREATE AGGREGATE gather_rows(record)
  (SFUNC = gather_rows_accumulate, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE gather_rows(record) IS 'Packs the rows of a query into the memory of the training that runs it, in whichever process computes them; returns their number. For quern.train, which calls it: an error (22023) outside of one, and for rows that are not those of its query.';
CREATE FUNCTION predict(model model, "user" bigint, item bigint) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict_numbers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict(model, bigint, bigint) IS 'The rating that a matrix_factorization model predicts for a user and an item; for implicit feedback the preference, about 1 for what the user likes. A user or an item that the model does not know has no factors: with biases the prediction is the mean and the biases that are known, without biases NULL. A model of another kind is an error.';
CREATE FUNCTION predict(model model, "user" text, item text) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict_texts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict(model, text, text) IS 'As predict(model, bigint, bigint), by ids that are text; cast a uuid or an enum to text. Ids of numbers are found by their digits.';
CREATE FUNCTION predict(model model, "user" bigint, item text) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict_number_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict(model, bigint, text) IS 'As predict(model, bigint, bigint), by a user''s number and an item''s text.';
CREATE FUNCTION predict(model model, "user" text, item bigint) RETURNS double precision
  AS 'MODULE_PATHNAME', 'quern_predict_text_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION predict(model, text, bigint) IS 'As predict(model, bigint, bigint), by a user''s text and an item''s number.';
CREATE FUNCTION recommend(model model, "user" bigint, n integer, exclude bigint[] DEFAULT '{}')
  RETURNS TABLE (item bigint, score double precision)
  AS 'MODULE_PATHNAME', 'quern_recommend_numbers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION recommend(model, bigint, integer, bigint[]) IS 'The n items of the highest prediction for a user, best first, of equal ones the least id, without those in exclude, such as what the user has rated: ARRAY(SELECT item FROM ratings r WHERE r.user_id = u). For a user whom the model does not know: by the biases of the items, or no rows if it has none. Items whose ids are text are an error: give the user as text.';
CREATE FUNCTION recommend(model model, "user" text, n integer, exclude text[] DEFAULT '{}')
  RETURNS TABLE (item text, score double precision)
  AS 'MODULE_PATHNAME', 'quern_recommend_texts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION recommend(model, text, integer, text[]) IS 'As recommend(model, bigint, integer, bigint[]), by ids as text, whatever those of the model are.';
CREATE FUNCTION similar_items(model model, "like" bigint, n integer) RETURNS TABLE (item bigint, score double precision)
  AS 'MODULE_PATHNAME', 'quern_similar_numbers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION similar_items(model, bigint, integer) IS 'The n items whose factors are most alike to those of an item, best first: score is the cosine of the angle between them, at most 1. No rows for an item that the model does not know.';
CREATE FUNCTION similar_items(model model, "like" text, n integer) RETURNS TABLE (item text, score double precision)
  AS 'MODULE_PATHNAME', 'quern_similar_texts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION similar_items(model, text, integer) IS 'As similar_items(model, bigint, integer), by ids as text, whatever those of the model are.';
CREATE FUNCTION factors(model model)
  RETURNS TABLE (side text, id text, bias double precision, factor double precision[])
  AS 'MODULE_PATHNAME', 'quern_factors' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION factors(model) IS 'The factors of a model. Of matrix_factorization: a row for each user (side is user) and each item (item), in the order of their ids, which are given as text. A prediction is the mean, the two biases and the product of the two arrays. bias is NULL in a model without biases. Of a factorization_machine: a row for each feature (side is feature), id its name, bias its coefficient.';
CREATE FUNCTION describe_accumulate(state state, v double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'describe_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION describe_accumulate(state, double precision) IS 'Transition function of quern.describe: the state with one more row.';
CREATE FUNCTION describe_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'describe_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION describe_combine(state, state) IS 'Combine function of quern.describe: both states in one.';
CREATE TYPE describe_result AS (n bigint, nulls bigint, mean double precision, variance double precision, stddev double precision, skewness double precision, kurtosis double precision, min double precision, max double precision);
COMMENT ON TYPE describe_result IS 'What quern.describe returns.';
CREATE FUNCTION describe_final(state state) RETURNS describe_result
  AS 'MODULE_PATHNAME', 'describe_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION describe_final(state) IS 'The result of quern.describe from one state. NULL if no rows went into it.';
CREATE AGGREGATE describe(v double precision) (
  SFUNC = describe_accumulate, STYPE = state, SSPACE = 208, COMBINEFUNC = describe_combine, FINALFUNC = describe_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE describe(double precision) IS 'One row (n, nulls, mean, variance, stddev, skewness, kurtosis, min, max) that describes the column v. Sample variance (divisor n - 1); skewness m3 / m2^1.5 and excess kurtosis m4 / m2^2 - 3 with population moments. NULLs are counted; NaN and infinities give NaN as in stddev. No rows give NULL. Pebay, SAND2008-6212.';
CREATE AGGREGATE describe_state(v double precision) (
  SFUNC = describe_accumulate, STYPE = state, SSPACE = 208, COMBINEFUNC = describe_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE describe_state(double precision) IS 'The state of quern.describe over the same rows, to store, ship and merge.';
CREATE AGGREGATE describe_state(state state) (
  SFUNC = describe_combine, STYPE = state, SSPACE = 208, COMBINEFUNC = describe_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE describe_state(state) IS 'Many states of quern.describe as one.';
CREATE AGGREGATE describe_merge(state state) (
  SFUNC = describe_combine, STYPE = state, SSPACE = 208, COMBINEFUNC = describe_combine, FINALFUNC = describe_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE describe_merge(state) IS 'The result of quern.describe over the rows of many states.';
CREATE FUNCTION moments_accumulate(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'moments_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION moments_accumulate(state, features) IS 'Transition function of quern.moments: the state with one more row.';
CREATE FUNCTION moments_remove(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'moments_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION moments_remove(state, features) IS 'Inverse transition function of quern.moments: the state with one row less, or NULL where that would cost accuracy.';
CREATE FUNCTION moments_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'moments_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION moments_combine(state, state) IS 'Combine function of quern.moments: both states in one.';
CREATE FUNCTION moments_final(state state) RETURNS comoments
  AS 'MODULE_PATHNAME', 'moments_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION moments_final(state) IS 'The result of quern.moments from one state. NULL if no rows went into it.';
CREATE AGGREGATE moments(x features) (
  SFUNC = moments_accumulate, STYPE = state, SSPACE = 304, COMBINEFUNC = moments_combine, FINALFUNC = moments_final,
  MSFUNC = moments_accumulate, MINVFUNC = moments_remove, MSTYPE = state, MSSPACE = 304, MFINALFUNC = moments_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE moments(features) IS 'Number of rows, means and centred cross-products of the features x (p numbers a row): a quern.comoments, which can be stored, added (+) and subtracted (-). Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors. Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE moments_state(x features) (
  SFUNC = moments_accumulate, STYPE = state, SSPACE = 304, COMBINEFUNC = moments_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE moments_state(features) IS 'The state of quern.moments over the same rows, to store, ship and merge.';
CREATE AGGREGATE moments_state(state state) (
  SFUNC = moments_combine, STYPE = state, SSPACE = 304, COMBINEFUNC = moments_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE moments_state(state) IS 'Many states of quern.moments as one.';
CREATE AGGREGATE moments_merge(state state) (
  SFUNC = moments_combine, STYPE = state, SSPACE = 304, COMBINEFUNC = moments_combine, FINALFUNC = moments_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE moments_merge(state) IS 'The result of quern.moments over the rows of many states.';
COMMENT ON AGGREGATE linear_regression(double precision, features) IS 'Least squares of y on the features x (p numbers a row), ordinary, weighted (weight >= 0) or penalised (ridge, lasso, elastic net), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), robust (none, hc0, hc1), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL; a term that depends on earlier ones is reported with NULL estimate. One pass, blocked QR: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
COMMENT ON AGGREGATE linear_regression(double precision, features, jsonb) IS 'Least squares of y on the features x (p numbers a row), ordinary, weighted (weight >= 0) or penalised (ridge, lasso, elastic net), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), robust (none, hc0, hc1), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL; a term that depends on earlier ones is reported with NULL estimate. One pass, blocked QR: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
COMMENT ON AGGREGATE linear_regression(double precision, features, double precision, jsonb) IS 'Least squares of y on the features x (p numbers a row), ordinary, weighted (weight >= 0) or penalised (ridge, lasso, elastic net), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), robust (none, hc0, hc1), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL; a term that depends on earlier ones is reported with NULL estimate. One pass, blocked QR: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
CREATE FUNCTION logistic_regression_accumulate(state state, y boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'logistic_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_accumulate(state, boolean, features) IS 'Transition function of quern.logistic_regression: the state with one more row.';
CREATE FUNCTION logistic_regression_accumulate(state state, y boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'logistic_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_accumulate(state, boolean, features, jsonb) IS 'Transition function of quern.logistic_regression: the state with one more row.';
CREATE FUNCTION logistic_regression_accumulate(state state, y boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'logistic_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_accumulate(state, boolean, features, double precision, jsonb) IS 'Transition function of quern.logistic_regression: the state with one more row.';
CREATE FUNCTION logistic_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'logistic_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_accumulate(state, double precision, features) IS 'Transition function of quern.logistic_regression: the state with one more row.';
CREATE FUNCTION logistic_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'logistic_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.logistic_regression: the state with one more row.';
CREATE FUNCTION logistic_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'logistic_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.logistic_regression: the state with one more row.';
CREATE FUNCTION logistic_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'logistic_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_combine(state, state) IS 'Combine function of quern.logistic_regression: both states in one.';
CREATE FUNCTION logistic_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'logistic_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION logistic_regression_final(state) IS 'The result of quern.logistic_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE logistic_regression(y boolean, x features) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine, FINALFUNC = logistic_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression(boolean, features) IS 'Maximum-likelihood logistic regression of y (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), max_iter (100), tol (1e-10), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning; separation is a warning. Rows are gathered in the state (at most 900 MB). Newton''s method (IRLS): McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE logistic_regression_state(y boolean, x features) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_state(boolean, features) IS 'The state of quern.logistic_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE logistic_regression(y boolean, x features, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine, FINALFUNC = logistic_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression(boolean, features, jsonb) IS 'Maximum-likelihood logistic regression of y (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), max_iter (100), tol (1e-10), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning; separation is a warning. Rows are gathered in the state (at most 900 MB). Newton''s method (IRLS): McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE logistic_regression_state(y boolean, x features, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_state(boolean, features, jsonb) IS 'The state of quern.logistic_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE logistic_regression(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine, FINALFUNC = logistic_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression(boolean, features, double precision, jsonb) IS 'Maximum-likelihood logistic regression of y (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), max_iter (100), tol (1e-10), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning; separation is a warning. Rows are gathered in the state (at most 900 MB). Newton''s method (IRLS): McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE logistic_regression_state(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_state(boolean, features, double precision, jsonb) IS 'The state of quern.logistic_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE logistic_regression(y double precision, x features) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine, FINALFUNC = logistic_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression(double precision, features) IS 'Maximum-likelihood logistic regression of y (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), max_iter (100), tol (1e-10), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning; separation is a warning. Rows are gathered in the state (at most 900 MB). Newton''s method (IRLS): McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE logistic_regression_state(y double precision, x features) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_state(double precision, features) IS 'The state of quern.logistic_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE logistic_regression(y double precision, x features, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine, FINALFUNC = logistic_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression(double precision, features, jsonb) IS 'Maximum-likelihood logistic regression of y (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), max_iter (100), tol (1e-10), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning; separation is a warning. Rows are gathered in the state (at most 900 MB). Newton''s method (IRLS): McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE logistic_regression_state(y double precision, x features, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_state(double precision, features, jsonb) IS 'The state of quern.logistic_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE logistic_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine, FINALFUNC = logistic_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression(double precision, features, double precision, jsonb) IS 'Maximum-likelihood logistic regression of y (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model. Options: fit_intercept (true), l1 (0), l2 (0), alpha, l1_ratio (1), alphas, n_alphas, alpha_min_ratio (0.001), confidence (0.95), max_iter (100), tol (1e-10), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning; separation is a warning. Rows are gathered in the state (at most 900 MB). Newton''s method (IRLS): McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE logistic_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = logistic_regression_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.logistic_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE logistic_regression_state(state state) (
  SFUNC = logistic_regression_combine, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_state(state) IS 'Many states of quern.logistic_regression as one.';
CREATE AGGREGATE logistic_regression_merge(state state) (
  SFUNC = logistic_regression_combine, STYPE = state, SSPACE = 232, COMBINEFUNC = logistic_regression_combine, FINALFUNC = logistic_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE logistic_regression_merge(state) IS 'The result of quern.logistic_regression over the rows of many states.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y text, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, text, features) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y text, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, text, features, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y text, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, text, features, double precision, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, boolean, features) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, boolean, features, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, boolean, features, double precision, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y bigint, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, bigint, features) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y bigint, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, bigint, features, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y bigint, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, bigint, features, double precision, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, double precision, features) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.gaussian_naive_bayes: the state with one more row.';
CREATE FUNCTION gaussian_naive_bayes_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_combine(state, state) IS 'Combine function of quern.gaussian_naive_bayes: both states in one.';
CREATE FUNCTION gaussian_naive_bayes_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'gaussian_naive_bayes_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_naive_bayes_final(state) IS 'The result of quern.gaussian_naive_bayes from one state. NULL if no rows went into it.';
CREATE AGGREGATE gaussian_naive_bayes(y text, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(text, features) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y text, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(text, features) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y text, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(text, features, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y text, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(text, features, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y text, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(text, features, double precision, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y text, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(text, features, double precision, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y boolean, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(boolean, features) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y boolean, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(boolean, features) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y boolean, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(boolean, features, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y boolean, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(boolean, features, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(boolean, features, double precision, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(boolean, features, double precision, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y bigint, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(bigint, features) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y bigint, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(bigint, features) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y bigint, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(bigint, features, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y bigint, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(bigint, features, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(bigint, features, double precision, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(bigint, features, double precision, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y double precision, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(double precision, features) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y double precision, x features) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(double precision, features) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y double precision, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(double precision, features, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y double precision, x features, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(double precision, features, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes(double precision, features, double precision, jsonb) IS 'Gaussian naive Bayes classifier of y (text, boolean or number) by the features x (p numbers a row), as a quern.model. Options: var_smoothing (1e-9, of the largest variance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. One pass; Chan, Golub, LeVeque, COMPSTAT 1982.';
CREATE AGGREGATE gaussian_naive_bayes_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = gaussian_naive_bayes_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(double precision, features, double precision, jsonb) IS 'The state of quern.gaussian_naive_bayes over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_naive_bayes_state(state state) (
  SFUNC = gaussian_naive_bayes_combine, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_state(state) IS 'Many states of quern.gaussian_naive_bayes as one.';
CREATE AGGREGATE gaussian_naive_bayes_merge(state state) (
  SFUNC = gaussian_naive_bayes_combine, STYPE = state, SSPACE = 360, COMBINEFUNC = gaussian_naive_bayes_combine, FINALFUNC = gaussian_naive_bayes_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_naive_bayes_merge(state) IS 'The result of quern.gaussian_naive_bayes over the rows of many states.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y text, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, text, features) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y text, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, text, features, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y text, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, text, features, double precision, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, boolean, features) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, boolean, features, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, boolean, features, double precision, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y bigint, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, bigint, features) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y bigint, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, bigint, features, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y bigint, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, bigint, features, double precision, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, double precision, features) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.multinomial_regression: the state with one more row.';
CREATE FUNCTION multinomial_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'multinomial_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_combine(state, state) IS 'Combine function of quern.multinomial_regression: both states in one.';
CREATE FUNCTION multinomial_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'multinomial_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION multinomial_regression_final(state) IS 'The result of quern.multinomial_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE multinomial_regression(y text, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(text, features) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y text, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(text, features) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y text, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(text, features, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y text, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(text, features, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y text, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(text, features, double precision, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y text, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(text, features, double precision, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y boolean, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(boolean, features) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y boolean, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(boolean, features) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y boolean, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(boolean, features, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y boolean, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(boolean, features, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(boolean, features, double precision, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(boolean, features, double precision, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y bigint, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(bigint, features) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y bigint, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(bigint, features) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y bigint, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(bigint, features, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y bigint, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(bigint, features, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(bigint, features, double precision, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(bigint, features, double precision, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y double precision, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(double precision, features) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y double precision, x features) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(double precision, features) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y double precision, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(double precision, features, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y double precision, x features, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(double precision, features, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression(double precision, features, double precision, jsonb) IS 'Multinomial logistic regression (softmax) of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model. Options: those of quern.train that concern the problem and the solver. Without penalty the first class is the baseline and there are standard errors. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Agresti, Categorical Data Analysis, 8.1.';
CREATE AGGREGATE multinomial_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = multinomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.multinomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE multinomial_regression_state(state state) (
  SFUNC = multinomial_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_state(state) IS 'Many states of quern.multinomial_regression as one.';
CREATE AGGREGATE multinomial_regression_merge(state state) (
  SFUNC = multinomial_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = multinomial_regression_combine, FINALFUNC = multinomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE multinomial_regression_merge(state) IS 'The result of quern.multinomial_regression over the rows of many states.';
CREATE FUNCTION linear_svm_accumulate(state state, y text, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, text, features) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y text, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, text, features, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y text, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, text, features, double precision, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, boolean, features) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, boolean, features, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, boolean, features, double precision, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y bigint, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, bigint, features) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y bigint, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, bigint, features, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y bigint, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, bigint, features, double precision, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, double precision, features) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.linear_svm: the state with one more row.';
CREATE FUNCTION linear_svm_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'linear_svm_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_combine(state, state) IS 'Combine function of quern.linear_svm: both states in one.';
CREATE FUNCTION linear_svm_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'linear_svm_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_svm_final(state) IS 'The result of quern.linear_svm from one state. NULL if no rows went into it.';
CREATE AGGREGATE linear_svm(y text, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(text, features) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y text, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(text, features) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y text, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(text, features, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y text, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(text, features, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y text, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(text, features, double precision, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y text, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(text, features, double precision, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y boolean, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(boolean, features) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y boolean, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(boolean, features) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y boolean, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(boolean, features, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y boolean, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(boolean, features, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(boolean, features, double precision, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(boolean, features, double precision, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y bigint, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(bigint, features) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y bigint, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(bigint, features) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y bigint, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(bigint, features, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y bigint, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(bigint, features, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(bigint, features, double precision, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(bigint, features, double precision, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y double precision, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(double precision, features) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y double precision, x features) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(double precision, features) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y double precision, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(double precision, features, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y double precision, x features, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(double precision, features, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm(double precision, features, double precision, jsonb) IS 'Linear support vector machine of the classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model; more than two classes one against the rest. Options: loss (hinge, squared_hinge) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Fan et al., LIBLINEAR, JMLR 9, 2008.';
CREATE AGGREGATE linear_svm_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = linear_svm_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(double precision, features, double precision, jsonb) IS 'The state of quern.linear_svm over the same rows, to store, ship and merge.';
CREATE AGGREGATE linear_svm_state(state state) (
  SFUNC = linear_svm_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_state(state) IS 'Many states of quern.linear_svm as one.';
CREATE AGGREGATE linear_svm_merge(state state) (
  SFUNC = linear_svm_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = linear_svm_combine, FINALFUNC = linear_svm_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE linear_svm_merge(state) IS 'The result of quern.linear_svm over the rows of many states.';
CREATE FUNCTION svm_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'svm_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svm_regression_accumulate(state, double precision, features) IS 'Transition function of quern.svm_regression: the state with one more row.';
CREATE FUNCTION svm_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'svm_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svm_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.svm_regression: the state with one more row.';
CREATE FUNCTION svm_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'svm_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svm_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.svm_regression: the state with one more row.';
CREATE FUNCTION svm_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'svm_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svm_regression_combine(state, state) IS 'Combine function of quern.svm_regression: both states in one.';
CREATE FUNCTION svm_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'svm_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svm_regression_final(state) IS 'The result of quern.svm_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE svm_regression(y double precision, x features) (
  SFUNC = svm_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine, FINALFUNC = svm_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression(double precision, features) IS 'Linear support vector regression of y on the features x (p numbers a row), as a quern.model. Options: loss (epsilon_insensitive, squared_epsilon_insensitive), epsilon (0.1) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Ho, Lin, Large-scale Linear Support Vector Regression, JMLR 13, 2012.';
CREATE AGGREGATE svm_regression_state(y double precision, x features) (
  SFUNC = svm_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression_state(double precision, features) IS 'The state of quern.svm_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE svm_regression(y double precision, x features, options jsonb) (
  SFUNC = svm_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine, FINALFUNC = svm_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression(double precision, features, jsonb) IS 'Linear support vector regression of y on the features x (p numbers a row), as a quern.model. Options: loss (epsilon_insensitive, squared_epsilon_insensitive), epsilon (0.1) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Ho, Lin, Large-scale Linear Support Vector Regression, JMLR 13, 2012.';
CREATE AGGREGATE svm_regression_state(y double precision, x features, options jsonb) (
  SFUNC = svm_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression_state(double precision, features, jsonb) IS 'The state of quern.svm_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE svm_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = svm_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine, FINALFUNC = svm_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression(double precision, features, double precision, jsonb) IS 'Linear support vector regression of y on the features x (p numbers a row), as a quern.model. Options: loss (epsilon_insensitive, squared_epsilon_insensitive), epsilon (0.1) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Ho, Lin, Large-scale Linear Support Vector Regression, JMLR 13, 2012.';
CREATE AGGREGATE svm_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = svm_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.svm_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE svm_regression_state(state state) (
  SFUNC = svm_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression_state(state) IS 'Many states of quern.svm_regression as one.';
CREATE AGGREGATE svm_regression_merge(state state) (
  SFUNC = svm_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = svm_regression_combine, FINALFUNC = svm_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svm_regression_merge(state) IS 'The result of quern.svm_regression over the rows of many states.';
CREATE FUNCTION poisson_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'poisson_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION poisson_regression_accumulate(state, double precision, features) IS 'Transition function of quern.poisson_regression: the state with one more row.';
CREATE FUNCTION poisson_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'poisson_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION poisson_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.poisson_regression: the state with one more row.';
CREATE FUNCTION poisson_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'poisson_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION poisson_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.poisson_regression: the state with one more row.';
CREATE FUNCTION poisson_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'poisson_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION poisson_regression_combine(state, state) IS 'Combine function of quern.poisson_regression: both states in one.';
CREATE FUNCTION poisson_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'poisson_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION poisson_regression_final(state) IS 'The result of quern.poisson_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE poisson_regression(y double precision, x features) (
  SFUNC = poisson_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine, FINALFUNC = poisson_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression(double precision, features) IS 'Poisson regression with log link of y (0 or more) on the features x (p numbers a row), as a quern.model with standard errors. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE poisson_regression_state(y double precision, x features) (
  SFUNC = poisson_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression_state(double precision, features) IS 'The state of quern.poisson_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE poisson_regression(y double precision, x features, options jsonb) (
  SFUNC = poisson_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine, FINALFUNC = poisson_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression(double precision, features, jsonb) IS 'Poisson regression with log link of y (0 or more) on the features x (p numbers a row), as a quern.model with standard errors. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE poisson_regression_state(y double precision, x features, options jsonb) (
  SFUNC = poisson_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression_state(double precision, features, jsonb) IS 'The state of quern.poisson_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE poisson_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = poisson_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine, FINALFUNC = poisson_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression(double precision, features, double precision, jsonb) IS 'Poisson regression with log link of y (0 or more) on the features x (p numbers a row), as a quern.model with standard errors. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE poisson_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = poisson_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.poisson_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE poisson_regression_state(state state) (
  SFUNC = poisson_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression_state(state) IS 'Many states of quern.poisson_regression as one.';
CREATE AGGREGATE poisson_regression_merge(state state) (
  SFUNC = poisson_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = poisson_regression_combine, FINALFUNC = poisson_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE poisson_regression_merge(state) IS 'The result of quern.poisson_regression over the rows of many states.';
CREATE FUNCTION gamma_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'gamma_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gamma_regression_accumulate(state, double precision, features) IS 'Transition function of quern.gamma_regression: the state with one more row.';
CREATE FUNCTION gamma_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gamma_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gamma_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.gamma_regression: the state with one more row.';
CREATE FUNCTION gamma_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gamma_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gamma_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.gamma_regression: the state with one more row.';
CREATE FUNCTION gamma_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'gamma_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gamma_regression_combine(state, state) IS 'Combine function of quern.gamma_regression: both states in one.';
CREATE FUNCTION gamma_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'gamma_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gamma_regression_final(state) IS 'The result of quern.gamma_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE gamma_regression(y double precision, x features) (
  SFUNC = gamma_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine, FINALFUNC = gamma_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression(double precision, features) IS 'Gamma regression with log link of y (above 0) on the features x (p numbers a row), as a quern.model with standard errors. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE gamma_regression_state(y double precision, x features) (
  SFUNC = gamma_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression_state(double precision, features) IS 'The state of quern.gamma_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE gamma_regression(y double precision, x features, options jsonb) (
  SFUNC = gamma_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine, FINALFUNC = gamma_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression(double precision, features, jsonb) IS 'Gamma regression with log link of y (above 0) on the features x (p numbers a row), as a quern.model with standard errors. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE gamma_regression_state(y double precision, x features, options jsonb) (
  SFUNC = gamma_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression_state(double precision, features, jsonb) IS 'The state of quern.gamma_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE gamma_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = gamma_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine, FINALFUNC = gamma_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression(double precision, features, double precision, jsonb) IS 'Gamma regression with log link of y (above 0) on the features x (p numbers a row), as a quern.model with standard errors. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, Nelder, Generalized Linear Models, 1989.';
CREATE AGGREGATE gamma_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = gamma_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.gamma_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE gamma_regression_state(state state) (
  SFUNC = gamma_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression_state(state) IS 'Many states of quern.gamma_regression as one.';
CREATE AGGREGATE gamma_regression_merge(state state) (
  SFUNC = gamma_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = gamma_regression_combine, FINALFUNC = gamma_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gamma_regression_merge(state) IS 'The result of quern.gamma_regression over the rows of many states.';
CREATE FUNCTION huber_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'huber_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION huber_regression_accumulate(state, double precision, features) IS 'Transition function of quern.huber_regression: the state with one more row.';
CREATE FUNCTION huber_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'huber_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION huber_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.huber_regression: the state with one more row.';
CREATE FUNCTION huber_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'huber_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION huber_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.huber_regression: the state with one more row.';
CREATE FUNCTION huber_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'huber_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION huber_regression_combine(state, state) IS 'Combine function of quern.huber_regression: both states in one.';
CREATE FUNCTION huber_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'huber_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION huber_regression_final(state) IS 'The result of quern.huber_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE huber_regression(y double precision, x features) (
  SFUNC = huber_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine, FINALFUNC = huber_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression(double precision, features) IS 'Robust regression with Huber''s loss of y on the features x (p numbers a row), as a quern.model. Options: delta (1.35), in the units of y, and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Huber, Ann. Math. Statist. 35, 1964.';
CREATE AGGREGATE huber_regression_state(y double precision, x features) (
  SFUNC = huber_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression_state(double precision, features) IS 'The state of quern.huber_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE huber_regression(y double precision, x features, options jsonb) (
  SFUNC = huber_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine, FINALFUNC = huber_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression(double precision, features, jsonb) IS 'Robust regression with Huber''s loss of y on the features x (p numbers a row), as a quern.model. Options: delta (1.35), in the units of y, and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Huber, Ann. Math. Statist. 35, 1964.';
CREATE AGGREGATE huber_regression_state(y double precision, x features, options jsonb) (
  SFUNC = huber_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression_state(double precision, features, jsonb) IS 'The state of quern.huber_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE huber_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = huber_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine, FINALFUNC = huber_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression(double precision, features, double precision, jsonb) IS 'Robust regression with Huber''s loss of y on the features x (p numbers a row), as a quern.model. Options: delta (1.35), in the units of y, and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Huber, Ann. Math. Statist. 35, 1964.';
CREATE AGGREGATE huber_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = huber_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.huber_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE huber_regression_state(state state) (
  SFUNC = huber_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression_state(state) IS 'Many states of quern.huber_regression as one.';
CREATE AGGREGATE huber_regression_merge(state state) (
  SFUNC = huber_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = huber_regression_combine, FINALFUNC = huber_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE huber_regression_merge(state) IS 'The result of quern.huber_regression over the rows of many states.';
CREATE FUNCTION quantile_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'quantile_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION quantile_regression_accumulate(state, double precision, features) IS 'Transition function of quern.quantile_regression: the state with one more row.';
CREATE FUNCTION quantile_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'quantile_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION quantile_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.quantile_regression: the state with one more row.';
CREATE FUNCTION quantile_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'quantile_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION quantile_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.quantile_regression: the state with one more row.';
CREATE FUNCTION quantile_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'quantile_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION quantile_regression_combine(state, state) IS 'Combine function of quern.quantile_regression: both states in one.';
CREATE FUNCTION quantile_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'quantile_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION quantile_regression_final(state) IS 'The result of quern.quantile_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE quantile_regression(y double precision, x features) (
  SFUNC = quantile_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine, FINALFUNC = quantile_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression(double precision, features) IS 'Quantile regression of y on the features x (p numbers a row), as a quern.model that predicts the quantile; the default is the median, least absolute errors. Options: quantile (0.5, between 0 and 1) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Koenker, Bassett, Econometrica 46, 1978.';
CREATE AGGREGATE quantile_regression_state(y double precision, x features) (
  SFUNC = quantile_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression_state(double precision, features) IS 'The state of quern.quantile_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE quantile_regression(y double precision, x features, options jsonb) (
  SFUNC = quantile_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine, FINALFUNC = quantile_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression(double precision, features, jsonb) IS 'Quantile regression of y on the features x (p numbers a row), as a quern.model that predicts the quantile; the default is the median, least absolute errors. Options: quantile (0.5, between 0 and 1) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Koenker, Bassett, Econometrica 46, 1978.';
CREATE AGGREGATE quantile_regression_state(y double precision, x features, options jsonb) (
  SFUNC = quantile_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression_state(double precision, features, jsonb) IS 'The state of quern.quantile_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE quantile_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = quantile_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine, FINALFUNC = quantile_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression(double precision, features, double precision, jsonb) IS 'Quantile regression of y on the features x (p numbers a row), as a quern.model that predicts the quantile; the default is the median, least absolute errors. Options: quantile (0.5, between 0 and 1) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Koenker, Bassett, Econometrica 46, 1978.';
CREATE AGGREGATE quantile_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = quantile_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.quantile_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE quantile_regression_state(state state) (
  SFUNC = quantile_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression_state(state) IS 'Many states of quern.quantile_regression as one.';
CREATE AGGREGATE quantile_regression_merge(state state) (
  SFUNC = quantile_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = quantile_regression_combine, FINALFUNC = quantile_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE quantile_regression_merge(state) IS 'The result of quern.quantile_regression over the rows of many states.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y text, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, text, features) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y text, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, text, features, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y text, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, text, features, double precision, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, boolean, features) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, boolean, features, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, boolean, features, double precision, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y bigint, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, bigint, features) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y bigint, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, bigint, features, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y bigint, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, bigint, features, double precision, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, double precision, features) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.ordinal_regression: the state with one more row.';
CREATE FUNCTION ordinal_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'ordinal_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_combine(state, state) IS 'Combine function of quern.ordinal_regression: both states in one.';
CREATE FUNCTION ordinal_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'ordinal_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ordinal_regression_final(state) IS 'The result of quern.ordinal_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE ordinal_regression(y text, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(text, features) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y text, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(text, features) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y text, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(text, features, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y text, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(text, features, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y text, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(text, features, double precision, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y text, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(text, features, double precision, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y boolean, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(boolean, features) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y boolean, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(boolean, features) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y boolean, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(boolean, features, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y boolean, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(boolean, features, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(boolean, features, double precision, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(boolean, features, double precision, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y bigint, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(bigint, features) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y bigint, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(bigint, features) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y bigint, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(bigint, features, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y bigint, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(bigint, features, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(bigint, features, double precision, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(bigint, features, double precision, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y double precision, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(double precision, features) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y double precision, x features) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(double precision, features) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y double precision, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(double precision, features, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y double precision, x features, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(double precision, features, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression(double precision, features, double precision, jsonb) IS 'Ordinal regression of the ordered classes y (text, boolean or number) on the features x (p numbers a row), as a quern.model with a threshold between each two classes and standard errors. Options: link (logit, which is proportional odds, probit, cloglog), classes (their order, else sorted) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McCullagh, JRSS B 42, 1980.';
CREATE AGGREGATE ordinal_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = ordinal_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.ordinal_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE ordinal_regression_state(state state) (
  SFUNC = ordinal_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_state(state) IS 'Many states of quern.ordinal_regression as one.';
CREATE AGGREGATE ordinal_regression_merge(state state) (
  SFUNC = ordinal_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = ordinal_regression_combine, FINALFUNC = ordinal_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE ordinal_regression_merge(state) IS 'The result of quern.ordinal_regression over the rows of many states.';
CREATE FUNCTION negative_binomial_regression_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'negative_binomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION negative_binomial_regression_accumulate(state, double precision, features) IS 'Transition function of quern.negative_binomial_regression: the state with one more row.';
CREATE FUNCTION negative_binomial_regression_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'negative_binomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION negative_binomial_regression_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.negative_binomial_regression: the state with one more row.';
CREATE FUNCTION negative_binomial_regression_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'negative_binomial_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION negative_binomial_regression_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.negative_binomial_regression: the state with one more row.';
CREATE FUNCTION negative_binomial_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'negative_binomial_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION negative_binomial_regression_combine(state, state) IS 'Combine function of quern.negative_binomial_regression: both states in one.';
CREATE FUNCTION negative_binomial_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'negative_binomial_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION negative_binomial_regression_final(state) IS 'The result of quern.negative_binomial_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE negative_binomial_regression(y double precision, x features) (
  SFUNC = negative_binomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine, FINALFUNC = negative_binomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression(double precision, features) IS 'Negative binomial regression (NB2, log link) of counts y (0 or more) on the features x (p numbers a row), as a quern.model with standard errors; the dispersion is estimated with the rest by maximum likelihood. Options: dispersion (to fix it) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Lawless, Canadian Journal of Statistics 15, 1987.';
CREATE AGGREGATE negative_binomial_regression_state(y double precision, x features) (
  SFUNC = negative_binomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression_state(double precision, features) IS 'The state of quern.negative_binomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE negative_binomial_regression(y double precision, x features, options jsonb) (
  SFUNC = negative_binomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine, FINALFUNC = negative_binomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression(double precision, features, jsonb) IS 'Negative binomial regression (NB2, log link) of counts y (0 or more) on the features x (p numbers a row), as a quern.model with standard errors; the dispersion is estimated with the rest by maximum likelihood. Options: dispersion (to fix it) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Lawless, Canadian Journal of Statistics 15, 1987.';
CREATE AGGREGATE negative_binomial_regression_state(y double precision, x features, options jsonb) (
  SFUNC = negative_binomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression_state(double precision, features, jsonb) IS 'The state of quern.negative_binomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE negative_binomial_regression(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = negative_binomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine, FINALFUNC = negative_binomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression(double precision, features, double precision, jsonb) IS 'Negative binomial regression (NB2, log link) of counts y (0 or more) on the features x (p numbers a row), as a quern.model with standard errors; the dispersion is estimated with the rest by maximum likelihood. Options: dispersion (to fix it) and those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Lawless, Canadian Journal of Statistics 15, 1987.';
CREATE AGGREGATE negative_binomial_regression_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = negative_binomial_regression_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression_state(double precision, features, double precision, jsonb) IS 'The state of quern.negative_binomial_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE negative_binomial_regression_state(state state) (
  SFUNC = negative_binomial_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression_state(state) IS 'Many states of quern.negative_binomial_regression as one.';
CREATE AGGREGATE negative_binomial_regression_merge(state state) (
  SFUNC = negative_binomial_regression_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = negative_binomial_regression_combine, FINALFUNC = negative_binomial_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE negative_binomial_regression_merge(state) IS 'The result of quern.negative_binomial_regression over the rows of many states.';
CREATE FUNCTION cox_regression_accumulate(state state, "time" double precision, event boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'cox_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_accumulate(state, double precision, boolean, features) IS 'Transition function of quern.cox_regression: the state with one more row.';
CREATE FUNCTION cox_regression_accumulate(state state, "time" double precision, event boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'cox_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_accumulate(state, double precision, boolean, features, jsonb) IS 'Transition function of quern.cox_regression: the state with one more row.';
CREATE FUNCTION cox_regression_accumulate(state state, "time" double precision, event boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'cox_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_accumulate(state, double precision, boolean, features, double precision, jsonb) IS 'Transition function of quern.cox_regression: the state with one more row.';
CREATE FUNCTION cox_regression_accumulate(state state, "time" double precision, event double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'cox_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_accumulate(state, double precision, double precision, features) IS 'Transition function of quern.cox_regression: the state with one more row.';
CREATE FUNCTION cox_regression_accumulate(state state, "time" double precision, event double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'cox_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_accumulate(state, double precision, double precision, features, jsonb) IS 'Transition function of quern.cox_regression: the state with one more row.';
CREATE FUNCTION cox_regression_accumulate(state state, "time" double precision, event double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'cox_regression_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_accumulate(state, double precision, double precision, features, double precision, jsonb) IS 'Transition function of quern.cox_regression: the state with one more row.';
CREATE FUNCTION cox_regression_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'cox_regression_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_combine(state, state) IS 'Combine function of quern.cox_regression: both states in one.';
CREATE FUNCTION cox_regression_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'cox_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cox_regression_final(state) IS 'The result of quern.cox_regression from one state. NULL if no rows went into it.';
CREATE AGGREGATE cox_regression("time" double precision, event boolean, x features) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine, FINALFUNC = cox_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression(double precision, boolean, features) IS 'Cox''s proportional hazards regression of a time (0 or more) and whether the event was seen then (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model with standard errors. Options: ties (efron, breslow) and those of quern.train that concern the problem and the solver; strata are of quern.train alone. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Cox, JRSS B 34, 1972; Efron, JASA 72, 1977.';
CREATE AGGREGATE cox_regression_state("time" double precision, event boolean, x features) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_state(double precision, boolean, features) IS 'The state of quern.cox_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE cox_regression("time" double precision, event boolean, x features, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine, FINALFUNC = cox_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression(double precision, boolean, features, jsonb) IS 'Cox''s proportional hazards regression of a time (0 or more) and whether the event was seen then (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model with standard errors. Options: ties (efron, breslow) and those of quern.train that concern the problem and the solver; strata are of quern.train alone. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Cox, JRSS B 34, 1972; Efron, JASA 72, 1977.';
CREATE AGGREGATE cox_regression_state("time" double precision, event boolean, x features, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_state(double precision, boolean, features, jsonb) IS 'The state of quern.cox_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE cox_regression("time" double precision, event boolean, x features, weight double precision, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine, FINALFUNC = cox_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression(double precision, boolean, features, double precision, jsonb) IS 'Cox''s proportional hazards regression of a time (0 or more) and whether the event was seen then (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model with standard errors. Options: ties (efron, breslow) and those of quern.train that concern the problem and the solver; strata are of quern.train alone. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Cox, JRSS B 34, 1972; Efron, JASA 72, 1977.';
CREATE AGGREGATE cox_regression_state("time" double precision, event boolean, x features, weight double precision, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_state(double precision, boolean, features, double precision, jsonb) IS 'The state of quern.cox_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE cox_regression("time" double precision, event double precision, x features) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine, FINALFUNC = cox_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression(double precision, double precision, features) IS 'Cox''s proportional hazards regression of a time (0 or more) and whether the event was seen then (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model with standard errors. Options: ties (efron, breslow) and those of quern.train that concern the problem and the solver; strata are of quern.train alone. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Cox, JRSS B 34, 1972; Efron, JASA 72, 1977.';
CREATE AGGREGATE cox_regression_state("time" double precision, event double precision, x features) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_state(double precision, double precision, features) IS 'The state of quern.cox_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE cox_regression("time" double precision, event double precision, x features, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine, FINALFUNC = cox_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression(double precision, double precision, features, jsonb) IS 'Cox''s proportional hazards regression of a time (0 or more) and whether the event was seen then (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model with standard errors. Options: ties (efron, breslow) and those of quern.train that concern the problem and the solver; strata are of quern.train alone. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Cox, JRSS B 34, 1972; Efron, JASA 72, 1977.';
CREATE AGGREGATE cox_regression_state("time" double precision, event double precision, x features, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_state(double precision, double precision, features, jsonb) IS 'The state of quern.cox_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE cox_regression("time" double precision, event double precision, x features, weight double precision, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine, FINALFUNC = cox_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression(double precision, double precision, features, double precision, jsonb) IS 'Cox''s proportional hazards regression of a time (0 or more) and whether the event was seen then (boolean, or 0 and 1) on the features x (p numbers a row), as a quern.model with standard errors. Options: ties (efron, breslow) and those of quern.train that concern the problem and the solver; strata are of quern.train alone. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Cox, JRSS B 34, 1972; Efron, JASA 72, 1977.';
CREATE AGGREGATE cox_regression_state("time" double precision, event double precision, x features, weight double precision, options jsonb) (
  SFUNC = cox_regression_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_state(double precision, double precision, features, double precision, jsonb) IS 'The state of quern.cox_regression over the same rows, to store, ship and merge.';
CREATE AGGREGATE cox_regression_state(state state) (
  SFUNC = cox_regression_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_state(state) IS 'Many states of quern.cox_regression as one.';
CREATE AGGREGATE cox_regression_merge(state state) (
  SFUNC = cox_regression_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = cox_regression_combine, FINALFUNC = cox_regression_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cox_regression_merge(state) IS 'The result of quern.cox_regression over the rows of many states.';
CREATE FUNCTION kmeans_accumulate(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'kmeans_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kmeans_accumulate(state, features) IS 'Transition function of quern.kmeans: the state with one more row.';
CREATE FUNCTION kmeans_accumulate(state state, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'kmeans_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kmeans_accumulate(state, features, jsonb) IS 'Transition function of quern.kmeans: the state with one more row.';
CREATE FUNCTION kmeans_accumulate(state state, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'kmeans_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kmeans_accumulate(state, features, double precision, jsonb) IS 'Transition function of quern.kmeans: the state with one more row.';
CREATE FUNCTION kmeans_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'kmeans_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kmeans_combine(state, state) IS 'Combine function of quern.kmeans: both states in one.';
CREATE FUNCTION kmeans_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'kmeans_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kmeans_final(state) IS 'The result of quern.kmeans from one state. NULL if no rows went into it.';
CREATE AGGREGATE kmeans(x features) (
  SFUNC = kmeans_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine, FINALFUNC = kmeans_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans(features) IS 'k-means clusters of the rows by their features x (p numbers a row), as a quern.model. Options: n_clusters (8), init (k-means++, k-means||, random) or centroids, n_init (1), max_iter (300), tol (1e-4), batch_size (0: whole passes), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, fewer rows than clusters NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Lloyd, IEEE Trans. Inf. Theory 28, 1982.';
CREATE AGGREGATE kmeans_state(x features) (
  SFUNC = kmeans_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans_state(features) IS 'The state of quern.kmeans over the same rows, to store, ship and merge.';
CREATE AGGREGATE kmeans(x features, options jsonb) (
  SFUNC = kmeans_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine, FINALFUNC = kmeans_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans(features, jsonb) IS 'k-means clusters of the rows by their features x (p numbers a row), as a quern.model. Options: n_clusters (8), init (k-means++, k-means||, random) or centroids, n_init (1), max_iter (300), tol (1e-4), batch_size (0: whole passes), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, fewer rows than clusters NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Lloyd, IEEE Trans. Inf. Theory 28, 1982.';
CREATE AGGREGATE kmeans_state(x features, options jsonb) (
  SFUNC = kmeans_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans_state(features, jsonb) IS 'The state of quern.kmeans over the same rows, to store, ship and merge.';
CREATE AGGREGATE kmeans(x features, weight double precision, options jsonb) (
  SFUNC = kmeans_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine, FINALFUNC = kmeans_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans(features, double precision, jsonb) IS 'k-means clusters of the rows by their features x (p numbers a row), as a quern.model. Options: n_clusters (8), init (k-means++, k-means||, random) or centroids, n_init (1), max_iter (300), tol (1e-4), batch_size (0: whole passes), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, fewer rows than clusters NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Lloyd, IEEE Trans. Inf. Theory 28, 1982.';
CREATE AGGREGATE kmeans_state(x features, weight double precision, options jsonb) (
  SFUNC = kmeans_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans_state(features, double precision, jsonb) IS 'The state of quern.kmeans over the same rows, to store, ship and merge.';
CREATE AGGREGATE kmeans_state(state state) (
  SFUNC = kmeans_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans_state(state) IS 'Many states of quern.kmeans as one.';
CREATE AGGREGATE kmeans_merge(state state) (
  SFUNC = kmeans_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = kmeans_combine, FINALFUNC = kmeans_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kmeans_merge(state) IS 'The result of quern.kmeans over the rows of many states.';
CREATE FUNCTION gaussian_mixture_accumulate(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_mixture_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_mixture_accumulate(state, features) IS 'Transition function of quern.gaussian_mixture: the state with one more row.';
CREATE FUNCTION gaussian_mixture_accumulate(state state, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_mixture_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_mixture_accumulate(state, features, jsonb) IS 'Transition function of quern.gaussian_mixture: the state with one more row.';
CREATE FUNCTION gaussian_mixture_accumulate(state state, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_mixture_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_mixture_accumulate(state, features, double precision, jsonb) IS 'Transition function of quern.gaussian_mixture: the state with one more row.';
CREATE FUNCTION gaussian_mixture_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'gaussian_mixture_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_mixture_combine(state, state) IS 'Combine function of quern.gaussian_mixture: both states in one.';
CREATE FUNCTION gaussian_mixture_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'gaussian_mixture_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gaussian_mixture_final(state) IS 'The result of quern.gaussian_mixture from one state. NULL if no rows went into it.';
CREATE AGGREGATE gaussian_mixture(x features) (
  SFUNC = gaussian_mixture_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine, FINALFUNC = gaussian_mixture_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture(features) IS 'A mixture of Gaussian distributions of the features x (p numbers a row) by expectation-maximisation, as a quern.model. Options: n_components (1) or means, covariance (full, diagonal, spherical, tied), reg_covar (1e-6, of the variance of the column), n_init (1), max_iter (100), tol (1e-3), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, fewer rows than components NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McLachlan, Peel, Finite Mixture Models, 2000.';
CREATE AGGREGATE gaussian_mixture_state(x features) (
  SFUNC = gaussian_mixture_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture_state(features) IS 'The state of quern.gaussian_mixture over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_mixture(x features, options jsonb) (
  SFUNC = gaussian_mixture_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine, FINALFUNC = gaussian_mixture_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture(features, jsonb) IS 'A mixture of Gaussian distributions of the features x (p numbers a row) by expectation-maximisation, as a quern.model. Options: n_components (1) or means, covariance (full, diagonal, spherical, tied), reg_covar (1e-6, of the variance of the column), n_init (1), max_iter (100), tol (1e-3), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, fewer rows than components NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McLachlan, Peel, Finite Mixture Models, 2000.';
CREATE AGGREGATE gaussian_mixture_state(x features, options jsonb) (
  SFUNC = gaussian_mixture_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture_state(features, jsonb) IS 'The state of quern.gaussian_mixture over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_mixture(x features, weight double precision, options jsonb) (
  SFUNC = gaussian_mixture_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine, FINALFUNC = gaussian_mixture_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture(features, double precision, jsonb) IS 'A mixture of Gaussian distributions of the features x (p numbers a row) by expectation-maximisation, as a quern.model. Options: n_components (1) or means, covariance (full, diagonal, spherical, tied), reg_covar (1e-6, of the variance of the column), n_init (1), max_iter (100), tol (1e-3), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, fewer rows than components NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). McLachlan, Peel, Finite Mixture Models, 2000.';
CREATE AGGREGATE gaussian_mixture_state(x features, weight double precision, options jsonb) (
  SFUNC = gaussian_mixture_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture_state(features, double precision, jsonb) IS 'The state of quern.gaussian_mixture over the same rows, to store, ship and merge.';
CREATE AGGREGATE gaussian_mixture_state(state state) (
  SFUNC = gaussian_mixture_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture_state(state) IS 'Many states of quern.gaussian_mixture as one.';
CREATE AGGREGATE gaussian_mixture_merge(state state) (
  SFUNC = gaussian_mixture_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = gaussian_mixture_combine, FINALFUNC = gaussian_mixture_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gaussian_mixture_merge(state) IS 'The result of quern.gaussian_mixture over the rows of many states.';
CREATE FUNCTION mlp_accumulate(state state, y text, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, text, features) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y text, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, text, features, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y text, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, text, features, double precision, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, boolean, features) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, boolean, features, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, boolean, features, double precision, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y bigint, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, bigint, features) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y bigint, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, bigint, features, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y bigint, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, bigint, features, double precision, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, double precision, features) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.mlp: the state with one more row.';
CREATE FUNCTION mlp_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'mlp_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_combine(state, state) IS 'Combine function of quern.mlp: both states in one.';
CREATE FUNCTION mlp_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'mlp_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mlp_final(state) IS 'The result of quern.mlp from one state. NULL if no rows went into it.';
CREATE AGGREGATE mlp(y text, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(text, features) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y text, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(text, features) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y text, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(text, features, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y text, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(text, features, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y text, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(text, features, double precision, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y text, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(text, features, double precision, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y boolean, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(boolean, features) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y boolean, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(boolean, features) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y boolean, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(boolean, features, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y boolean, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(boolean, features, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(boolean, features, double precision, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(boolean, features, double precision, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y bigint, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(bigint, features) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y bigint, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(bigint, features) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y bigint, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(bigint, features, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y bigint, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(bigint, features, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(bigint, features, double precision, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(bigint, features, double precision, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y double precision, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(double precision, features) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y double precision, x features) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(double precision, features) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y double precision, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(double precision, features, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y double precision, x features, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(double precision, features, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp(double precision, features, double precision, jsonb) IS 'Multilayer perceptron (dense layers) for y, text or boolean for classes and a number for itself, from the features x (p numbers a row), as a quern.model. Options: task (auto, classification, regression), hidden_layers ([64, 32]), activation (relu, tanh, sigmoid), l2 (30/n or 10/n), dropout, optimizer (adam, nesterov, momentum, sgd, adagrad), step_size, schedule, decay, momentum, batch_size, max_iter, tol, patience, validation_fraction, standardize, arithmetic (float4, float8), order, seed, feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rumelhart, Hinton, Williams, Nature 323, 1986.';
CREATE AGGREGATE mlp_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = mlp_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(double precision, features, double precision, jsonb) IS 'The state of quern.mlp over the same rows, to store, ship and merge.';
CREATE AGGREGATE mlp_state(state state) (
  SFUNC = mlp_combine, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_state(state) IS 'Many states of quern.mlp as one.';
CREATE AGGREGATE mlp_merge(state state) (
  SFUNC = mlp_combine, STYPE = state, SSPACE = 296, COMBINEFUNC = mlp_combine, FINALFUNC = mlp_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mlp_merge(state) IS 'The result of quern.mlp over the rows of many states.';
CREATE FUNCTION kalman_smoothing_accumulate(state state, t double precision, y features) RETURNS state
  AS 'MODULE_PATHNAME', 'kalman_smoothing_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smoothing_accumulate(state, double precision, features) IS 'Transition function of quern.kalman_smoothing: the state with one more row.';
CREATE FUNCTION kalman_smoothing_accumulate(state state, t double precision, y features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'kalman_smoothing_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smoothing_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.kalman_smoothing: the state with one more row.';
CREATE FUNCTION kalman_smoothing_accumulate(state state, t double precision, y features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'kalman_smoothing_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smoothing_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.kalman_smoothing: the state with one more row.';
CREATE FUNCTION kalman_smoothing_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'kalman_smoothing_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smoothing_combine(state, state) IS 'Combine function of quern.kalman_smoothing: both states in one.';
CREATE FUNCTION kalman_smoothing_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'kalman_smoothing_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smoothing_final(state) IS 'The result of quern.kalman_smoothing from one state. NULL if no rows went into it.';
CREATE AGGREGATE kalman_smoothing(t double precision, y features) (
  SFUNC = kalman_smoothing_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine, FINALFUNC = kalman_smoothing_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing(double precision, features) IS 'Smooths a time series of observations y (p numbers) at times t, in any order, by a linear state space model, as a quern.model; quern.smoothed gives its states. Options: transition, observation, process_covariance, observation_covariance (a number, a diagonal or rows; the identity), initial_mean, initial_covariance (without them the start is diffuse), step (the least distance of two t), forecast (0 steps), feature_names. The weight of a row divides its observation_covariance. Rows with a NULL are counted and left out, and their times smoothed over; NaN and infinities are errors; no rows give NULL. Kalman, J. Basic Eng. 82, 1960; de Jong, Ann. Statist. 19, 1991.';
CREATE AGGREGATE kalman_smoothing_state(t double precision, y features) (
  SFUNC = kalman_smoothing_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing_state(double precision, features) IS 'The state of quern.kalman_smoothing over the same rows, to store, ship and merge.';
CREATE AGGREGATE kalman_smoothing(t double precision, y features, options jsonb) (
  SFUNC = kalman_smoothing_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine, FINALFUNC = kalman_smoothing_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing(double precision, features, jsonb) IS 'Smooths a time series of observations y (p numbers) at times t, in any order, by a linear state space model, as a quern.model; quern.smoothed gives its states. Options: transition, observation, process_covariance, observation_covariance (a number, a diagonal or rows; the identity), initial_mean, initial_covariance (without them the start is diffuse), step (the least distance of two t), forecast (0 steps), feature_names. The weight of a row divides its observation_covariance. Rows with a NULL are counted and left out, and their times smoothed over; NaN and infinities are errors; no rows give NULL. Kalman, J. Basic Eng. 82, 1960; de Jong, Ann. Statist. 19, 1991.';
CREATE AGGREGATE kalman_smoothing_state(t double precision, y features, options jsonb) (
  SFUNC = kalman_smoothing_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing_state(double precision, features, jsonb) IS 'The state of quern.kalman_smoothing over the same rows, to store, ship and merge.';
CREATE AGGREGATE kalman_smoothing(t double precision, y features, weight double precision, options jsonb) (
  SFUNC = kalman_smoothing_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine, FINALFUNC = kalman_smoothing_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing(double precision, features, double precision, jsonb) IS 'Smooths a time series of observations y (p numbers) at times t, in any order, by a linear state space model, as a quern.model; quern.smoothed gives its states. Options: transition, observation, process_covariance, observation_covariance (a number, a diagonal or rows; the identity), initial_mean, initial_covariance (without them the start is diffuse), step (the least distance of two t), forecast (0 steps), feature_names. The weight of a row divides its observation_covariance. Rows with a NULL are counted and left out, and their times smoothed over; NaN and infinities are errors; no rows give NULL. Kalman, J. Basic Eng. 82, 1960; de Jong, Ann. Statist. 19, 1991.';
CREATE AGGREGATE kalman_smoothing_state(t double precision, y features, weight double precision, options jsonb) (
  SFUNC = kalman_smoothing_accumulate, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing_state(double precision, features, double precision, jsonb) IS 'The state of quern.kalman_smoothing over the same rows, to store, ship and merge.';
CREATE AGGREGATE kalman_smoothing_state(state state) (
  SFUNC = kalman_smoothing_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing_state(state) IS 'Many states of quern.kalman_smoothing as one.';
CREATE AGGREGATE kalman_smoothing_merge(state state) (
  SFUNC = kalman_smoothing_combine, STYPE = state, SSPACE = 288, COMBINEFUNC = kalman_smoothing_combine, FINALFUNC = kalman_smoothing_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE kalman_smoothing_merge(state) IS 'The result of quern.kalman_smoothing over the rows of many states.';
CREATE FUNCTION portfolio_accumulate(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'portfolio_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION portfolio_accumulate(state, features) IS 'Transition function of quern.portfolio: the state with one more row.';
CREATE FUNCTION portfolio_accumulate(state state, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'portfolio_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION portfolio_accumulate(state, features, jsonb) IS 'Transition function of quern.portfolio: the state with one more row.';
CREATE FUNCTION portfolio_accumulate(state state, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'portfolio_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION portfolio_accumulate(state, features, double precision, jsonb) IS 'Transition function of quern.portfolio: the state with one more row.';
CREATE FUNCTION portfolio_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'portfolio_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION portfolio_combine(state, state) IS 'Combine function of quern.portfolio: both states in one.';
CREATE FUNCTION portfolio_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'portfolio_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION portfolio_final(state) IS 'The result of quern.portfolio from one state. NULL if no rows went into it.';
CREATE AGGREGATE portfolio(x features) (
  SFUNC = portfolio_accumulate, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine, FINALFUNC = portfolio_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio(features) IS 'Weights of assets, 0 or more and 1 in all, that minimise risk_aversion/2 variance - mean of the returns x (one number for each of p assets a row), as a quern.model. Options: risk_aversion (1), max_weight (1, of an asset), target_return (least mean return), shrinkage (0 to 1, of the covariance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, one row NULL and a warning. The state has the size of the covariance. Markowitz, J. Finance 7, 1952.';
CREATE AGGREGATE portfolio_state(x features) (
  SFUNC = portfolio_accumulate, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio_state(features) IS 'The state of quern.portfolio over the same rows, to store, ship and merge.';
CREATE AGGREGATE portfolio(x features, options jsonb) (
  SFUNC = portfolio_accumulate, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine, FINALFUNC = portfolio_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio(features, jsonb) IS 'Weights of assets, 0 or more and 1 in all, that minimise risk_aversion/2 variance - mean of the returns x (one number for each of p assets a row), as a quern.model. Options: risk_aversion (1), max_weight (1, of an asset), target_return (least mean return), shrinkage (0 to 1, of the covariance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, one row NULL and a warning. The state has the size of the covariance. Markowitz, J. Finance 7, 1952.';
CREATE AGGREGATE portfolio_state(x features, options jsonb) (
  SFUNC = portfolio_accumulate, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio_state(features, jsonb) IS 'The state of quern.portfolio over the same rows, to store, ship and merge.';
CREATE AGGREGATE portfolio(x features, weight double precision, options jsonb) (
  SFUNC = portfolio_accumulate, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine, FINALFUNC = portfolio_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio(features, double precision, jsonb) IS 'Weights of assets, 0 or more and 1 in all, that minimise risk_aversion/2 variance - mean of the returns x (one number for each of p assets a row), as a quern.model. Options: risk_aversion (1), max_weight (1, of an asset), target_return (least mean return), shrinkage (0 to 1, of the covariance), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, one row NULL and a warning. The state has the size of the covariance. Markowitz, J. Finance 7, 1952.';
CREATE AGGREGATE portfolio_state(x features, weight double precision, options jsonb) (
  SFUNC = portfolio_accumulate, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio_state(features, double precision, jsonb) IS 'The state of quern.portfolio over the same rows, to store, ship and merge.';
CREATE AGGREGATE portfolio_state(state state) (
  SFUNC = portfolio_combine, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio_state(state) IS 'Many states of quern.portfolio as one.';
CREATE AGGREGATE portfolio_merge(state state) (
  SFUNC = portfolio_combine, STYPE = state, SSPACE = 272, COMBINEFUNC = portfolio_combine, FINALFUNC = portfolio_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE portfolio_merge(state) IS 'The result of quern.portfolio over the rows of many states.';
CREATE FUNCTION matrix_factorization_accumulate(state state, user_id bigint, item_id bigint, rating double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_factorization_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_accumulate(state, bigint, bigint, double precision) IS 'Transition function of quern.matrix_factorization: the state with one more row.';
CREATE FUNCTION matrix_factorization_accumulate(state state, user_id bigint, item_id bigint, rating double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_factorization_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_accumulate(state, bigint, bigint, double precision, jsonb) IS 'Transition function of quern.matrix_factorization: the state with one more row.';
CREATE FUNCTION matrix_factorization_accumulate(state state, user_id bigint, item_id bigint, rating double precision, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_factorization_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_accumulate(state, bigint, bigint, double precision, double precision, jsonb) IS 'Transition function of quern.matrix_factorization: the state with one more row.';
CREATE FUNCTION matrix_factorization_accumulate(state state, user_id text, item_id text, rating double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_factorization_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_accumulate(state, text, text, double precision) IS 'Transition function of quern.matrix_factorization: the state with one more row.';
CREATE FUNCTION matrix_factorization_accumulate(state state, user_id text, item_id text, rating double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_factorization_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_accumulate(state, text, text, double precision, jsonb) IS 'Transition function of quern.matrix_factorization: the state with one more row.';
CREATE FUNCTION matrix_factorization_accumulate(state state, user_id text, item_id text, rating double precision, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_factorization_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_accumulate(state, text, text, double precision, double precision, jsonb) IS 'Transition function of quern.matrix_factorization: the state with one more row.';
CREATE FUNCTION matrix_factorization_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_factorization_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_combine(state, state) IS 'Combine function of quern.matrix_factorization: both states in one.';
CREATE FUNCTION matrix_factorization_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'matrix_factorization_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_factorization_final(state) IS 'The result of quern.matrix_factorization from one state. NULL if no rows went into it.';
CREATE AGGREGATE matrix_factorization(user_id bigint, item_id bigint, rating double precision) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine, FINALFUNC = matrix_factorization_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization(bigint, bigint, double precision) IS 'Factors and biases of users and items from the ratings of a group, as quern.train(''matrix_factorization'') fits them. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN and infinities are errors; no rows give NULL. Ratings are gathered in the state (at most 900 MB; quern.train has no such limit). Zhou, Wilkinson, Schreiber, Pan, AAIM 2008; Hu, Koren, Volinsky, ICDM 2008.';
CREATE AGGREGATE matrix_factorization_state(user_id bigint, item_id bigint, rating double precision) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_state(bigint, bigint, double precision) IS 'The state of quern.matrix_factorization over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_factorization(user_id bigint, item_id bigint, rating double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine, FINALFUNC = matrix_factorization_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization(bigint, bigint, double precision, jsonb) IS 'Factors and biases of users and items from the ratings of a group, as quern.train(''matrix_factorization'') fits them. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN and infinities are errors; no rows give NULL. Ratings are gathered in the state (at most 900 MB; quern.train has no such limit). Zhou, Wilkinson, Schreiber, Pan, AAIM 2008; Hu, Koren, Volinsky, ICDM 2008.';
CREATE AGGREGATE matrix_factorization_state(user_id bigint, item_id bigint, rating double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_state(bigint, bigint, double precision, jsonb) IS 'The state of quern.matrix_factorization over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_factorization(user_id bigint, item_id bigint, rating double precision, weight double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine, FINALFUNC = matrix_factorization_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization(bigint, bigint, double precision, double precision, jsonb) IS 'Factors and biases of users and items from the ratings of a group, as quern.train(''matrix_factorization'') fits them. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN and infinities are errors; no rows give NULL. Ratings are gathered in the state (at most 900 MB; quern.train has no such limit). Zhou, Wilkinson, Schreiber, Pan, AAIM 2008; Hu, Koren, Volinsky, ICDM 2008.';
CREATE AGGREGATE matrix_factorization_state(user_id bigint, item_id bigint, rating double precision, weight double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_state(bigint, bigint, double precision, double precision, jsonb) IS 'The state of quern.matrix_factorization over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_factorization(user_id text, item_id text, rating double precision) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine, FINALFUNC = matrix_factorization_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization(text, text, double precision) IS 'Factors and biases of users and items from the ratings of a group, as quern.train(''matrix_factorization'') fits them. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN and infinities are errors; no rows give NULL. Ratings are gathered in the state (at most 900 MB; quern.train has no such limit). Zhou, Wilkinson, Schreiber, Pan, AAIM 2008; Hu, Koren, Volinsky, ICDM 2008.';
CREATE AGGREGATE matrix_factorization_state(user_id text, item_id text, rating double precision) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_state(text, text, double precision) IS 'The state of quern.matrix_factorization over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_factorization(user_id text, item_id text, rating double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine, FINALFUNC = matrix_factorization_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization(text, text, double precision, jsonb) IS 'Factors and biases of users and items from the ratings of a group, as quern.train(''matrix_factorization'') fits them. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN and infinities are errors; no rows give NULL. Ratings are gathered in the state (at most 900 MB; quern.train has no such limit). Zhou, Wilkinson, Schreiber, Pan, AAIM 2008; Hu, Koren, Volinsky, ICDM 2008.';
CREATE AGGREGATE matrix_factorization_state(user_id text, item_id text, rating double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_state(text, text, double precision, jsonb) IS 'The state of quern.matrix_factorization over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_factorization(user_id text, item_id text, rating double precision, weight double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine, FINALFUNC = matrix_factorization_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization(text, text, double precision, double precision, jsonb) IS 'Factors and biases of users and items from the ratings of a group, as quern.train(''matrix_factorization'') fits them. Options: those of quern.train that concern the problem and the solver. Rows with a NULL are counted and left out; NaN and infinities are errors; no rows give NULL. Ratings are gathered in the state (at most 900 MB; quern.train has no such limit). Zhou, Wilkinson, Schreiber, Pan, AAIM 2008; Hu, Koren, Volinsky, ICDM 2008.';
CREATE AGGREGATE matrix_factorization_state(user_id text, item_id text, rating double precision, weight double precision, options jsonb) (
  SFUNC = matrix_factorization_accumulate, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_state(text, text, double precision, double precision, jsonb) IS 'The state of quern.matrix_factorization over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_factorization_state(state state) (
  SFUNC = matrix_factorization_combine, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_state(state) IS 'Many states of quern.matrix_factorization as one.';
CREATE AGGREGATE matrix_factorization_merge(state state) (
  SFUNC = matrix_factorization_combine, STYPE = state, SSPACE = 352, COMBINEFUNC = matrix_factorization_combine, FINALFUNC = matrix_factorization_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_factorization_merge(state) IS 'The result of quern.matrix_factorization over the rows of many states.';
CREATE FUNCTION factorization_machine_accumulate(state state, y text, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, text, features) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y text, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, text, features, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y text, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, text, features, double precision, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y boolean, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, boolean, features) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y boolean, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, boolean, features, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y boolean, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, boolean, features, double precision, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y bigint, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, bigint, features) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y bigint, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, bigint, features, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y bigint, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, bigint, features, double precision, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y double precision, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, double precision, features) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y double precision, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, double precision, features, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_accumulate(state state, y double precision, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_accumulate(state, double precision, features, double precision, jsonb) IS 'Transition function of quern.factorization_machine: the state with one more row.';
CREATE FUNCTION factorization_machine_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'factorization_machine_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_combine(state, state) IS 'Combine function of quern.factorization_machine: both states in one.';
CREATE FUNCTION factorization_machine_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'factorization_machine_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION factorization_machine_final(state) IS 'The result of quern.factorization_machine from one state. NULL if no rows went into it.';
CREATE AGGREGATE factorization_machine(y text, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(text, features) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y text, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(text, features) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y text, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(text, features, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y text, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(text, features, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y text, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(text, features, double precision, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y text, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(text, features, double precision, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y boolean, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(boolean, features) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y boolean, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(boolean, features) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y boolean, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(boolean, features, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y boolean, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(boolean, features, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(boolean, features, double precision, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y boolean, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(boolean, features, double precision, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y bigint, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(bigint, features) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y bigint, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(bigint, features) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y bigint, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(bigint, features, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y bigint, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(bigint, features, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(bigint, features, double precision, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y bigint, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(bigint, features, double precision, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y double precision, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(double precision, features) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y double precision, x features) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(double precision, features) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y double precision, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(double precision, features, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y double precision, x features, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(double precision, features, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine(double precision, features, double precision, jsonb) IS 'Coefficients and factors of the features x (p numbers a row) and of all their pairs, for y, text or boolean for one of two classes and a number for itself, as a quern.model. Options: task (auto, classification, regression), rank (8), fit_intercept, l2 (0), l2_factors (1e-3), init_scale (0.1), solver (auto, lbfgs, adagrad, sgd), max_iter, tol (1e-6), step_size (0.1), decay (0.1), batch_size (16), seed (0), feature_names. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, rows of one class NULL and a warning. Rows are gathered in the state (at most 900 MB; quern.train has no such limit). Rendle, ICDM 2010.';
CREATE AGGREGATE factorization_machine_state(y double precision, x features, weight double precision, options jsonb) (
  SFUNC = factorization_machine_accumulate, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(double precision, features, double precision, jsonb) IS 'The state of quern.factorization_machine over the same rows, to store, ship and merge.';
CREATE AGGREGATE factorization_machine_state(state state) (
  SFUNC = factorization_machine_combine, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_state(state) IS 'Many states of quern.factorization_machine as one.';
CREATE AGGREGATE factorization_machine_merge(state state) (
  SFUNC = factorization_machine_combine, STYPE = state, SSPACE = 296, COMBINEFUNC = factorization_machine_combine, FINALFUNC = factorization_machine_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE factorization_machine_merge(state) IS 'The result of quern.factorization_machine over the rows of many states.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features jsonb, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], jsonb, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features jsonb, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], jsonb, double precision, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features text[]) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], text[]) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features text[], options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], text[], jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features text[], weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], text[], double precision, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features text[], offsets integer[]) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], text[], integer[]) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features text[], offsets integer[], options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], text[], integer[], jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features text[], offsets integer[], weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], text[], integer[], double precision, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features integer[]) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], integer[]) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features integer[], options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], integer[], jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features integer[], weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], integer[], double precision, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features integer[], offsets integer[]) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], integer[], integer[]) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features integer[], offsets integer[], options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], integer[], integer[], jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features integer[], offsets integer[], weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], integer[], integer[], double precision, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features bigint[]) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], bigint[]) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features bigint[], options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], bigint[], jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features bigint[], weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], bigint[], double precision, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features bigint[], offsets integer[]) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], bigint[], integer[]) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features bigint[], offsets integer[], options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], bigint[], integer[], jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_accumulate(state state, labels text[], features bigint[], offsets integer[], weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_accumulate(state, text[], bigint[], integer[], double precision, jsonb) IS 'Transition function of quern.crf: the state with one more row.';
CREATE FUNCTION crf_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'crf_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_combine(state, state) IS 'Combine function of quern.crf: both states in one.';
CREATE FUNCTION crf_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'crf_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crf_final(state) IS 'The result of quern.crf from one state. NULL if no rows went into it.';
CREATE AGGREGATE crf(labels text[], features jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features jsonb, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], jsonb, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features jsonb, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], jsonb, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features jsonb, weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], jsonb, double precision, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features jsonb, weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], jsonb, double precision, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features text[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], text[]) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features text[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], text[]) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features text[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], text[], jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features text[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], text[], jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features text[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], text[], double precision, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features text[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], text[], double precision, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features text[], offsets integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], text[], integer[]) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features text[], offsets integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], text[], integer[]) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features text[], offsets integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], text[], integer[], jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features text[], offsets integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], text[], integer[], jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features text[], offsets integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], text[], integer[], double precision, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features text[], offsets integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], text[], integer[], double precision, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], integer[]) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], integer[]) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], integer[], jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], integer[], jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], integer[], double precision, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], integer[], double precision, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features integer[], offsets integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], integer[], integer[]) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features integer[], offsets integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], integer[], integer[]) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features integer[], offsets integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], integer[], integer[], jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features integer[], offsets integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], integer[], integer[], jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features integer[], offsets integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], integer[], integer[], double precision, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features integer[], offsets integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], integer[], integer[], double precision, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features bigint[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], bigint[]) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features bigint[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], bigint[]) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features bigint[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], bigint[], jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features bigint[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], bigint[], jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features bigint[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], bigint[], double precision, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features bigint[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], bigint[], double precision, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features bigint[], offsets integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], bigint[], integer[]) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features bigint[], offsets integer[]) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], bigint[], integer[]) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features bigint[], offsets integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], bigint[], integer[], jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features bigint[], offsets integer[], options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], bigint[], integer[], jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf(labels text[], features bigint[], offsets integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf(text[], bigint[], integer[], double precision, jsonb) IS 'A conditional random field that labels sequences, from sequences with their labels: one label for each position, and its features as jsonb, a matrix of names or numbers, or an array of them with offsets, as quern.train(''crf'') takes them; as a quern.model, for quern.tag. Options: l1 (0), l2 (2/n), ends, all_possible_states, all_possible_transitions, min_feature_count (1), labels, solver (lbfgs, sgd), max_iter, tol, step_size, seed (0). Sequences with a NULL in them are counted and left out; different numbers of labels and positions are an error; no rows give NULL, rows of one label NULL and a warning. Sequences are gathered in the state (at most 900 MB; quern.train has no such limit). Lafferty, McCallum, Pereira, ICML 2001.';
CREATE AGGREGATE crf_state(labels text[], features bigint[], offsets integer[], weight double precision, options jsonb) (
  SFUNC = crf_accumulate, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(text[], bigint[], integer[], double precision, jsonb) IS 'The state of quern.crf over the same rows, to store, ship and merge.';
CREATE AGGREGATE crf_state(state state) (
  SFUNC = crf_combine, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_state(state) IS 'Many states of quern.crf as one.';
CREATE AGGREGATE crf_merge(state state) (
  SFUNC = crf_combine, STYPE = state, SSPACE = 448, COMBINEFUNC = crf_combine, FINALFUNC = crf_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE crf_merge(state) IS 'The result of quern.crf over the rows of many states.';
CREATE FUNCTION regression_metrics_accumulate(state state, actual double precision, predicted double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'regression_metrics_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION regression_metrics_accumulate(state, double precision, double precision) IS 'Transition function of quern.regression_metrics: the state with one more row.';
CREATE FUNCTION regression_metrics_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'regression_metrics_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION regression_metrics_combine(state, state) IS 'Combine function of quern.regression_metrics: both states in one.';
CREATE TYPE regression_metrics_result AS (n bigint, skipped bigint, mae double precision, mse double precision, rmse double precision, r2 double precision, max_error double precision, mean_error double precision);
COMMENT ON TYPE regression_metrics_result IS 'What quern.regression_metrics returns.';
CREATE FUNCTION regression_metrics_final(state state) RETURNS regression_metrics_result
  AS 'MODULE_PATHNAME', 'regression_metrics_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION regression_metrics_final(state) IS 'The result of quern.regression_metrics from one state. NULL if no rows went into it.';
CREATE AGGREGATE regression_metrics(actual double precision, predicted double precision) (
  SFUNC = regression_metrics_accumulate, STYPE = state, SSPACE = 184, COMBINEFUNC = regression_metrics_combine, FINALFUNC = regression_metrics_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE regression_metrics(double precision, double precision) IS 'How well predicted numbers meet the actual ones, as one row. r2 is 1 - SSE / SST, NULL where actual is constant. Rows with a NULL are left out; no rows give NULL.';
CREATE AGGREGATE regression_metrics_state(actual double precision, predicted double precision) (
  SFUNC = regression_metrics_accumulate, STYPE = state, SSPACE = 184, COMBINEFUNC = regression_metrics_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE regression_metrics_state(double precision, double precision) IS 'The state of quern.regression_metrics over the same rows, to store, ship and merge.';
CREATE AGGREGATE regression_metrics_state(state state) (
  SFUNC = regression_metrics_combine, STYPE = state, SSPACE = 184, COMBINEFUNC = regression_metrics_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE regression_metrics_state(state) IS 'Many states of quern.regression_metrics as one.';
CREATE AGGREGATE regression_metrics_merge(state state) (
  SFUNC = regression_metrics_combine, STYPE = state, SSPACE = 184, COMBINEFUNC = regression_metrics_combine, FINALFUNC = regression_metrics_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE regression_metrics_merge(state) IS 'The result of quern.regression_metrics over the rows of many states.';
CREATE FUNCTION classification_metrics_accumulate(state state, actual boolean, predicted_probability double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'classification_metrics_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION classification_metrics_accumulate(state, boolean, double precision) IS 'Transition function of quern.classification_metrics: the state with one more row.';
CREATE FUNCTION classification_metrics_accumulate(state state, actual double precision, predicted_probability double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'classification_metrics_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION classification_metrics_accumulate(state, double precision, double precision) IS 'Transition function of quern.classification_metrics: the state with one more row.';
CREATE FUNCTION classification_metrics_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'classification_metrics_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION classification_metrics_combine(state, state) IS 'Combine function of quern.classification_metrics: both states in one.';
CREATE TYPE classification_metrics_result AS (n bigint, skipped bigint, positives bigint, accuracy double precision, precision double precision, recall double precision, specificity double precision, f1 double precision, log_loss double precision, brier double precision, auc double precision);
COMMENT ON TYPE classification_metrics_result IS 'What quern.classification_metrics returns.';
CREATE FUNCTION classification_metrics_final(state state) RETURNS classification_metrics_result
  AS 'MODULE_PATHNAME', 'classification_metrics_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION classification_metrics_final(state) IS 'The result of quern.classification_metrics from one state. NULL if no rows went into it.';
CREATE AGGREGATE classification_metrics(actual boolean, predicted_probability double precision) (
  SFUNC = classification_metrics_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = classification_metrics_combine, FINALFUNC = classification_metrics_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE classification_metrics(boolean, double precision) IS 'How well predicted probabilities of true meet what was actual (boolean, or 0 and 1), as one row. The threshold is 0.5; auc is the area under the ROC curve, exact, ties counting half. Rows with a NULL are left out; a probability outside 0 to 1 is an error; no rows give NULL; what is not defined is NULL.';
CREATE AGGREGATE classification_metrics_state(actual boolean, predicted_probability double precision) (
  SFUNC = classification_metrics_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = classification_metrics_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE classification_metrics_state(boolean, double precision) IS 'The state of quern.classification_metrics over the same rows, to store, ship and merge.';
CREATE AGGREGATE classification_metrics(actual double precision, predicted_probability double precision) (
  SFUNC = classification_metrics_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = classification_metrics_combine, FINALFUNC = classification_metrics_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE classification_metrics(double precision, double precision) IS 'How well predicted probabilities of true meet what was actual (boolean, or 0 and 1), as one row. The threshold is 0.5; auc is the area under the ROC curve, exact, ties counting half. Rows with a NULL are left out; a probability outside 0 to 1 is an error; no rows give NULL; what is not defined is NULL.';
CREATE AGGREGATE classification_metrics_state(actual double precision, predicted_probability double precision) (
  SFUNC = classification_metrics_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = classification_metrics_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE classification_metrics_state(double precision, double precision) IS 'The state of quern.classification_metrics over the same rows, to store, ship and merge.';
CREATE AGGREGATE classification_metrics_state(state state) (
  SFUNC = classification_metrics_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = classification_metrics_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE classification_metrics_state(state) IS 'Many states of quern.classification_metrics as one.';
CREATE AGGREGATE classification_metrics_merge(state state) (
  SFUNC = classification_metrics_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = classification_metrics_combine, FINALFUNC = classification_metrics_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE classification_metrics_merge(state) IS 'The result of quern.classification_metrics over the rows of many states.';
CREATE FUNCTION confusion_matrix_accumulate(state state, actual text, predicted text) RETURNS state
  AS 'MODULE_PATHNAME', 'confusion_matrix_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION confusion_matrix_accumulate(state, text, text) IS 'Transition function of quern.confusion_matrix: the state with one more row.';
CREATE FUNCTION confusion_matrix_accumulate(state state, actual boolean, predicted boolean) RETURNS state
  AS 'MODULE_PATHNAME', 'confusion_matrix_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION confusion_matrix_accumulate(state, boolean, boolean) IS 'Transition function of quern.confusion_matrix: the state with one more row.';
CREATE FUNCTION confusion_matrix_accumulate(state state, actual bigint, predicted bigint) RETURNS state
  AS 'MODULE_PATHNAME', 'confusion_matrix_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION confusion_matrix_accumulate(state, bigint, bigint) IS 'Transition function of quern.confusion_matrix: the state with one more row.';
CREATE FUNCTION confusion_matrix_accumulate(state state, actual double precision, predicted double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'confusion_matrix_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION confusion_matrix_accumulate(state, double precision, double precision) IS 'Transition function of quern.confusion_matrix: the state with one more row.';
CREATE FUNCTION confusion_matrix_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'confusion_matrix_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION confusion_matrix_combine(state, state) IS 'Combine function of quern.confusion_matrix: both states in one.';
CREATE TYPE confusion_matrix_result AS (actual text, predicted text, n bigint);
COMMENT ON TYPE confusion_matrix_result IS 'What quern.confusion_matrix returns.';
CREATE FUNCTION confusion_matrix_final(state state) RETURNS confusion_matrix_result[]
  AS 'MODULE_PATHNAME', 'confusion_matrix_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION confusion_matrix_final(state) IS 'The result of quern.confusion_matrix from one state. NULL if no rows went into it.';
CREATE AGGREGATE confusion_matrix(actual text, predicted text) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine, FINALFUNC = confusion_matrix_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix(text, text) IS 'How often each actual class was predicted as each class: an array of (actual, predicted, n) over all pairs of classes seen, to be used as SELECT * FROM unnest((SELECT quern.confusion_matrix(actual, predicted) FROM ...)). Rows with a NULL are left out; no rows give NULL.';
CREATE AGGREGATE confusion_matrix_state(actual text, predicted text) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix_state(text, text) IS 'The state of quern.confusion_matrix over the same rows, to store, ship and merge.';
CREATE AGGREGATE confusion_matrix(actual boolean, predicted boolean) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine, FINALFUNC = confusion_matrix_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix(boolean, boolean) IS 'How often each actual class was predicted as each class: an array of (actual, predicted, n) over all pairs of classes seen, to be used as SELECT * FROM unnest((SELECT quern.confusion_matrix(actual, predicted) FROM ...)). Rows with a NULL are left out; no rows give NULL.';
CREATE AGGREGATE confusion_matrix_state(actual boolean, predicted boolean) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix_state(boolean, boolean) IS 'The state of quern.confusion_matrix over the same rows, to store, ship and merge.';
CREATE AGGREGATE confusion_matrix(actual bigint, predicted bigint) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine, FINALFUNC = confusion_matrix_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix(bigint, bigint) IS 'How often each actual class was predicted as each class: an array of (actual, predicted, n) over all pairs of classes seen, to be used as SELECT * FROM unnest((SELECT quern.confusion_matrix(actual, predicted) FROM ...)). Rows with a NULL are left out; no rows give NULL.';
CREATE AGGREGATE confusion_matrix_state(actual bigint, predicted bigint) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix_state(bigint, bigint) IS 'The state of quern.confusion_matrix over the same rows, to store, ship and merge.';
CREATE AGGREGATE confusion_matrix(actual double precision, predicted double precision) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine, FINALFUNC = confusion_matrix_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix(double precision, double precision) IS 'How often each actual class was predicted as each class: an array of (actual, predicted, n) over all pairs of classes seen, to be used as SELECT * FROM unnest((SELECT quern.confusion_matrix(actual, predicted) FROM ...)). Rows with a NULL are left out; no rows give NULL.';
CREATE AGGREGATE confusion_matrix_state(actual double precision, predicted double precision) (
  SFUNC = confusion_matrix_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix_state(double precision, double precision) IS 'The state of quern.confusion_matrix over the same rows, to store, ship and merge.';
CREATE AGGREGATE confusion_matrix_state(state state) (
  SFUNC = confusion_matrix_combine, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix_state(state) IS 'Many states of quern.confusion_matrix as one.';
CREATE AGGREGATE confusion_matrix_merge(state state) (
  SFUNC = confusion_matrix_combine, STYPE = state, SSPACE = 224, COMBINEFUNC = confusion_matrix_combine, FINALFUNC = confusion_matrix_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE confusion_matrix_merge(state) IS 'The result of quern.confusion_matrix over the rows of many states.';
CREATE FUNCTION svec_agg_accumulate(state state, index bigint, value double precision, size bigint) RETURNS state
  AS 'MODULE_PATHNAME', 'svec_agg_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svec_agg_accumulate(state, bigint, double precision, bigint) IS 'Transition function of quern.svec_agg: the state with one more row.';
CREATE FUNCTION svec_agg_accumulate(state state, index bigint, value double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'svec_agg_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svec_agg_accumulate(state, bigint, double precision) IS 'Transition function of quern.svec_agg: the state with one more row.';
CREATE FUNCTION svec_agg_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'svec_agg_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svec_agg_combine(state, state) IS 'Combine function of quern.svec_agg: both states in one.';
CREATE FUNCTION svec_agg_final(state state) RETURNS svec
  AS 'MODULE_PATHNAME', 'svec_agg_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svec_agg_final(state) IS 'The result of quern.svec_agg from one state. NULL if no rows went into it.';
CREATE AGGREGATE svec_agg(index bigint, value double precision, size bigint) (
  SFUNC = svec_agg_accumulate, STYPE = state, SSPACE = 200, COMBINEFUNC = svec_agg_combine, FINALFUNC = svec_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_agg(bigint, double precision, bigint) IS 'A quern.svec from its entries, one a row: index from 1, value, and the size, which is the largest index where it is not given. The values of one index add up. An index below 1 or beyond the size, or different sizes, are errors (22023). Rows with a NULL are left out; no rows give NULL. At most 75,000,000 entries (54000).';
CREATE AGGREGATE svec_agg_state(index bigint, value double precision, size bigint) (
  SFUNC = svec_agg_accumulate, STYPE = state, SSPACE = 200, COMBINEFUNC = svec_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_agg_state(bigint, double precision, bigint) IS 'The state of quern.svec_agg over the same rows, to store, ship and merge.';
CREATE AGGREGATE svec_agg(index bigint, value double precision) (
  SFUNC = svec_agg_accumulate, STYPE = state, SSPACE = 200, COMBINEFUNC = svec_agg_combine, FINALFUNC = svec_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_agg(bigint, double precision) IS 'A quern.svec from its entries, one a row: index from 1, value, and the size, which is the largest index where it is not given. The values of one index add up. An index below 1 or beyond the size, or different sizes, are errors (22023). Rows with a NULL are left out; no rows give NULL. At most 75,000,000 entries (54000).';
CREATE AGGREGATE svec_agg_state(index bigint, value double precision) (
  SFUNC = svec_agg_accumulate, STYPE = state, SSPACE = 200, COMBINEFUNC = svec_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_agg_state(bigint, double precision) IS 'The state of quern.svec_agg over the same rows, to store, ship and merge.';
CREATE AGGREGATE svec_agg_state(state state) (
  SFUNC = svec_agg_combine, STYPE = state, SSPACE = 200, COMBINEFUNC = svec_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_agg_state(state) IS 'Many states of quern.svec_agg as one.';
CREATE AGGREGATE svec_agg_merge(state state) (
  SFUNC = svec_agg_combine, STYPE = state, SSPACE = 200, COMBINEFUNC = svec_agg_combine, FINALFUNC = svec_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_agg_merge(state) IS 'The result of quern.svec_agg over the rows of many states.';
CREATE FUNCTION gram_accumulate(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'gram_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gram_accumulate(state, features) IS 'Transition function of quern.gram: the state with one more row.';
CREATE FUNCTION gram_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'gram_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gram_combine(state, state) IS 'Combine function of quern.gram: both states in one.';
CREATE FUNCTION gram_final(state state) RETURNS matrix
  AS 'MODULE_PATHNAME', 'gram_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION gram_final(state) IS 'The result of quern.gram from one state. NULL if no rows went into it.';
CREATE AGGREGATE gram(x features) (
  SFUNC = gram_accumulate, STYPE = state, SSPACE = 432, COMBINEFUNC = gram_combine, FINALFUNC = gram_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gram(features) IS 'X''X of the rows x (p numbers each), p x p. Rows with a NULL are left out; NaN, infinities and rows of different widths are errors (22023), and so is a product out of range (22003); no rows give NULL. At most 11,000 columns. One pass, by blocks of rows; rows of quern.svec stay sparse, and quern.sparse_gram gives a sparse result; Goto, van de Geijn, ACM TOMS 34(3), 2008.';
CREATE AGGREGATE gram_state(x features) (
  SFUNC = gram_accumulate, STYPE = state, SSPACE = 432, COMBINEFUNC = gram_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gram_state(features) IS 'The state of quern.gram over the same rows, to store, ship and merge.';
CREATE AGGREGATE gram_state(state state) (
  SFUNC = gram_combine, STYPE = state, SSPACE = 432, COMBINEFUNC = gram_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gram_state(state) IS 'Many states of quern.gram as one.';
CREATE AGGREGATE gram_merge(state state) (
  SFUNC = gram_combine, STYPE = state, SSPACE = 432, COMBINEFUNC = gram_combine, FINALFUNC = gram_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE gram_merge(state) IS 'The result of quern.gram over the rows of many states.';
CREATE FUNCTION cross_accumulate(state state, x features, y double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'cross_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cross_accumulate(state, features, double precision) IS 'Transition function of quern.cross: the state with one more row.';
CREATE FUNCTION cross_accumulate(state state, x features, y features) RETURNS state
  AS 'MODULE_PATHNAME', 'cross_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cross_accumulate(state, features, features) IS 'Transition function of quern.cross: the state with one more row.';
CREATE FUNCTION cross_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'cross_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cross_combine(state, state) IS 'Combine function of quern.cross: both states in one.';
CREATE FUNCTION cross_final(state state) RETURNS matrix
  AS 'MODULE_PATHNAME', 'cross_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cross_final(state) IS 'The result of quern.cross from one state. NULL if no rows went into it.';
CREATE AGGREGATE cross(x features, y double precision) (
  SFUNC = cross_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = cross_combine, FINALFUNC = cross_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cross(features, double precision) IS 'X''Y of the rows x (p numbers each) and y (a number, or q numbers each), p x q. Rows with a NULL are left out; NaN, infinities and rows of different widths are errors (22023), and so is a product out of range (22003); no rows give NULL. One pass.';
CREATE AGGREGATE cross_state(x features, y double precision) (
  SFUNC = cross_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = cross_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cross_state(features, double precision) IS 'The state of quern.cross over the same rows, to store, ship and merge.';
CREATE AGGREGATE cross(x features, y features) (
  SFUNC = cross_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = cross_combine, FINALFUNC = cross_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cross(features, features) IS 'X''Y of the rows x (p numbers each) and y (a number, or q numbers each), p x q. Rows with a NULL are left out; NaN, infinities and rows of different widths are errors (22023), and so is a product out of range (22003); no rows give NULL. One pass.';
CREATE AGGREGATE cross_state(x features, y features) (
  SFUNC = cross_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = cross_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cross_state(features, features) IS 'The state of quern.cross over the same rows, to store, ship and merge.';
CREATE AGGREGATE cross_state(state state) (
  SFUNC = cross_combine, STYPE = state, SSPACE = 224, COMBINEFUNC = cross_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cross_state(state) IS 'Many states of quern.cross as one.';
CREATE AGGREGATE cross_merge(state state) (
  SFUNC = cross_combine, STYPE = state, SSPACE = 224, COMBINEFUNC = cross_combine, FINALFUNC = cross_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE cross_merge(state) IS 'The result of quern.cross over the rows of many states.';
CREATE FUNCTION mmchain_accumulate(state state, x features, v double precision[]) RETURNS state
  AS 'MODULE_PATHNAME', 'mmchain_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mmchain_accumulate(state, features, double precision[]) IS 'Transition function of quern.mmchain: the state with one more row.';
CREATE FUNCTION mmchain_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'mmchain_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mmchain_combine(state, state) IS 'Combine function of quern.mmchain: both states in one.';
CREATE FUNCTION mmchain_final(state state) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'mmchain_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mmchain_final(state) IS 'The result of quern.mmchain from one state. NULL if no rows went into it.';
CREATE AGGREGATE mmchain(x features, v double precision[]) (
  SFUNC = mmchain_accumulate, STYPE = state, SSPACE = 144, COMBINEFUNC = mmchain_combine, FINALFUNC = mmchain_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mmchain(features, double precision[]) IS 'X''(X v) of the rows x (p numbers each) and a vector v of p numbers, the same for all rows, as p numbers, in one scan. Rows with a NULL are left out; NaN, infinities and rows of different widths are errors (22023), and so is a product out of range (22003); no rows give NULL.';
CREATE AGGREGATE mmchain_state(x features, v double precision[]) (
  SFUNC = mmchain_accumulate, STYPE = state, SSPACE = 144, COMBINEFUNC = mmchain_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mmchain_state(features, double precision[]) IS 'The state of quern.mmchain over the same rows, to store, ship and merge.';
CREATE AGGREGATE mmchain_state(state state) (
  SFUNC = mmchain_combine, STYPE = state, SSPACE = 144, COMBINEFUNC = mmchain_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mmchain_state(state) IS 'Many states of quern.mmchain as one.';
CREATE AGGREGATE mmchain_merge(state state) (
  SFUNC = mmchain_combine, STYPE = state, SSPACE = 144, COMBINEFUNC = mmchain_combine, FINALFUNC = mmchain_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE mmchain_merge(state) IS 'The result of quern.mmchain over the rows of many states.';
CREATE FUNCTION matrix_sum_accumulate(state state, a matrix) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_sum_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_sum_accumulate(state, matrix) IS 'Transition function of quern.matrix_sum: the state with one more row.';
CREATE FUNCTION matrix_sum_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_sum_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_sum_combine(state, state) IS 'Combine function of quern.matrix_sum: both states in one.';
CREATE FUNCTION matrix_sum_final(state state) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_sum_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_sum_final(state) IS 'The result of quern.matrix_sum from one state. NULL if no rows went into it.';
CREATE AGGREGATE matrix_sum(a matrix) (
  SFUNC = matrix_sum_accumulate, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine, FINALFUNC = matrix_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_sum(matrix) IS 'The sum of the matrices a, element by element. NULLs are left out; matrices of different shapes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE sum(a matrix) (
  SFUNC = matrix_sum_accumulate, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine, FINALFUNC = matrix_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(matrix) IS 'The sum of the matrices a, element by element. NULLs are left out; matrices of different shapes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE matrix_sum_state(a matrix) (
  SFUNC = matrix_sum_accumulate, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_sum_state(matrix) IS 'The state of quern.matrix_sum over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_sum_state(state state) (
  SFUNC = matrix_sum_combine, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_sum_state(state) IS 'Many states of quern.matrix_sum as one.';
CREATE AGGREGATE matrix_sum_merge(state state) (
  SFUNC = matrix_sum_combine, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine, FINALFUNC = matrix_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_sum_merge(state) IS 'The result of quern.matrix_sum over the rows of many states.';
CREATE FUNCTION matrix_avg_final(state state) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_avg_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_avg_final(state) IS 'The result of quern.matrix_avg from one state. NULL if no rows went into it.';
CREATE AGGREGATE matrix_avg(a matrix) (
  SFUNC = matrix_sum_accumulate, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine, FINALFUNC = matrix_avg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_avg(matrix) IS 'The mean of the matrices a, element by element. NULLs are left out; matrices of different shapes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE avg(a matrix) (
  SFUNC = matrix_sum_accumulate, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine, FINALFUNC = matrix_avg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE avg(matrix) IS 'The mean of the matrices a, element by element. NULLs are left out; matrices of different shapes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE matrix_avg_state(a matrix) (
  SFUNC = matrix_sum_accumulate, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_avg_state(matrix) IS 'The state of quern.matrix_avg over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_avg_state(state state) (
  SFUNC = matrix_sum_combine, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_avg_state(state) IS 'Many states of quern.matrix_avg as one.';
CREATE AGGREGATE matrix_avg_merge(state state) (
  SFUNC = matrix_sum_combine, STYPE = state, SSPACE = 176, COMBINEFUNC = matrix_sum_combine, FINALFUNC = matrix_avg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_avg_merge(state) IS 'The result of quern.matrix_avg over the rows of many states.';
CREATE FUNCTION vector_sum_accumulate(state state, v double precision[]) RETURNS state
  AS 'MODULE_PATHNAME', 'vector_sum_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vector_sum_accumulate(state, double precision[]) IS 'Transition function of quern.vector_sum: the state with one more row.';
CREATE FUNCTION vector_sum_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'vector_sum_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vector_sum_combine(state, state) IS 'Combine function of quern.vector_sum: both states in one.';
CREATE FUNCTION vector_sum_final(state state) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_sum_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vector_sum_final(state) IS 'The result of quern.vector_sum from one state. NULL if no rows went into it.';
CREATE AGGREGATE vector_sum(v double precision[]) (
  SFUNC = vector_sum_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine, FINALFUNC = vector_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_sum(double precision[]) IS 'The sum of the vectors v, number by number. Vectors with a NULL are left out; vectors of different sizes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE sum(v double precision[]) (
  SFUNC = vector_sum_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine, FINALFUNC = vector_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(double precision[]) IS 'The sum of the vectors v, number by number. Vectors with a NULL are left out; vectors of different sizes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE vector_sum_state(v double precision[]) (
  SFUNC = vector_sum_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_sum_state(double precision[]) IS 'The state of quern.vector_sum over the same rows, to store, ship and merge.';
CREATE AGGREGATE vector_sum_state(state state) (
  SFUNC = vector_sum_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_sum_state(state) IS 'Many states of quern.vector_sum as one.';
CREATE AGGREGATE vector_sum_merge(state state) (
  SFUNC = vector_sum_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine, FINALFUNC = vector_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_sum_merge(state) IS 'The result of quern.vector_sum over the rows of many states.';
CREATE FUNCTION vector_avg_final(state state) RETURNS double precision[]
  AS 'MODULE_PATHNAME', 'vector_avg_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vector_avg_final(state) IS 'The result of quern.vector_avg from one state. NULL if no rows went into it.';
CREATE AGGREGATE vector_avg(v double precision[]) (
  SFUNC = vector_sum_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine, FINALFUNC = vector_avg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_avg(double precision[]) IS 'The mean of the vectors v, number by number. Vectors with a NULL are left out; vectors of different sizes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE avg(v double precision[]) (
  SFUNC = vector_sum_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine, FINALFUNC = vector_avg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE avg(double precision[]) IS 'The mean of the vectors v, number by number. Vectors with a NULL are left out; vectors of different sizes are an error (22023), a sum of finite numbers that is out of range too (22003); no rows give NULL.';
CREATE AGGREGATE vector_avg_state(v double precision[]) (
  SFUNC = vector_sum_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_avg_state(double precision[]) IS 'The state of quern.vector_avg over the same rows, to store, ship and merge.';
CREATE AGGREGATE vector_avg_state(state state) (
  SFUNC = vector_sum_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_avg_state(state) IS 'Many states of quern.vector_avg as one.';
CREATE AGGREGATE vector_avg_merge(state state) (
  SFUNC = vector_sum_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = vector_sum_combine, FINALFUNC = vector_avg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE vector_avg_merge(state) IS 'The result of quern.vector_avg over the rows of many states.';
CREATE FUNCTION matrix_agg_accumulate(state state, i bigint, "row" double precision[]) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_agg_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_agg_accumulate(state, bigint, double precision[]) IS 'Transition function of quern.matrix_agg: the state with one more row.';
CREATE FUNCTION matrix_agg_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_agg_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_agg_combine(state, state) IS 'Combine function of quern.matrix_agg: both states in one.';
CREATE FUNCTION matrix_agg_final(state state) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_agg_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_agg_final(state) IS 'The result of quern.matrix_agg from one state. NULL if no rows went into it.';
CREATE AGGREGATE matrix_agg(i bigint, "row" double precision[]) (
  SFUNC = matrix_agg_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = matrix_agg_combine, FINALFUNC = matrix_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_agg(bigint, double precision[]) IS 'A matrix of its rows: row number i, from 1, and its numbers. A number that is missing or comes twice, and rows of different widths, are errors (22023). Rows with a NULL are left out; no rows give NULL. At most 900 MB (54000); beyond it: quern.blocks.';
CREATE AGGREGATE matrix_agg_state(i bigint, "row" double precision[]) (
  SFUNC = matrix_agg_accumulate, STYPE = state, SSPACE = 160, COMBINEFUNC = matrix_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_agg_state(bigint, double precision[]) IS 'The state of quern.matrix_agg over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_agg_state(state state) (
  SFUNC = matrix_agg_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = matrix_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_agg_state(state) IS 'Many states of quern.matrix_agg as one.';
CREATE AGGREGATE matrix_agg_merge(state state) (
  SFUNC = matrix_agg_combine, STYPE = state, SSPACE = 160, COMBINEFUNC = matrix_agg_combine, FINALFUNC = matrix_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_agg_merge(state) IS 'The result of quern.matrix_agg over the rows of many states.';
CREATE FUNCTION matrix_entries_accumulate(state state, i bigint, j bigint, value double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_entries_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_entries_accumulate(state, bigint, bigint, double precision) IS 'Transition function of quern.matrix_entries: the state with one more row.';
CREATE FUNCTION matrix_entries_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'matrix_entries_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_entries_combine(state, state) IS 'Combine function of quern.matrix_entries: both states in one.';
CREATE FUNCTION matrix_entries_final(state state) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_entries_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_entries_final(state) IS 'The result of quern.matrix_entries from one state. NULL if no rows went into it.';
CREATE AGGREGATE matrix_entries(i bigint, j bigint, value double precision) (
  SFUNC = matrix_entries_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = matrix_entries_combine, FINALFUNC = matrix_entries_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_entries(bigint, bigint, double precision) IS 'A matrix of its entries, one a row: row number i and column number j, from 1, and the value. Entries of one place add up, and are 0 where none is; the shape is that of the largest i and j. Rows with a NULL are left out; no rows give NULL. At most 56,000,000 entries and 1 GB (54000); beyond it: quern.blocks.';
CREATE AGGREGATE matrix_agg(i bigint, j bigint, value double precision) (
  SFUNC = matrix_entries_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = matrix_entries_combine, FINALFUNC = matrix_entries_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_agg(bigint, bigint, double precision) IS 'A matrix of its entries, one a row: row number i and column number j, from 1, and the value. Entries of one place add up, and are 0 where none is; the shape is that of the largest i and j. Rows with a NULL are left out; no rows give NULL. At most 56,000,000 entries and 1 GB (54000); beyond it: quern.blocks.';
CREATE AGGREGATE matrix_entries_state(i bigint, j bigint, value double precision) (
  SFUNC = matrix_entries_accumulate, STYPE = state, SSPACE = 224, COMBINEFUNC = matrix_entries_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_entries_state(bigint, bigint, double precision) IS 'The state of quern.matrix_entries over the same rows, to store, ship and merge.';
CREATE AGGREGATE matrix_entries_state(state state) (
  SFUNC = matrix_entries_combine, STYPE = state, SSPACE = 224, COMBINEFUNC = matrix_entries_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_entries_state(state) IS 'Many states of quern.matrix_entries as one.';
CREATE AGGREGATE matrix_entries_merge(state state) (
  SFUNC = matrix_entries_combine, STYPE = state, SSPACE = 224, COMBINEFUNC = matrix_entries_combine, FINALFUNC = matrix_entries_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE matrix_entries_merge(state) IS 'The result of quern.matrix_entries over the rows of many states.';
CREATE FUNCTION from_blocks_accumulate(state state, i bigint, j bigint, block matrix) RETURNS state
  AS 'MODULE_PATHNAME', 'from_blocks_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION from_blocks_accumulate(state, bigint, bigint, matrix) IS 'Transition function of quern.from_blocks: the state with one more row.';
CREATE FUNCTION from_blocks_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'from_blocks_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION from_blocks_combine(state, state) IS 'Combine function of quern.from_blocks: both states in one.';
CREATE FUNCTION from_blocks_final(state state) RETURNS matrix
  AS 'MODULE_PATHNAME', 'from_blocks_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION from_blocks_final(state) IS 'The result of quern.from_blocks from one state. NULL if no rows went into it.';
CREATE AGGREGATE from_blocks(i bigint, j bigint, block matrix) (
  SFUNC = from_blocks_accumulate, STYPE = state, SSPACE = 184, COMBINEFUNC = from_blocks_combine, FINALFUNC = from_blocks_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE from_blocks(bigint, bigint, matrix) IS 'A matrix of its blocks, one a row: the block in block row i and block column j, from 1. Blocks of a block row are of one height, those of a block column of one width; a block that is missing is 0. A block twice, other shapes, or a block row or column without any block, are errors (22023). Rows with a NULL are left out; no rows give NULL. At most 900 MB (54000).';
CREATE AGGREGATE from_blocks_state(i bigint, j bigint, block matrix) (
  SFUNC = from_blocks_accumulate, STYPE = state, SSPACE = 184, COMBINEFUNC = from_blocks_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE from_blocks_state(bigint, bigint, matrix) IS 'The state of quern.from_blocks over the same rows, to store, ship and merge.';
CREATE AGGREGATE from_blocks_state(state state) (
  SFUNC = from_blocks_combine, STYPE = state, SSPACE = 184, COMBINEFUNC = from_blocks_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE from_blocks_state(state) IS 'Many states of quern.from_blocks as one.';
CREATE AGGREGATE from_blocks_merge(state state) (
  SFUNC = from_blocks_combine, STYPE = state, SSPACE = 184, COMBINEFUNC = from_blocks_combine, FINALFUNC = from_blocks_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE from_blocks_merge(state) IS 'The result of quern.from_blocks over the rows of many states.';
CREATE FUNCTION tall_svd_accumulate(state state, x double precision[]) RETURNS state
  AS 'MODULE_PATHNAME', 'tall_svd_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tall_svd_accumulate(state, double precision[]) IS 'Transition function of quern.tall_svd: the state with one more row.';
CREATE FUNCTION tall_svd_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'tall_svd_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tall_svd_combine(state, state) IS 'Combine function of quern.tall_svd: both states in one.';
CREATE TYPE tall_svd_result AS (s double precision[], v matrix);
COMMENT ON TYPE tall_svd_result IS 'What quern.tall_svd returns.';
CREATE FUNCTION tall_svd_final(state state) RETURNS tall_svd_result
  AS 'MODULE_PATHNAME', 'tall_svd_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tall_svd_final(state) IS 'The result of quern.tall_svd from one state. NULL if no rows went into it.';
CREATE AGGREGATE tall_svd(x double precision[]) (
  SFUNC = tall_svd_accumulate, STYPE = state, SSPACE = 192, COMBINEFUNC = tall_svd_combine, FINALFUNC = tall_svd_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE tall_svd(double precision[]) IS 'Singular values s (the largest first) and right singular vectors v (p x k, a column each) of the matrix of the rows x (p numbers each), k being the smaller of the rows and p; the row of u that belongs to a row x is (x @ v) / s. The entry of a column of v that is largest in size is positive. Rows with a NULL are left out; NaN, infinities and rows of different widths are errors (22023), numbers beyond 1e150 too (22003); no rows give NULL. One pass of blocked QR, then the SVD of R: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
CREATE AGGREGATE svd(x double precision[]) (
  SFUNC = tall_svd_accumulate, STYPE = state, SSPACE = 192, COMBINEFUNC = tall_svd_combine, FINALFUNC = tall_svd_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svd(double precision[]) IS 'Singular values s (the largest first) and right singular vectors v (p x k, a column each) of the matrix of the rows x (p numbers each), k being the smaller of the rows and p; the row of u that belongs to a row x is (x @ v) / s. The entry of a column of v that is largest in size is positive. Rows with a NULL are left out; NaN, infinities and rows of different widths are errors (22023), numbers beyond 1e150 too (22003); no rows give NULL. One pass of blocked QR, then the SVD of R: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012.';
CREATE AGGREGATE tall_svd_state(x double precision[]) (
  SFUNC = tall_svd_accumulate, STYPE = state, SSPACE = 192, COMBINEFUNC = tall_svd_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE tall_svd_state(double precision[]) IS 'The state of quern.tall_svd over the same rows, to store, ship and merge.';
CREATE AGGREGATE tall_svd_state(state state) (
  SFUNC = tall_svd_combine, STYPE = state, SSPACE = 192, COMBINEFUNC = tall_svd_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE tall_svd_state(state) IS 'Many states of quern.tall_svd as one.';
CREATE AGGREGATE tall_svd_merge(state state) (
  SFUNC = tall_svd_combine, STYPE = state, SSPACE = 192, COMBINEFUNC = tall_svd_combine, FINALFUNC = tall_svd_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE tall_svd_merge(state) IS 'The result of quern.tall_svd over the rows of many states.';
CREATE FUNCTION pca_accumulate(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'pca_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pca_accumulate(state, features) IS 'Transition function of quern.pca: the state with one more row.';
CREATE FUNCTION pca_accumulate(state state, x features, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'pca_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pca_accumulate(state, features, jsonb) IS 'Transition function of quern.pca: the state with one more row.';
CREATE FUNCTION pca_accumulate(state state, x features, weight double precision, options jsonb) RETURNS state
  AS 'MODULE_PATHNAME', 'pca_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pca_accumulate(state, features, double precision, jsonb) IS 'Transition function of quern.pca: the state with one more row.';
CREATE FUNCTION pca_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'pca_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pca_combine(state, state) IS 'Combine function of quern.pca: both states in one.';
CREATE FUNCTION pca_final(state state) RETURNS model
  AS 'MODULE_PATHNAME', 'pca_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pca_final(state) IS 'The result of quern.pca from one state. NULL if no rows went into it.';
CREATE AGGREGATE pca(x features) (
  SFUNC = pca_accumulate, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine, FINALFUNC = pca_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca(features) IS 'Principal components of the rows x (p numbers each), as a quern.model: quern.transform and quern.inverse_transform use it, quern.components and quern.loadings show it. Options: n_components (all; a count from 1, or a share of the variance below 1), scale (false: columns to deviation 1), whiten (false), method (covariance, qr, randomized), oversampling (10), seed (0), feature_names. Of the loadings of a component the one that is largest in size is positive. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, one row NULL and a warning. One pass; Chan, Golub, LeVeque, COMPSTAT 1982; Tropp, Yurtsever, Udell, Cevher, NIPS 2017.';
CREATE AGGREGATE pca_state(x features) (
  SFUNC = pca_accumulate, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca_state(features) IS 'The state of quern.pca over the same rows, to store, ship and merge.';
CREATE AGGREGATE pca(x features, options jsonb) (
  SFUNC = pca_accumulate, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine, FINALFUNC = pca_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca(features, jsonb) IS 'Principal components of the rows x (p numbers each), as a quern.model: quern.transform and quern.inverse_transform use it, quern.components and quern.loadings show it. Options: n_components (all; a count from 1, or a share of the variance below 1), scale (false: columns to deviation 1), whiten (false), method (covariance, qr, randomized), oversampling (10), seed (0), feature_names. Of the loadings of a component the one that is largest in size is positive. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, one row NULL and a warning. One pass; Chan, Golub, LeVeque, COMPSTAT 1982; Tropp, Yurtsever, Udell, Cevher, NIPS 2017.';
CREATE AGGREGATE pca_state(x features, options jsonb) (
  SFUNC = pca_accumulate, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca_state(features, jsonb) IS 'The state of quern.pca over the same rows, to store, ship and merge.';
CREATE AGGREGATE pca(x features, weight double precision, options jsonb) (
  SFUNC = pca_accumulate, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine, FINALFUNC = pca_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca(features, double precision, jsonb) IS 'Principal components of the rows x (p numbers each), as a quern.model: quern.transform and quern.inverse_transform use it, quern.components and quern.loadings show it. Options: n_components (all; a count from 1, or a share of the variance below 1), scale (false: columns to deviation 1), whiten (false), method (covariance, qr, randomized), oversampling (10), seed (0), feature_names. Of the loadings of a component the one that is largest in size is positive. Rows with a NULL are counted and left out; NaN, infinities and rows of different widths are errors; no rows give NULL, one row NULL and a warning. One pass; Chan, Golub, LeVeque, COMPSTAT 1982; Tropp, Yurtsever, Udell, Cevher, NIPS 2017.';
CREATE AGGREGATE pca_state(x features, weight double precision, options jsonb) (
  SFUNC = pca_accumulate, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca_state(features, double precision, jsonb) IS 'The state of quern.pca over the same rows, to store, ship and merge.';
CREATE AGGREGATE pca_state(state state) (
  SFUNC = pca_combine, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca_state(state) IS 'Many states of quern.pca as one.';
CREATE AGGREGATE pca_merge(state state) (
  SFUNC = pca_combine, STYPE = state, SSPACE = 568, COMBINEFUNC = pca_combine, FINALFUNC = pca_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE pca_merge(state) IS 'The result of quern.pca over the rows of many states.';
CREATE FUNCTION smatrix_agg_accumulate(state state, i bigint, j bigint, value double precision, rows bigint, columns bigint) RETURNS state
  AS 'MODULE_PATHNAME', 'smatrix_agg_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_agg_accumulate(state, bigint, bigint, double precision, bigint, bigint) IS 'Transition function of quern.smatrix_agg: the state with one more row.';
CREATE FUNCTION smatrix_agg_accumulate(state state, i bigint, j bigint, value double precision) RETURNS state
  AS 'MODULE_PATHNAME', 'smatrix_agg_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_agg_accumulate(state, bigint, bigint, double precision) IS 'Transition function of quern.smatrix_agg: the state with one more row.';
CREATE FUNCTION smatrix_agg_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'smatrix_agg_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_agg_combine(state, state) IS 'Combine function of quern.smatrix_agg: both states in one.';
CREATE FUNCTION smatrix_agg_final(state state) RETURNS smatrix
  AS 'MODULE_PATHNAME', 'smatrix_agg_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_agg_final(state) IS 'The result of quern.smatrix_agg from one state. NULL if no rows went into it.';
CREATE AGGREGATE smatrix_agg(i bigint, j bigint, value double precision, rows bigint, columns bigint) (
  SFUNC = smatrix_agg_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_agg_combine, FINALFUNC = smatrix_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_agg(bigint, bigint, double precision, bigint, bigint) IS 'A quern.smatrix from its elements, one a row: i and j from 1, value, and the shape, which is the largest i and j where it is not given. The values of one element add up. An index below 1 or beyond the shape, or different shapes, are errors (22023). Rows with a NULL are left out; no rows give NULL. At most 56,000,000 elements (54000).';
CREATE AGGREGATE smatrix_agg_state(i bigint, j bigint, value double precision, rows bigint, columns bigint) (
  SFUNC = smatrix_agg_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_agg_state(bigint, bigint, double precision, bigint, bigint) IS 'The state of quern.smatrix_agg over the same rows, to store, ship and merge.';
CREATE AGGREGATE smatrix_agg(i bigint, j bigint, value double precision) (
  SFUNC = smatrix_agg_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_agg_combine, FINALFUNC = smatrix_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_agg(bigint, bigint, double precision) IS 'A quern.smatrix from its elements, one a row: i and j from 1, value, and the shape, which is the largest i and j where it is not given. The values of one element add up. An index below 1 or beyond the shape, or different shapes, are errors (22023). Rows with a NULL are left out; no rows give NULL. At most 56,000,000 elements (54000).';
CREATE AGGREGATE smatrix_agg_state(i bigint, j bigint, value double precision) (
  SFUNC = smatrix_agg_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_agg_state(bigint, bigint, double precision) IS 'The state of quern.smatrix_agg over the same rows, to store, ship and merge.';
CREATE AGGREGATE smatrix_agg_state(state state) (
  SFUNC = smatrix_agg_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_agg_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_agg_state(state) IS 'Many states of quern.smatrix_agg as one.';
CREATE AGGREGATE smatrix_agg_merge(state state) (
  SFUNC = smatrix_agg_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_agg_combine, FINALFUNC = smatrix_agg_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_agg_merge(state) IS 'The result of quern.smatrix_agg over the rows of many states.';
CREATE FUNCTION smatrix_rows_accumulate(state state, i bigint, "row" features) RETURNS state
  AS 'MODULE_PATHNAME', 'smatrix_rows_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_rows_accumulate(state, bigint, features) IS 'Transition function of quern.smatrix_rows: the state with one more row.';
CREATE FUNCTION smatrix_rows_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'smatrix_rows_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_rows_combine(state, state) IS 'Combine function of quern.smatrix_rows: both states in one.';
CREATE FUNCTION smatrix_rows_final(state state) RETURNS smatrix
  AS 'MODULE_PATHNAME', 'smatrix_rows_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smatrix_rows_final(state) IS 'The result of quern.smatrix_rows from one state. NULL if no rows went into it.';
CREATE AGGREGATE smatrix_rows(i bigint, "row" features) (
  SFUNC = smatrix_rows_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_rows_combine, FINALFUNC = smatrix_rows_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_rows(bigint, features) IS 'A quern.smatrix from its rows, one a row: its number i from 1, and a quern.svec or an array, all of the same size. Rows of one number add up; numbers that are missing are empty rows. Rows with a NULL are left out; no rows give NULL. At most 56,000,000 elements (54000).';
CREATE AGGREGATE smatrix_agg(i bigint, "row" features) (
  SFUNC = smatrix_rows_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_rows_combine, FINALFUNC = smatrix_rows_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_agg(bigint, features) IS 'A quern.smatrix from its rows, one a row: its number i from 1, and a quern.svec or an array, all of the same size. Rows of one number add up; numbers that are missing are empty rows. Rows with a NULL are left out; no rows give NULL. At most 56,000,000 elements (54000).';
CREATE AGGREGATE smatrix_rows_state(i bigint, "row" features) (
  SFUNC = smatrix_rows_accumulate, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_rows_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_rows_state(bigint, features) IS 'The state of quern.smatrix_rows over the same rows, to store, ship and merge.';
CREATE AGGREGATE smatrix_rows_state(state state) (
  SFUNC = smatrix_rows_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_rows_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_rows_state(state) IS 'Many states of quern.smatrix_rows as one.';
CREATE AGGREGATE smatrix_rows_merge(state state) (
  SFUNC = smatrix_rows_combine, STYPE = state, SSPACE = 216, COMBINEFUNC = smatrix_rows_combine, FINALFUNC = smatrix_rows_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE smatrix_rows_merge(state) IS 'The result of quern.smatrix_rows over the rows of many states.';
CREATE FUNCTION svec_sum_accumulate(state state, x svec) RETURNS state
  AS 'MODULE_PATHNAME', 'svec_sum_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svec_sum_accumulate(state, svec) IS 'Transition function of quern.svec_sum: the state with one more row.';
CREATE FUNCTION svec_sum_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'svec_sum_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svec_sum_combine(state, state) IS 'Combine function of quern.svec_sum: both states in one.';
CREATE FUNCTION svec_sum_final(state state) RETURNS svec
  AS 'MODULE_PATHNAME', 'svec_sum_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svec_sum_final(state) IS 'The result of quern.svec_sum from one state. NULL if no rows went into it.';
CREATE AGGREGATE svec_sum(x svec) (
  SFUNC = svec_sum_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = svec_sum_combine, FINALFUNC = svec_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_sum(svec) IS 'The sum of sparse vectors of the same size, entry by entry; other sizes are an error (22023), a sum out of range too (22003). NULLs are left out; no rows give NULL.';
CREATE AGGREGATE sum(x svec) (
  SFUNC = svec_sum_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = svec_sum_combine, FINALFUNC = svec_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(svec) IS 'The sum of sparse vectors of the same size, entry by entry; other sizes are an error (22023), a sum out of range too (22003). NULLs are left out; no rows give NULL.';
CREATE AGGREGATE svec_sum_state(x svec) (
  SFUNC = svec_sum_accumulate, STYPE = state, SSPACE = 232, COMBINEFUNC = svec_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_sum_state(svec) IS 'The state of quern.svec_sum over the same rows, to store, ship and merge.';
CREATE AGGREGATE svec_sum_state(state state) (
  SFUNC = svec_sum_combine, STYPE = state, SSPACE = 232, COMBINEFUNC = svec_sum_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_sum_state(state) IS 'Many states of quern.svec_sum as one.';
CREATE AGGREGATE svec_sum_merge(state state) (
  SFUNC = svec_sum_combine, STYPE = state, SSPACE = 232, COMBINEFUNC = svec_sum_combine, FINALFUNC = svec_sum_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE svec_sum_merge(state) IS 'The result of quern.svec_sum over the rows of many states.';
CREATE FUNCTION sparse_gram_accumulate(state state, x features) RETURNS state
  AS 'MODULE_PATHNAME', 'sparse_gram_accumulate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sparse_gram_accumulate(state, features) IS 'Transition function of quern.sparse_gram: the state with one more row.';
CREATE FUNCTION sparse_gram_combine(state state, other state) RETURNS state
  AS 'MODULE_PATHNAME', 'sparse_gram_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sparse_gram_combine(state, state) IS 'Combine function of quern.sparse_gram: both states in one.';
CREATE FUNCTION sparse_gram_final(state state) RETURNS smatrix
  AS 'MODULE_PATHNAME', 'sparse_gram_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sparse_gram_final(state) IS 'The result of quern.sparse_gram from one state. NULL if no rows went into it.';
CREATE AGGREGATE sparse_gram(x features) (
  SFUNC = sparse_gram_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = sparse_gram_combine, FINALFUNC = sparse_gram_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE sparse_gram(features) IS 'X''X of the rows x (a quern.svec or an array of p numbers each) as a sparse p x p matrix; quern.gram gives a dense one. NaN, infinities and rows of another size are errors (22023), a product out of range too (22003). Rows with a NULL are left out; no rows give NULL. At most 1,048,576 features and 75,000,000 entries on and above the diagonal (54000). Rows are gathered and multiplied by columns, in the way of Gustavson, ACM Trans. Math. Softw. 4, 1978.';
CREATE AGGREGATE sparse_gram_state(x features) (
  SFUNC = sparse_gram_accumulate, STYPE = state, SSPACE = 360, COMBINEFUNC = sparse_gram_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE sparse_gram_state(features) IS 'The state of quern.sparse_gram over the same rows, to store, ship and merge.';
CREATE AGGREGATE sparse_gram_state(state state) (
  SFUNC = sparse_gram_combine, STYPE = state, SSPACE = 360, COMBINEFUNC = sparse_gram_combine,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE sparse_gram_state(state) IS 'Many states of quern.sparse_gram as one.';
CREATE AGGREGATE sparse_gram_merge(state state) (
  SFUNC = sparse_gram_combine, STYPE = state, SSPACE = 360, COMBINEFUNC = sparse_gram_combine, FINALFUNC = sparse_gram_final,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE sparse_gram_merge(state) IS 'The result of quern.sparse_gram over the rows of many states.';
CREATE FUNCTION vertices(graph graph)
  RETURNS TABLE(vertex bigint)
  AS 'MODULE_PATHNAME', 'graph_vertices' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION vertices(graph) IS 'The vertices, ascending; texts in the order of their bytes.';
CREATE FUNCTION vertices(graph text_graph)
  RETURNS TABLE(vertex text)
  AS 'MODULE_PATHNAME', 'graph_vertices' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION vertices(text_graph) IS 'The vertices, ascending; texts in the order of their bytes.';
CREATE FUNCTION edges(graph graph)
  RETURNS TABLE(src bigint, dst bigint, weight double precision)
  AS 'MODULE_PATHNAME', 'graph_edges' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION edges(graph) IS 'The edges, by source and target; those of an undirected graph once, src being the smaller one. The weight is 1 where the graph has none. With vertices that no edge names (dst NULL) left out.';
CREATE FUNCTION edges(graph text_graph)
  RETURNS TABLE(src text, dst text, weight double precision)
  AS 'MODULE_PATHNAME', 'graph_edges' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION edges(text_graph) IS 'The edges, by source and target; those of an undirected graph once, src being the smaller one. The weight is 1 where the graph has none. With vertices that no edge names (dst NULL) left out.';
CREATE FUNCTION degrees(graph graph)
  RETURNS TABLE(vertex bigint, in_degree bigint, out_degree bigint, degree bigint)
  AS 'MODULE_PATHNAME', 'graph_degrees' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION degrees(graph) IS 'Edges into, out of and at each vertex. A loop counts in both directions, and twice in the degree. In an undirected graph all edges count in each direction. Takes 24 bytes a vertex.';
CREATE FUNCTION degrees(graph text_graph)
  RETURNS TABLE(vertex text, in_degree bigint, out_degree bigint, degree bigint)
  AS 'MODULE_PATHNAME', 'graph_degrees' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION degrees(text_graph) IS 'Edges into, out of and at each vertex. A loop counts in both directions, and twice in the degree. In an undirected graph all edges count in each direction. Takes 24 bytes a vertex.';
CREATE FUNCTION graph_summary(graph graph)
  RETURNS TABLE(vertices bigint, edges bigint, directed boolean, weighted boolean, loops bigint, parallel_edges bigint, isolated bigint, components bigint, largest_component bigint, min_degree bigint, max_degree bigint, density double precision, bytes bigint)
  AS 'MODULE_PATHNAME', 'graph_summary' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION graph_summary(graph) IS 'One row: sizes of the graph. parallel_edges are those beyond the first between two vertices; components are weakly connected; degrees as in quern.degrees; density is edges / (n (n - 1)), or twice that if undirected, NULL below two vertices; bytes are those of the value. Takes 36 bytes a vertex.';
CREATE FUNCTION graph_summary(graph text_graph)
  RETURNS TABLE(vertices bigint, edges bigint, directed boolean, weighted boolean, loops bigint, parallel_edges bigint, isolated bigint, components bigint, largest_component bigint, min_degree bigint, max_degree bigint, density double precision, bytes bigint)
  AS 'MODULE_PATHNAME', 'graph_summary' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION graph_summary(text_graph) IS 'One row: sizes of the graph. parallel_edges are those beyond the first between two vertices; components are weakly connected; degrees as in quern.degrees; density is edges / (n (n - 1)), or twice that if undirected, NULL below two vertices; bytes are those of the value. Takes 36 bytes a vertex.';
CREATE FUNCTION adjacency(graph graph)
  RETURNS smatrix
  AS 'MODULE_PATHNAME', 'graph_adjacency' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION adjacency(graph) IS 'The adjacency matrix: element (i, j) is the weight of the edge from the i-th to the j-th vertex in the order of quern.vertices, parallel edges added up. More than 1 GB is an error (54000).';
CREATE FUNCTION adjacency(graph text_graph)
  RETURNS smatrix
  AS 'MODULE_PATHNAME', 'graph_adjacency' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION adjacency(text_graph) IS 'The adjacency matrix: element (i, j) is the weight of the edge from the i-th to the j-th vertex in the order of quern.vertices, parallel edges added up. More than 1 GB is an error (54000).';
CREATE FUNCTION bfs(graph graph, source bigint)
  RETURNS TABLE(vertex bigint, depth bigint, parent bigint)
  AS 'MODULE_PATHNAME', 'graph_bfs' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION bfs(graph, bigint) IS 'Breadth-first search from a vertex: the number of edges to each vertex that can be reached, and the smallest vertex one step closer (the source is its own parent). Vertices that cannot be reached are left out. Beamer, Asanovic, Patterson, SC 2012. Takes 9 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION bfs(graph text_graph, source text)
  RETURNS TABLE(vertex text, depth bigint, parent text)
  AS 'MODULE_PATHNAME', 'graph_bfs' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION bfs(text_graph, text) IS 'Breadth-first search from a vertex: the number of edges to each vertex that can be reached, and the smallest vertex one step closer (the source is its own parent). Vertices that cannot be reached are left out. Beamer, Asanovic, Patterson, SC 2012. Takes 9 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION shortest_paths(graph graph, source bigint, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex bigint, distance double precision, parent bigint)
  AS 'MODULE_PATHNAME', 'graph_shortest_paths' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION shortest_paths(graph, bigint, boolean) IS 'The distance of each vertex that can be reached from a vertex, and the smallest vertex before it on a shortest path (the source is its own parent). Weights of 0 or more; with some below 0 by Bellman and Ford, a negative cycle that can be reached being an error (22023). Dijkstra, Numer. Math. 1, 1959; Meyer, Sanders, J. Algorithms 49, 2003. Takes 42 bytes a vertex.';
CREATE FUNCTION shortest_paths(graph text_graph, source text, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex text, distance double precision, parent text)
  AS 'MODULE_PATHNAME', 'graph_shortest_paths' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION shortest_paths(text_graph, text, boolean) IS 'The distance of each vertex that can be reached from a vertex, and the smallest vertex before it on a shortest path (the source is its own parent). Weights of 0 or more; with some below 0 by Bellman and Ford, a negative cycle that can be reached being an error (22023). Dijkstra, Numer. Math. 1, 1959; Meyer, Sanders, J. Algorithms 49, 2003. Takes 42 bytes a vertex.';
CREATE FUNCTION shortest_path(graph graph, source bigint, target bigint, weighted boolean DEFAULT true)
  RETURNS TABLE(seq bigint, vertex bigint, weight double precision, cost double precision)
  AS 'MODULE_PATHNAME', 'graph_shortest_path' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION shortest_path(graph, bigint, bigint, boolean) IS 'A shortest path: its vertices from the source (seq 1) to the target, the weight of the edge into each (NULL for the source) and the distance to it. No rows if the target cannot be reached. Takes 40 bytes a vertex.';
CREATE FUNCTION shortest_path(graph text_graph, source text, target text, weighted boolean DEFAULT true)
  RETURNS TABLE(seq bigint, vertex text, weight double precision, cost double precision)
  AS 'MODULE_PATHNAME', 'graph_shortest_path' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION shortest_path(text_graph, text, text, boolean) IS 'A shortest path: its vertices from the source (seq 1) to the target, the weight of the edge into each (NULL for the source) and the distance to it. No rows if the target cannot be reached. Takes 40 bytes a vertex.';
CREATE FUNCTION all_pairs_shortest_paths(graph graph, cutoff double precision DEFAULT 'Infinity', weighted boolean DEFAULT true, max_rows bigint DEFAULT 100000000)
  RETURNS TABLE(source bigint, target bigint, distance double precision)
  AS 'MODULE_PATHNAME', 'graph_all_pairs' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION all_pairs_shortest_paths(graph, double precision, boolean, bigint) IS 'The distances between all pairs of vertices with a path, a vertex and itself aside, up to the cutoff. More than max_rows pairs are an error (54000). As quern.shortest_paths from each vertex. Takes 42 bytes a vertex.';
CREATE FUNCTION all_pairs_shortest_paths(graph text_graph, cutoff double precision DEFAULT 'Infinity', weighted boolean DEFAULT true, max_rows bigint DEFAULT 100000000)
  RETURNS TABLE(source text, target text, distance double precision)
  AS 'MODULE_PATHNAME', 'graph_all_pairs' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION all_pairs_shortest_paths(text_graph, double precision, boolean, bigint) IS 'The distances between all pairs of vertices with a path, a vertex and itself aside, up to the cutoff. More than max_rows pairs are an error (54000). As quern.shortest_paths from each vertex. Takes 42 bytes a vertex.';
CREATE FUNCTION connected_components(graph graph)
  RETURNS TABLE(vertex bigint, component bigint)
  AS 'MODULE_PATHNAME', 'graph_connected_components' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION connected_components(graph) IS 'Weakly connected components, each named by its smallest vertex. One pass over the edges. Patwary, Blair, Manne, SEA 2010. Takes 4 bytes a vertex.';
CREATE FUNCTION connected_components(graph text_graph)
  RETURNS TABLE(vertex text, component text)
  AS 'MODULE_PATHNAME', 'graph_connected_components' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION connected_components(text_graph) IS 'Weakly connected components, each named by its smallest vertex. One pass over the edges. Patwary, Blair, Manne, SEA 2010. Takes 4 bytes a vertex.';
CREATE FUNCTION strongly_connected_components(graph graph)
  RETURNS TABLE(vertex bigint, component bigint)
  AS 'MODULE_PATHNAME', 'graph_strongly_connected_components' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION strongly_connected_components(graph) IS 'Strongly connected components, each named by its smallest vertex. Tarjan, SIAM J. Comput. 1, 1972. Takes 28 bytes a vertex.';
CREATE FUNCTION strongly_connected_components(graph text_graph)
  RETURNS TABLE(vertex text, component text)
  AS 'MODULE_PATHNAME', 'graph_strongly_connected_components' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION strongly_connected_components(text_graph) IS 'Strongly connected components, each named by its smallest vertex. Tarjan, SIAM J. Comput. 1, 1972. Takes 28 bytes a vertex.';
CREATE FUNCTION pagerank(graph graph, damping double precision DEFAULT 0.85, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 200, weighted boolean DEFAULT true, personalization bigint[] DEFAULT '{}', personalization_weights double precision[] DEFAULT '{}')
  RETURNS TABLE(vertex bigint, rank double precision)
  AS 'MODULE_PATHNAME', 'graph_pagerank' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION pagerank(graph, double precision, double precision, bigint, boolean, bigint[], double precision[]) IS 'PageRank; the ranks sum to 1. Ends when the sum of all changes is at most tol, or after max_iter rounds (a warning unless tol is 0). An edge takes its share of the weights out of its source; what vertices without edges out hold is spread as jumps are: to all alike, or to the vertices of personalization, in proportion to their weights if there are any. Brin, Page, Computer Networks 30, 1998. Takes 44 bytes a vertex and 4 an entry of a list, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION pagerank(graph text_graph, damping double precision DEFAULT 0.85, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 200, weighted boolean DEFAULT true, personalization text[] DEFAULT '{}', personalization_weights double precision[] DEFAULT '{}')
  RETURNS TABLE(vertex text, rank double precision)
  AS 'MODULE_PATHNAME', 'graph_pagerank' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION pagerank(text_graph, double precision, double precision, bigint, boolean, text[], double precision[]) IS 'PageRank; the ranks sum to 1. Ends when the sum of all changes is at most tol, or after max_iter rounds (a warning unless tol is 0). An edge takes its share of the weights out of its source; what vertices without edges out hold is spread as jumps are: to all alike, or to the vertices of personalization, in proportion to their weights if there are any. Brin, Page, Computer Networks 30, 1998. Takes 44 bytes a vertex and 4 an entry of a list, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION hits(graph graph, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 1000)
  RETURNS TABLE(vertex bigint, hub double precision, authority double precision)
  AS 'MODULE_PATHNAME', 'graph_hits' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION hits(graph, double precision, bigint) IS 'Hubs and authorities; each sum to 1. Ends when hubs change by at most tol in all, or after max_iter rounds (a warning). Kleinberg, J. ACM 46, 1999. Takes 24 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION hits(graph text_graph, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 1000)
  RETURNS TABLE(vertex text, hub double precision, authority double precision)
  AS 'MODULE_PATHNAME', 'graph_hits' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION hits(text_graph, double precision, bigint) IS 'Hubs and authorities; each sum to 1. Ends when hubs change by at most tol in all, or after max_iter rounds (a warning). Kleinberg, J. ACM 46, 1999. Takes 24 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION eigenvector_centrality(graph graph, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 1000)
  RETURNS TABLE(vertex bigint, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_eigenvector_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION eigenvector_centrality(graph, double precision, bigint) IS 'The leading eigenvector of the transposed adjacency matrix, of length 1. Ends when it changes by at most tol a vertex, or after max_iter rounds (a warning). Bonacich, J. Math. Sociol. 2, 1972. Takes 16 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION eigenvector_centrality(graph text_graph, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 1000)
  RETURNS TABLE(vertex text, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_eigenvector_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION eigenvector_centrality(text_graph, double precision, bigint) IS 'The leading eigenvector of the transposed adjacency matrix, of length 1. Ends when it changes by at most tol a vertex, or after max_iter rounds (a warning). Bonacich, J. Math. Sociol. 2, 1972. Takes 16 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION katz_centrality(graph graph, alpha double precision DEFAULT 0.1, beta double precision DEFAULT 1, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 1000, normalized boolean DEFAULT true)
  RETURNS TABLE(vertex bigint, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_katz_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION katz_centrality(graph, double precision, double precision, double precision, bigint, boolean) IS 'Katz centrality x = alpha A'' x + beta, of length 1 if normalized. Diverges unless alpha is below the inverse of the largest eigenvalue: a warning after max_iter rounds, or an error (22003). Katz, Psychometrika 18, 1953. Takes 16 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION katz_centrality(graph text_graph, alpha double precision DEFAULT 0.1, beta double precision DEFAULT 1, tol double precision DEFAULT 1e-9, max_iter bigint DEFAULT 1000, normalized boolean DEFAULT true)
  RETURNS TABLE(vertex text, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_katz_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION katz_centrality(text_graph, double precision, double precision, double precision, bigint, boolean) IS 'Katz centrality x = alpha A'' x + beta, of length 1 if normalized. Diverges unless alpha is below the inverse of the largest eigenvalue: a warning after max_iter rounds, or an error (22003). Katz, Psychometrika 18, 1953. Takes 16 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION betweenness_centrality(graph graph, normalized boolean DEFAULT false, sample bigint DEFAULT 0, seed bigint DEFAULT 0, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex bigint, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_betweenness_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION betweenness_centrality(graph, boolean, bigint, bigint, boolean) IS 'The sum over pairs of vertices of the share of their shortest paths that pass through the vertex; of an undirected graph each pair counts once. normalized: divided by the number of pairs. sample: from so many sources, drawn by seed, and scaled; 0 is exact, vertices x edges steps. Weights above 0. Brandes, J. Math. Sociol. 25, 2001. Takes 88 bytes a vertex and 4 an entry of a list.';
CREATE FUNCTION betweenness_centrality(graph text_graph, normalized boolean DEFAULT false, sample bigint DEFAULT 0, seed bigint DEFAULT 0, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex text, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_betweenness_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION betweenness_centrality(text_graph, boolean, bigint, bigint, boolean) IS 'The sum over pairs of vertices of the share of their shortest paths that pass through the vertex; of an undirected graph each pair counts once. normalized: divided by the number of pairs. sample: from so many sources, drawn by seed, and scaled; 0 is exact, vertices x edges steps. Weights above 0. Brandes, J. Math. Sociol. 25, 2001. Takes 88 bytes a vertex and 4 an entry of a list.';
CREATE FUNCTION closeness_centrality(graph graph, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex bigint, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_closeness_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION closeness_centrality(graph, boolean) IS '(r - 1) / the sum of distances from the r - 1 others that reach the vertex, times (r - 1) / (n - 1); 0 where none does. As in NetworkX. Vertices x edges steps. Wasserman, Faust, Social Network Analysis, 1994. Takes 43 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION closeness_centrality(graph text_graph, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex text, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_closeness_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION closeness_centrality(text_graph, boolean) IS '(r - 1) / the sum of distances from the r - 1 others that reach the vertex, times (r - 1) / (n - 1); 0 where none does. As in NetworkX. Vertices x edges steps. Wasserman, Faust, Social Network Analysis, 1994. Takes 43 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION harmonic_centrality(graph graph, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex bigint, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_harmonic_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION harmonic_centrality(graph, boolean) IS 'The sum of 1 / distance from every other vertex, as in NetworkX; igraph divides it by n - 1. Vertices x edges steps. Marchiori, Latora, Physica A 285, 2000. Takes 43 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION harmonic_centrality(graph text_graph, weighted boolean DEFAULT true)
  RETURNS TABLE(vertex text, centrality double precision)
  AS 'MODULE_PATHNAME', 'graph_harmonic_centrality' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION harmonic_centrality(text_graph, boolean) IS 'The sum of 1 / distance from every other vertex, as in NetworkX; igraph divides it by n - 1. Vertices x edges steps. Marchiori, Latora, Physica A 285, 2000. Takes 43 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION label_propagation(graph graph, max_iter bigint DEFAULT 10)
  RETURNS TABLE(vertex bigint, community bigint)
  AS 'MODULE_PATHNAME', 'graph_label_propagation' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION label_propagation(graph, bigint) IS 'Communities: all vertices at once take the label that most of their neighbours have, the smallest of equally frequent ones, for max_iter rounds or until nothing changes. As LDBC Graphalytics'' CDLP: of a directed graph both directions count. Raghavan, Albert, Kumara, Phys. Rev. E 76, 2007. Takes 16 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION label_propagation(graph text_graph, max_iter bigint DEFAULT 10)
  RETURNS TABLE(vertex text, community text)
  AS 'MODULE_PATHNAME', 'graph_label_propagation' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION label_propagation(text_graph, bigint) IS 'Communities: all vertices at once take the label that most of their neighbours have, the smallest of equally frequent ones, for max_iter rounds or until nothing changes. As LDBC Graphalytics'' CDLP: of a directed graph both directions count. Raghavan, Albert, Kumara, Phys. Rev. E 76, 2007. Takes 16 bytes a vertex, and the lists of incoming edges of a directed graph.';
CREATE FUNCTION louvain(graph graph, resolution double precision DEFAULT 1, tol double precision DEFAULT 1e-7, max_levels bigint DEFAULT 50, seed bigint DEFAULT 0)
  RETURNS TABLE(vertex bigint, community bigint)
  AS 'MODULE_PATHNAME', 'graph_louvain' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION louvain(graph, double precision, double precision, bigint, bigint) IS 'Communities of high modularity, each named by its smallest vertex. Directions are ignored, weights are 0 or more. Vertices are visited in an order drawn by seed. Blondel, Guillaume, Lambiotte, Lefebvre, J. Stat. Mech. P10008, 2008. Takes 92 bytes a vertex and 16 an entry of a list, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION louvain(graph text_graph, resolution double precision DEFAULT 1, tol double precision DEFAULT 1e-7, max_levels bigint DEFAULT 50, seed bigint DEFAULT 0)
  RETURNS TABLE(vertex text, community text)
  AS 'MODULE_PATHNAME', 'graph_louvain' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION louvain(text_graph, double precision, double precision, bigint, bigint) IS 'Communities of high modularity, each named by its smallest vertex. Directions are ignored, weights are 0 or more. Vertices are visited in an order drawn by seed. Blondel, Guillaume, Lambiotte, Lefebvre, J. Stat. Mech. P10008, 2008. Takes 92 bytes a vertex and 16 an entry of a list, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION leiden(graph graph, resolution double precision DEFAULT 1, tol double precision DEFAULT 1e-7, max_levels bigint DEFAULT 50, seed bigint DEFAULT 0)
  RETURNS TABLE(vertex bigint, community bigint)
  AS 'MODULE_PATHNAME', 'graph_leiden' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION leiden(graph, double precision, double precision, bigint, bigint) IS 'Communities of high modularity that are connected, each named by its smallest vertex. Directions are ignored, weights are 0 or more. Vertices are visited in an order drawn by seed. Traag, Waltman, van Eck, Sci. Rep. 9, 2019. Takes 124 bytes a vertex and 21 an entry of a list, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION leiden(graph text_graph, resolution double precision DEFAULT 1, tol double precision DEFAULT 1e-7, max_levels bigint DEFAULT 50, seed bigint DEFAULT 0)
  RETURNS TABLE(vertex text, community text)
  AS 'MODULE_PATHNAME', 'graph_leiden' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION leiden(text_graph, double precision, double precision, bigint, bigint) IS 'Communities of high modularity that are connected, each named by its smallest vertex. Directions are ignored, weights are 0 or more. Vertices are visited in an order drawn by seed. Traag, Waltman, van Eck, Sci. Rep. 9, 2019. Takes 124 bytes a vertex and 21 an entry of a list, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION modularity(graph graph, vertices bigint[], communities bigint[], resolution double precision DEFAULT 1)
  RETURNS double precision
  AS 'MODULE_PATHNAME', 'graph_modularity' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION modularity(graph, bigint[], bigint[], double precision) IS 'The modularity of a partition: vertices[i] is in communities[i], as array_agg of a function of communities gives them; every vertex once. Directions are ignored. NULL without edges. Newman, Girvan, Phys. Rev. E 69, 2004. Takes 12 bytes a vertex, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION modularity(graph text_graph, vertices text[], communities text[], resolution double precision DEFAULT 1)
  RETURNS double precision
  AS 'MODULE_PATHNAME', 'graph_modularity' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION modularity(text_graph, text[], text[], double precision) IS 'The modularity of a partition: vertices[i] is in communities[i], as array_agg of a function of communities gives them; every vertex once. Directions are ignored. NULL without edges. Newman, Girvan, Phys. Rev. E 69, 2004. Takes 12 bytes a vertex, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION triangle_count(graph graph)
  RETURNS TABLE(vertex bigint, triangles bigint)
  AS 'MODULE_PATHNAME', 'graph_triangle_count' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION triangle_count(graph) IS 'Triangles at each vertex of the graph without directions, loops and parallel edges; a third of their sum is the number of all. edges^1.5 steps. Schank, Wagner, WEA 2005. Takes 34 bytes a vertex and 2 an entry of a list, and the lists of neighbours.';
CREATE FUNCTION triangle_count(graph text_graph)
  RETURNS TABLE(vertex text, triangles bigint)
  AS 'MODULE_PATHNAME', 'graph_triangle_count' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION triangle_count(text_graph) IS 'Triangles at each vertex of the graph without directions, loops and parallel edges; a third of their sum is the number of all. edges^1.5 steps. Schank, Wagner, WEA 2005. Takes 34 bytes a vertex and 2 an entry of a list, and the lists of neighbours.';
CREATE FUNCTION local_clustering(graph graph)
  RETURNS TABLE(vertex bigint, coefficient double precision)
  AS 'MODULE_PATHNAME', 'graph_local_clustering' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION local_clustering(graph) IS 'The share of pairs of neighbours that are joined; 0 with fewer than two. In a directed graph, as in LDBC Graphalytics'' LCC: of the ordered pairs of neighbours (either way), the share with an edge from the first to the second. Watts, Strogatz, Nature 393, 1998. Takes 34 bytes a vertex and 2 an entry of a list, and the lists of neighbours.';
CREATE FUNCTION local_clustering(graph text_graph)
  RETURNS TABLE(vertex text, coefficient double precision)
  AS 'MODULE_PATHNAME', 'graph_local_clustering' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION local_clustering(text_graph) IS 'The share of pairs of neighbours that are joined; 0 with fewer than two. In a directed graph, as in LDBC Graphalytics'' LCC: of the ordered pairs of neighbours (either way), the share with an edge from the first to the second. Watts, Strogatz, Nature 393, 1998. Takes 34 bytes a vertex and 2 an entry of a list, and the lists of neighbours.';
CREATE FUNCTION k_core(graph graph)
  RETURNS TABLE(vertex bigint, core bigint)
  AS 'MODULE_PATHNAME', 'graph_k_core' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION k_core(graph) IS 'Core numbers: the largest k for which the vertex is in a subgraph whose vertices all have k neighbours in it. Without directions, loops and parallel edges. Linear. Batagelj, Zaversnik, arXiv cs/0310049. Takes 22 bytes a vertex, and the lists of neighbours.';
CREATE FUNCTION k_core(graph text_graph)
  RETURNS TABLE(vertex text, core bigint)
  AS 'MODULE_PATHNAME', 'graph_k_core' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION k_core(text_graph) IS 'Core numbers: the largest k for which the vertex is in a subgraph whose vertices all have k neighbours in it. Without directions, loops and parallel edges. Linear. Batagelj, Zaversnik, arXiv cs/0310049. Takes 22 bytes a vertex, and the lists of neighbours.';
CREATE FUNCTION k_truss(graph graph)
  RETURNS TABLE(src bigint, dst bigint, truss bigint)
  AS 'MODULE_PATHNAME', 'graph_k_truss' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION k_truss(graph) IS 'Truss numbers: the largest k for which the edge (src < dst) is in a subgraph whose edges all are in k - 2 triangles of it. Without directions, loops and parallel edges. Wang, Cheng, PVLDB 5, 2012. Takes 60 bytes a vertex and 21 an entry of a list, and the lists of neighbours.';
CREATE FUNCTION k_truss(graph text_graph)
  RETURNS TABLE(src text, dst text, truss bigint)
  AS 'MODULE_PATHNAME', 'graph_k_truss' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION k_truss(text_graph) IS 'Truss numbers: the largest k for which the edge (src < dst) is in a subgraph whose edges all are in k - 2 triangles of it. Without directions, loops and parallel edges. Wang, Cheng, PVLDB 5, 2012. Takes 60 bytes a vertex and 21 an entry of a list, and the lists of neighbours.';
CREATE FUNCTION minimum_spanning_tree(graph graph)
  RETURNS TABLE(src bigint, dst bigint, weight double precision)
  AS 'MODULE_PATHNAME', 'graph_minimum_spanning_tree' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION minimum_spanning_tree(graph) IS 'Edges of a spanning tree of least weight of each component, directions ignored; of equal weights the edge of smaller ends. Kruskal, Proc. AMS 7, 1956. Takes 12 bytes a vertex and 13 an entry of a list, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION minimum_spanning_tree(graph text_graph)
  RETURNS TABLE(src text, dst text, weight double precision)
  AS 'MODULE_PATHNAME', 'graph_minimum_spanning_tree' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION minimum_spanning_tree(text_graph) IS 'Edges of a spanning tree of least weight of each component, directions ignored; of equal weights the edge of smaller ends. Kruskal, Proc. AMS 7, 1956. Takes 12 bytes a vertex and 13 an entry of a list, and the lists of edges both ways of a directed graph.';
CREATE FUNCTION topological_sort(graph graph)
  RETURNS TABLE(seq bigint, vertex bigint)
  AS 'MODULE_PATHNAME', 'graph_topological_sort' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION topological_sort(graph) IS 'The vertices so that every edge leads onwards; of those that may come next, the smallest. A cycle, or an undirected graph with an edge, is an error (22023). Kahn, CACM 5, 1962. Takes 15 bytes a vertex.';
CREATE FUNCTION topological_sort(graph text_graph)
  RETURNS TABLE(seq bigint, vertex text)
  AS 'MODULE_PATHNAME', 'graph_topological_sort' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION topological_sort(text_graph) IS 'The vertices so that every edge leads onwards; of those that may come next, the smallest. A cycle, or an undirected graph with an edge, is an error (22023). Kahn, CACM 5, 1962. Takes 15 bytes a vertex.';
CREATE FUNCTION max_flow(graph graph, source bigint, target bigint)
  RETURNS TABLE(src bigint, dst bigint, flow double precision, capacity double precision)
  AS 'MODULE_PATHNAME', 'graph_max_flow' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION max_flow(graph, bigint, bigint) IS 'The edges that carry something of a largest flow from source to target, each at most its weight (0 or more). Dinic, Soviet Math. Dokl. 11, 1970. Takes 24 bytes a vertex and 48 an entry of a list.';
CREATE FUNCTION max_flow(graph text_graph, source text, target text)
  RETURNS TABLE(src text, dst text, flow double precision, capacity double precision)
  AS 'MODULE_PATHNAME', 'graph_max_flow' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION max_flow(text_graph, text, text) IS 'The edges that carry something of a largest flow from source to target, each at most its weight (0 or more). Dinic, Soviet Math. Dokl. 11, 1970. Takes 24 bytes a vertex and 48 an entry of a list.';
CREATE FUNCTION max_flow_value(graph graph, source bigint, target bigint)
  RETURNS double precision
  AS 'MODULE_PATHNAME', 'graph_max_flow_value' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION max_flow_value(graph, bigint, bigint) IS 'The most that can flow from source to target, each edge carrying at most its weight (0 or more). Dinic, Soviet Math. Dokl. 11, 1970. Takes 24 bytes a vertex and 48 an entry of a list.';
CREATE FUNCTION max_flow_value(graph text_graph, source text, target text)
  RETURNS double precision
  AS 'MODULE_PATHNAME', 'graph_max_flow_value' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION max_flow_value(text_graph, text, text) IS 'The most that can flow from source to target, each edge carrying at most its weight (0 or more). Dinic, Soviet Math. Dokl. 11, 1970. Takes 24 bytes a vertex and 48 an entry of a list.';
CREATE FUNCTION jaccard_similarity(graph graph, a bigint, b bigint)
  RETURNS double precision
  AS 'MODULE_PATHNAME', 'graph_jaccard_similarity' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION jaccard_similarity(graph, bigint, bigint) IS 'Neighbours that two vertices share, of all that either has; 0 if there are none. Without directions, loops and parallel edges. Jaccard, Bull. Soc. Vaud. Sci. Nat. 37, 1901.';
CREATE FUNCTION jaccard_similarity(graph text_graph, a text, b text)
  RETURNS double precision
  AS 'MODULE_PATHNAME', 'graph_jaccard_similarity' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000;
COMMENT ON FUNCTION jaccard_similarity(text_graph, text, text) IS 'Neighbours that two vertices share, of all that either has; 0 if there are none. Without directions, loops and parallel edges. Jaccard, Bull. Soc. Vaud. Sci. Nat. 37, 1901.';
CREATE FUNCTION jaccard_similarity(graph graph, min_similarity double precision DEFAULT 0)
  RETURNS TABLE(a bigint, b bigint, common bigint, similarity double precision)
  AS 'MODULE_PATHNAME', 'graph_jaccard_pairs' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION jaccard_similarity(graph, double precision) IS 'All pairs a < b of vertices that share a neighbour, how many they share, and the Jaccard similarity of their neighbours, where it is at least min_similarity. Without directions, loops and parallel edges. Takes 44 bytes a vertex, and the lists of neighbours.';
CREATE FUNCTION jaccard_similarity(graph text_graph, min_similarity double precision DEFAULT 0)
  RETURNS TABLE(a text, b text, common bigint, similarity double precision)
  AS 'MODULE_PATHNAME', 'graph_jaccard_pairs' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION jaccard_similarity(text_graph, double precision) IS 'All pairs a < b of vertices that share a neighbour, how many they share, and the Jaccard similarity of their neighbours, where it is at least min_similarity. Without directions, loops and parallel edges. Takes 44 bytes a vertex, and the lists of neighbours.';
CREATE FUNCTION common_neighbors(graph graph, a bigint, b bigint)
  RETURNS TABLE(vertex bigint)
  AS 'MODULE_PATHNAME', 'graph_common_neighbors' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION common_neighbors(graph, bigint, bigint) IS 'The vertices that are neighbours of both, either way. Takes the lists of neighbours.';
CREATE FUNCTION common_neighbors(graph text_graph, a text, b text)
  RETURNS TABLE(vertex text)
  AS 'MODULE_PATHNAME', 'graph_common_neighbors' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION common_neighbors(text_graph, text, text) IS 'The vertices that are neighbours of both, either way. Takes the lists of neighbours.';
CREATE FUNCTION random_walks(graph graph, walks bigint DEFAULT 10, length bigint DEFAULT 80, p double precision DEFAULT 1, q double precision DEFAULT 1, seed bigint DEFAULT 0)
  RETURNS TABLE(walk bigint, seq bigint, vertex bigint)
  AS 'MODULE_PATHNAME', 'graph_random_walks' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION random_walks(graph, bigint, bigint, double precision, double precision, bigint) IS 'Walks of node2vec, so many from each vertex, of up to length vertices: an edge is taken by its weight, times 1/p back to where the walk came from, 1 to a neighbour of that and 1/q elsewhere. A walk ends where no edge leads on. The same for the same seed. Grover, Leskovec, KDD 2016. Takes 8 bytes an entry of a list.';
CREATE FUNCTION random_walks(graph text_graph, walks bigint DEFAULT 10, length bigint DEFAULT 80, p double precision DEFAULT 1, q double precision DEFAULT 1, seed bigint DEFAULT 0)
  RETURNS TABLE(walk bigint, seq bigint, vertex text)
  AS 'MODULE_PATHNAME', 'graph_random_walks' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION random_walks(text_graph, bigint, bigint, double precision, double precision, bigint) IS 'Walks of node2vec, so many from each vertex, of up to length vertices: an edge is taken by its weight, times 1/p back to where the walk came from, 1 to a neighbour of that and 1/q elsewhere. A walk ends where no edge leads on. The same for the same seed. Grover, Leskovec, KDD 2016. Takes 8 bytes an entry of a list.';
