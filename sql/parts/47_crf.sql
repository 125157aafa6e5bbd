-- Labels of sequences.

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
