-- Expressions of matrices: products in the best order, a small language after R and NumPy.

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
