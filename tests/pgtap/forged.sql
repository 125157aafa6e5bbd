-- States and models whose bytes were cut, altered or are of another kind or version: refused, or harmless. A superuser can make
-- a value of any bytes; the binary protocol can too.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL client_min_messages = error;

CREATE CAST (bytea AS quern.state) WITHOUT FUNCTION;
CREATE CAST (bytea AS quern.model) WITHOUT FUNCTION;
CREATE CAST (bytea AS quern.comoments) WITHOUT FUNCTION;

CREATE TABLE sample AS
SELECT i, (i * i % 7)::float8 AS y, i % 3 = 0 AS flag, ARRAY[i % 5, i % 4]::float8[] AS x,
  (ARRAY['a', 'b', 'c'])[1 + i % 3] AS label FROM generate_series(1, 40) AS i;
CREATE TABLE packed AS
SELECT name, bytes FROM (SELECT quern.state_send(quern.describe_state(y)) AS describe,
  quern.state_send(quern.moments_state(x)) AS moments,
  quern.state_send(quern.linear_regression_state(y, x, '{"l2": 0}')) AS linear_regression,
    quern.state_send(quern.logistic_regression_state(flag, x, '{"l2": 1}')) AS logistic_regression,
  quern.state_send(quern.gaussian_naive_bayes_state(label, x)) AS gaussian_naive_bayes,
    quern.state_send(quern.regression_metrics_state(y, i)) AS regression_metrics,
  quern.state_send(quern.classification_metrics_state(flag, i / 50.0)) AS classification_metrics,
    quern.state_send(quern.confusion_matrix_state(label, label)) AS confusion_matrix,
  quern.state_send(quern.svec_agg_state(1 + i * i % 23, y)) AS svec_agg,
  quern.state_send(quern.smatrix_agg_state(1 + i * i % 5, 1 + i % 7, y)) AS smatrix_agg,
  quern.state_send(quern.smatrix_rows_state(1 + i * i % 5, x)) AS smatrix_rows,
  quern.state_send(quern.svec_sum_state(x::quern.svec)) AS svec_sum,
  quern.state_send(quern.sparse_gram_state(x)) AS sparse_gram,
  quern.state_send(quern.gram_state(x)) AS gram,
  quern.state_send(quern.cross_state(x, y)) AS cross,
  quern.state_send(quern.mmchain_state(x, '{1,2}'::float8[])) AS mmchain,
  quern.state_send(quern.matrix_sum_state(quern.matrix(x))) AS matrix_sum,
  quern.state_send(quern.vector_sum_state(x)) AS vector_sum,
  quern.state_send(quern.matrix_agg_state(i, x)) AS matrix_agg,
  quern.state_send(quern.matrix_entries_state(1 + i % 5, 1 + i % 3, y)) AS matrix_entries,
  quern.state_send(quern.from_blocks_state(1 + i / 10, 1 + i % 10, quern.matrix(x)) FILTER (WHERE i < 40 AND i >= 10)) AS from_blocks,
  quern.state_send(quern.tall_svd_state(x)) AS tall_svd,
  quern.state_send(quern.pca_state(x)) AS pca,
  quern.state_send(quern.multinomial_regression_state(label, x)) AS multinomial_regression,
    quern.state_send(quern.linear_svm_state(label, x, '{"loss": "squared_hinge"}')) AS linear_svm,
  quern.state_send(quern.svm_regression_state(y, x, '{"loss": "squared_epsilon_insensitive"}')) AS svm_regression,
    quern.state_send(quern.poisson_regression_state(y, x)) AS poisson_regression,
  quern.state_send(quern.gamma_regression_state(1 + y, x)) AS gamma_regression,
    quern.state_send(quern.huber_regression_state(y, x)) AS huber_regression,
  quern.state_send(quern.quantile_regression_state(y, x)) AS quantile_regression,
    quern.state_send(quern.ordinal_regression_state(label, x)) AS ordinal_regression,
  quern.state_send(quern.negative_binomial_regression_state(y, x)) AS negative_binomial_regression,
    quern.state_send(quern.cox_regression_state(y, flag, x)) AS cox_regression,
  quern.state_send(quern.kmeans_state(x)) AS kmeans, quern.state_send(quern.gaussian_mixture_state(x)) AS gaussian_mixture,
  quern.state_send(quern.mlp_state(label, x, '{"hidden_layers": [2], "max_iter": 1}')) AS mlp,
    quern.state_send(quern.kalman_smoothing_state(i, x)) AS kalman_smoothing, quern.state_send(quern.portfolio_state(x)) AS portfolio,
  quern.state_send(quern.matrix_factorization_state(label, flag::text, y, '{"rank": 2, "max_iter": 2}')) AS matrix_factorization,
    quern.state_send(quern.factorization_machine_state(flag, x, '{"rank": 2, "max_iter": 2}')) AS factorization_machine,
  quern.state_send(quern.crf_state(ARRAY[label, 'a'], ARRAY[i % 4, i % 3], '{"max_iter": 3}'::jsonb)) AS crf FROM sample) AS all_states,
  LATERAL (VALUES ('describe', describe), ('moments', moments), ('linear_regression', linear_regression),
    ('logistic_regression', logistic_regression),
           ('gaussian_naive_bayes', gaussian_naive_bayes), ('regression_metrics', regression_metrics),
             ('classification_metrics', classification_metrics),
           ('confusion_matrix', confusion_matrix), ('svec_agg', svec_agg),
           ('smatrix_agg', smatrix_agg), ('smatrix_rows', smatrix_rows), ('svec_sum', svec_sum), ('sparse_gram', sparse_gram),
           ('gram', gram), ('cross', cross), ('mmchain', mmchain), ('matrix_sum', matrix_sum), ('vector_sum', vector_sum),
           ('matrix_agg', matrix_agg), ('matrix_entries', matrix_entries), ('from_blocks', from_blocks), ('tall_svd', tall_svd), ('pca', pca),
           ('multinomial_regression', multinomial_regression), ('linear_svm', linear_svm), ('svm_regression', svm_regression),
             ('poisson_regression', poisson_regression), ('gamma_regression', gamma_regression),
           ('huber_regression', huber_regression), ('quantile_regression', quantile_regression), ('ordinal_regression', ordinal_regression),
           ('negative_binomial_regression', negative_binomial_regression), ('cox_regression', cox_regression),
           ('kmeans', kmeans), ('gaussian_mixture', gaussian_mixture), ('mlp', mlp), ('kalman_smoothing', kalman_smoothing),
           ('portfolio', portfolio), ('matrix_factorization', matrix_factorization),
           ('factorization_machine', factorization_machine), ('crf', crf)) AS each(name, bytes);
SELECT is(count(*), 41::bigint, 'a state of every aggregate') FROM packed;

-- What becomes of bytes that claim to be a state: finished, merged with a good one. SQLSTATEs, or "no error".
CREATE FUNCTION pg_temp.outcome(name text, bytes bytea) RETURNS text LANGUAGE sql AS $$
  SELECT left(pg_temp.error_of(format('SELECT quern.%s_final(%L::bytea::quern.state)::text', name, bytes)), 5) || ', ' ||
         left(pg_temp.error_of(format('SELECT quern.%s_merge(b::quern.state)::text FROM (SELECT bytes FROM packed WHERE name = %1$L UNION ALL SELECT %L::bytea) AS t(b)', name, bytes)), 5)
$$;
SELECT is(pg_temp.outcome(name, bytes), 'no er, no er', name || ': untouched bytes are a state') FROM packed;
SELECT is(array_agg(DISTINCT pg_temp.outcome(name, substring(bytes FROM 1 FOR size))), '{"22P03, 22P03"}'::text[],
  name || ': every truncation is refused')
FROM packed, LATERAL generate_series(0, length(bytes) - 1, 1 + length(bytes) / 200) AS size GROUP BY name;
SELECT is(pg_temp.outcome(name, bytes || '\x00'::bytea), '22P03, 22P03', name || ': a byte too many is refused') FROM packed;
SELECT is(array_agg(DISTINCT pg_temp.outcome(name, set_byte(bytes, at, get_byte(bytes, at) # 255))),
  '{"22P03, 22P03"}'::text[], name || ': another format or version is refused')
FROM packed, unnest('{0, 1, 2, 3, 8, 9, 10, 11}'::integer[]) AS at GROUP BY name;
SELECT is(pg_temp.error_of(format('SELECT quern.linear_regression_final(%L::bytea::quern.state)',
  set_byte(bytes, 8, get_byte(bytes, 8) # 1))),
          '22P03 | value of kind "linear_regression" was packed by another version of quern',
            'the message of another version') FROM packed WHERE name = 'linear_regression';
SELECT is(array_agg(DISTINCT pg_temp.outcome(a.name, b.bytes)), '{"22023, 22023"}'::text[],
  a.name || ': states of other aggregates are refused')
FROM packed AS a JOIN packed AS b ON a.name <> b.name GROUP BY a.name;

-- Every byte altered in several ways: an expected SQLSTATE, or a result.
SELECT is(array_agg(DISTINCT outcome)
  FILTER (WHERE outcome !~ '^(no er|22023|22003|22P02|22P03|54000), (no er|22023|22003|22P02|22P03|54000)$'), NULL,
  name || ': altered bytes are refused or harmless')
FROM packed, LATERAL generate_series(12, length(bytes) - 1, 1 + length(bytes) / 150) AS at,
  unnest('{1, 128, 255}'::integer[]) AS flip,
     LATERAL (SELECT pg_temp.outcome(name, set_byte(bytes, at, get_byte(bytes, at) # flip)) AS outcome) AS tried
     GROUP BY name;

-- Models.
CREATE TABLE packed_model AS
SELECT name, quern.model_send(model) AS bytes FROM (
  SELECT 'linear_regression' AS name, quern.linear_regression(y, x, '{"feature_names": ["a", "b"]}') AS model FROM sample
  UNION ALL SELECT 'logistic_regression', quern.logistic_regression(flag, x) FROM sample
  UNION ALL SELECT 'gaussian_naive_bayes', quern.gaussian_naive_bayes(label, x) FROM sample
  UNION ALL SELECT algorithm, ('{"format": 2, "options": {}, "rows": 9, "skipped": 0, "features": 2,
    "feature_names": ["x[1:2]"], "metrics": {"baseline": 0}}'::jsonb || rest::jsonb
      || jsonb_build_object('algorithm', algorithm))::text::quern.model
  FROM (VALUES ('multinomial_regression', '{"target": "text class", "classes": ["a", "b", "c"], "parameters": {"estimate": [[0, 0, 0], [1, 2, 3], [4, 5, 6]]}}'),
    ('linear_svm', '{"target": "numeric class", "classes": ["1", "2"], "parameters": {"estimate": [1, 2, 3]}}'),
    ('poisson_regression', '{"target": "number", "classes": [], "parameters": {"estimate": [1, 2, 3], "std_error": [1, 1, 1]}}'),
    ('ordinal_regression', '{"target": "text class", "classes": ["a", "b", "c"], "parameters": {"estimate": [1, 2], "constants": [3, 4], "constants_std_error": [1, 1]}}'),
    ('negative_binomial_regression', '{"target": "number", "classes": [], "parameters": {"estimate": [1, 2, 3], "constants": [-1], "constants_std_error": [1]}}'),
    ('cox_regression', '{"target": "number", "classes": ["f", "m"], "parameters": {"estimate": [1, 2], "center": [3], "baseline": [[0, 1, 0.5], [0, 2, 0.7], [1, 1, 0.2]]}}'))
    AS v(algorithm, rest)) AS models;
CREATE TABLE point_of_two AS SELECT 1 AS a, 2 AS b, '{1,2}'::float8[] AS x;
CREATE FUNCTION pg_temp.model_outcome(bytes bytea) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(left(pg_temp.error_of(format('SELECT %s FROM (SELECT %L::bytea::quern.model AS m) AS t, point_of_two AS p', use, bytes)),
    5), ', ')
  FROM unnest(ARRAY['m::text', 'quern.predict_label(m, ''{1, 2}'')', 'quern.predict(m, ''{1, 2}'')',
    'quern.predict_proba(m, ''{1, 2}'')',
    'quern.decision_function(m, ''{1:1}/2'')', 'quern.predict(m, p)',
                    'quern.coefficients(m)', 'quern.metrics(m)', 'quern.info(m)']) AS use
$$;
SELECT is(array_agg(DISTINCT pg_temp.model_outcome(substring(bytes FROM 1 FOR size))),
  ARRAY[repeat('22P03, ', 8) || '22P03'], name || ': every truncation of a model is refused')
FROM packed_model, LATERAL generate_series(0, length(bytes) - 1, 1 + length(bytes) / 200) AS size GROUP BY name;
SELECT is(array_agg(DISTINCT outcome) FILTER (WHERE outcome !~ '^((no er|22023|22003|22P02|22P03|54000|42703)(, |$)){9}$'), NULL,
  name || ': altered bytes of a model are refused or harmless')
FROM packed_model, LATERAL generate_series(0, length(bytes) - 1, 1 + length(bytes) / 150) AS at,
  unnest('{1, 128, 255}'::integer[]) AS flip,
     LATERAL (SELECT pg_temp.model_outcome(set_byte(bytes, at, get_byte(bytes, at) # flip)) AS outcome) AS tried
     GROUP BY name;
SELECT is(array_agg(DISTINCT outcome) FILTER (WHERE outcome !~ '^(no er|22023|22P02|22P03|54000)$'), NULL, 'altered baseline hazards are refused or harmless')
FROM packed_model, LATERAL generate_series(0, length(bytes) - 1) AS at, unnest('{1, 64, 128, 255}'::integer[]) AS flip,
     LATERAL (SELECT left(pg_temp.error_of(format($q$SELECT quern.predict_survival(m, '{1, 2}', 1.5, 'f'), quern.predict_survival(m, '{1, 2}', 1.5, 'm'),
       (SELECT sum(survival) FROM quern.baseline_hazard(m)) FROM (SELECT %L::bytea::quern.model AS m) AS t$q$, set_byte(bytes, at, get_byte(bytes, at) # flip))), 5) AS outcome) AS tried
WHERE name = 'cox_regression';
SELECT is(pg_temp.model_outcome(bytes), repeat('22023, ', 8) || '22023', name || ': a state is no model')
FROM packed;
SELECT is(quern.predict(model, '{1, 2}'), quern.predict(model::text::quern.model, '{1, 2}'),
  'a model survives its text form')
FROM (SELECT bytes::quern.model AS model FROM packed_model WHERE name = 'linear_regression') AS t;

-- Moments.
SELECT is(array_agg(DISTINCT left(pg_temp.error_of(format('SELECT quern.covariance(%L::bytea::quern.comoments)',
  substring(bytes FROM 1 FOR size))), 5)), '{22P03}'::text[], 'every truncation of moments is refused')
FROM (SELECT quern.comoments_send(quern.moments(x)) AS bytes FROM sample) AS m,
LATERAL generate_series(0, length(bytes) - 1) AS size;
SELECT is(array_agg(DISTINCT outcome) FILTER (WHERE outcome !~ '^(no er|22023|22003|22P03)$'), NULL,
  'altered bytes of moments are refused or harmless')
FROM (SELECT quern.comoments_send(quern.moments(x)) AS bytes FROM sample) AS m,
LATERAL generate_series(0, length(bytes) - 1) AS at, unnest('{1, 128, 255}'::integer[]) AS flip,
     LATERAL (SELECT left(pg_temp.error_of(format('SELECT quern.correlation(b OPERATOR(quern.+) b), (b OPERATOR(quern.-) b)::text, b::text FROM (SELECT %L::bytea::quern.comoments AS b) AS t', set_byte(bytes, at, get_byte(bytes, at) # flip))), 5) AS outcome) AS tried;

-- Base64 with line breaks, as encode() writes it; the literal of a prepared statement stays as it was.
SELECT regexp_replace(quern.describe_state(v)::text, '(.{16})', E'\\1\n', 'g') AS broken, quern.describe(v)::text AS described
FROM (VALUES (1::float8), (2), (4)) AS t (v) \gset
PREPARE from_text AS SELECT quern.describe_final(:'broken'::quern.state)::text;
SELECT is(quern.describe_final(:'broken'::quern.state)::text, :'described', 'line breaks in base64 are skipped');
CREATE TEMP TABLE once AS EXECUTE from_text;
DISCARD PLANS;
CREATE TEMP TABLE again AS EXECUTE from_text;
SELECT is(ARRAY[once.*::text, again.*::text], ARRAY[ROW(:'described')::text, ROW(:'described')::text],
  'also when the statement is planned again') FROM once, again;

SELECT * FROM finish();
ROLLBACK;
