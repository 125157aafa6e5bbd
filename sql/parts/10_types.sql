-- Everybody may use what is here: models are trained and scored with the rights of the caller.
GRANT USAGE ON SCHEMA quern TO PUBLIC;

-- The types. A value of each can be stored, shipped, dumped and restored.

CREATE TYPE features;
CREATE FUNCTION features_in(cstring, oid, integer) RETURNS features
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION features_out(features) RETURNS cstring
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION features_recv(internal, oid, integer) RETURNS features
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION features_send(features) RETURNS bytea
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE features (INPUT = features_in, OUTPUT = features_out, RECEIVE = features_recv, SEND = features_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended, CATEGORY = 'S', PREFERRED = true);
COMMENT ON TYPE features IS 'The type of feature arguments: any one-dimensional array of numbers or quern.svec, as it is. float8[], float4[], integer[], bigint[], smallint[], numeric[] and quern.svec become it by an implicit cast that copies nothing; float8[] and float4[] are read in place. Not meant for columns: use float8[], float4[] or quern.svec.';
COMMENT ON FUNCTION features_in(cstring, oid, integer) IS 'Input of quern.features: an array literal such as {1,2.5}, or a sparse vector such as {1:0.5}/100.';
COMMENT ON FUNCTION features_out(features) IS 'Output of quern.features.';
COMMENT ON FUNCTION features_recv(internal, oid, integer) IS 'Binary input of quern.features: an array of float8, or what features_send gives for a sparse vector.';
COMMENT ON FUNCTION features_send(features) IS 'Binary output of quern.features: that of the array, or a mark and that of the sparse vector.';

-- The server knows no binary-compatible casts of arrays: a function that returns its argument.
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
