-- Matrices as tables of blocks, and models of principal components. The aggregates are of src/uda/registry.def.

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
