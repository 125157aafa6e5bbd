-- Users and items: what a matrix_factorization model is asked.

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
