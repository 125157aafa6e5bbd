-- Sparse vectors.

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

-- Products and norms, of sparse vectors and arrays alike.

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

-- Arithmetic. Sizes that differ are an error (22023), results out of range too (22003).

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

-- Comparison, in the order of the arrays that dense() gives: for DISTINCT, GROUP BY, joins and indexes.

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
