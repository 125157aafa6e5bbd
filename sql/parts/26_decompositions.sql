-- Dense matrices: equations, factorisations, making and taking apart, reductions; vectors.

-- Equations. LAPACK's methods, by OpenBLAS where it is installed, else Eigen.

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

-- Norms and what singular values tell.

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

-- Factorisations. Call them in FROM: (quern.qr(a)).* would compute once for each column.

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

-- Making matrices.

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
CREATE FUNCTION diag(x features) RETURNS matrix
  AS 'MODULE_PATHNAME', 'vector_diag' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION diag(features) IS 'The square matrix with these numbers on the diagonal and zeros elsewhere.';
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

-- Parts. Indices count from 1.

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

-- Reductions. Sums are pairwise.

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

-- Functions of elements.

CREATE FUNCTION apply(a matrix, function text) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_apply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION apply(matrix, text) IS 'A function of every element: abs, acos, asin, atan, cbrt, ceil, cos, cosh, erf, exp, expm1, floor, ln, log10, log1p, log2, negate, reciprocal, relu, round (halves to even), sigmoid, sign, sin, sinh, softplus, sqrt, square, tan, tanh, trunc. A result of finite numbers that is not finite is an error (22003), another name too (22023).';
CREATE FUNCTION power(a matrix, exponent double precision) RETURNS matrix
  AS 'MODULE_PATHNAME', 'matrix_element_power' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION power(matrix, double precision) IS 'Every element to that power; quern.matrix_power is that of matrices. A result of finite numbers that is not finite is an error (22003).';

-- Vectors: arrays of numbers, literals, and sparse vectors of up to 16384 entries, written out. NULL if an array has a NULL.

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

-- The library behind it.

CREATE FUNCTION blas() RETURNS TABLE (backend text, in_use boolean, detail text)
  AS 'MODULE_PATHNAME', 'quern_blas' LANGUAGE C VOLATILE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION blas() IS 'The libraries that multiply and factor matrices: which one answers in this session, and why OpenBLAS does not. Setting quern.blas: auto, openblas, eigen or reference. Setting quern.blas_threads: threads of OpenBLAS, 1 by default and always in parallel workers.';
