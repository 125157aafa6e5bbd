-- A table of rows and, of each aggregate, calls on it whose results are compared as JSON, number by number.

CREATE TABLE sample AS
SELECT i, i % 5 AS g, i % 3 AS part, row.*, 1 + z + 0.3 * w AS y, (z + w > 0.4) <> (i % 7 = 0) AS flag,
       (ARRAY['low', 'middle', 'high'])[1 + (z > 0.2)::integer + (z + w > 1.1)::integer] AS label,
       CASE WHEN i % 89 <> 0 THEN ARRAY[z, w, z * w + 0.01 * (i % 11)] END AS x,
       0.5 + i % 4 AS weight, 1 / (1 + exp(-2 * z)) AS probability
FROM generate_series(1, 3000) AS i,
     LATERAL (SELECT CASE WHEN i % 97 <> 0 THEN sin(i * 1.7) + cos(i * 0.031) * 0.5 END AS z, sin(i * 0.7) AS w) AS row;
ALTER TABLE sample SET (parallel_workers = 3);
ANALYZE sample;

CREATE TABLE call (name text PRIMARY KEY, call text, result text, tolerance float8);
INSERT INTO call VALUES
  ('describe', 'quern.describe(y)', 'to_jsonb(%s)', 1e-10),
  ('moments', 'quern.moments(x)', '(%s)::jsonb', 1e-10),
  ('linear', 'quern.linear_regression(y, x)', '(%s)::jsonb', 1e-10),
  ('linear_options', 'quern.linear_regression(y, x, ''{"l2": 0.01}'')', '(%s)::jsonb', 1e-10),
  ('linear_weight', 'quern.linear_regression(y, x, weight, NULL)', '(%s)::jsonb', 1e-10),
  ('logistic', 'quern.logistic_regression(flag, x)', '(%s)::jsonb - ''metrics''', 1e-8),
  ('logistic_weight', 'quern.logistic_regression(flag, x, weight, ''{"l2": 0.1}'')', '(%s)::jsonb - ''metrics''', 1e-8),
  ('logistic_fit', 'quern.logistic_regression((i % 11 < 5) <> (z > 0.1), x)',
   '((%s)::jsonb -> ''metrics'') - ''{iterations,gradient_norm,lr_p_value}''::text[]', 1e-8),
  ('logistic_l1', 'quern.logistic_regression(flag, x, ''{"l1": 0.01}'')', '(%s)::jsonb #> ''{parameters,estimate}''', 1e-8),
  ('lasso', 'quern.linear_regression(y, x, ''{"l1": 0.05}'')', '(%s)::jsonb', 1e-8),
  ('multinomial', 'quern.multinomial_regression(label, x, ''{"l2": 0.01}'')', '(%s)::jsonb #> ''{parameters,estimate}''', 1e-8),
  ('svm', 'quern.linear_svm(label, x, ''{"l2": 0.01, "loss": "squared_hinge"}'')', '(%s)::jsonb #> ''{parameters,estimate}''', 1e-8),
  ('svm_regression', 'quern.svm_regression(y, x, ''{"l2": 0.01, "loss": "squared_epsilon_insensitive"}'')',
   '(%s)::jsonb #> ''{parameters,estimate}''', 1e-8),
  ('poisson', 'quern.poisson_regression(i % 7 + (z > 0)::integer, x, weight, NULL)', '(%s)::jsonb -> ''parameters''', 1e-8),
  ('gamma', 'quern.gamma_regression(exp(y + sin(i)), x)', '(%s)::jsonb -> ''parameters''', 1e-8),
  ('huber', 'quern.huber_regression(y + sin(i) + (i % 9 = 0)::integer * 100, x)', '(%s)::jsonb #> ''{parameters,estimate}''', 1e-8),
  ('naive_bayes', 'quern.gaussian_naive_bayes(label, x)', '(%s)::jsonb', 1e-10),
  ('naive_bayes_weight', 'quern.gaussian_naive_bayes(part::bigint, x, weight, NULL)', '(%s)::jsonb', 1e-10),
  ('regression_metrics', 'quern.regression_metrics(y, z + 1)', 'to_jsonb(%s)', 1e-10),
  ('classification_metrics', 'quern.classification_metrics(flag, probability)', 'to_jsonb(%s)', 1e-10),
  ('confusion_matrix', 'quern.confusion_matrix(label, CASE WHEN z > 0 THEN ''high'' ELSE ''low'' END)', 'to_jsonb(%s)', 0),
  ('svec_agg', 'quern.svec_agg(1 + i * 7 % 100, y, 100)', '(%s)::jsonb', 1e-10),
  ('gram', 'quern.gram(x)', '(%s)::jsonb', 1e-10),
  ('cross', 'quern.cross(x, weight)', '(%s)::jsonb', 1e-10),
  ('cross_rows', 'quern.cross(x, ARRAY[z, w])', '(%s)::jsonb', 1e-10),
  ('mmchain', 'quern.mmchain(x, ''{3, 4, 5}'')', 'to_jsonb(%s)', 1e-10),
  ('matrix_sum', 'quern.matrix_sum(ARRAY[weight, w, i]::quern.matrix)', '(%s)::jsonb', 1e-10),
  ('vector_avg', 'quern.vector_avg(ARRAY[weight, probability, i])', 'to_jsonb(%s)', 1e-10),
  ('matrix_entries', 'quern.matrix_entries(1 + i % 9, 1 + i % 7, weight)', '(%s)::jsonb', 1e-10),
  ('pca', 'quern.pca(x, weight, ''{"scale": true}'')', '(%s)::jsonb #> ''{parameters,explained_variance}''', 1e-10);

-- The select list of all calls; after each goes what follows an aggregate, such as OVER (...).
CREATE FUNCTION pg_temp.calls(after text DEFAULT '') RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s AS %I', format(result, call || ' ' || after), name), ', ') FROM call
$$;
CREATE FUNCTION pg_temp.states() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s AS %I', regexp_replace(call, '^(quern\.\w+)', '\1_state'), name), ', ') FROM call
$$;
CREATE FUNCTION pg_temp.merges(argument text DEFAULT '%I') RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s AS %I',
    format(result, format('%s_merge(%s)', substring(call FROM '^quern\.\w+'), format(argument, name))), name), ', ')
  FROM call
$$;

-- The largest relative difference of the numbers in two results; NULL if they have not the same number of them, or not the same
-- texts.
CREATE FUNCTION pg_temp.difference(a jsonb, b jsonb) RETURNS float8 LANGUAGE sql AS $$
  WITH leaf AS (
    SELECT side, row_number() OVER (PARTITION BY side) AS place, value
    FROM (VALUES (1, a), (2, b)) AS given(side, document),
         jsonb_path_query(document, 'strict $.** ? (@.type() != "object" && @.type() != "array")') AS value)
  SELECT CASE WHEN bool_and(jsonb_typeof(l.value) IS NOT DISTINCT FROM jsonb_typeof(r.value)
                            AND (jsonb_typeof(l.value) = 'number' OR l.value = r.value))
              THEN max(CASE WHEN l.value = r.value OR jsonb_typeof(l.value) IS DISTINCT FROM 'number'
                              OR jsonb_typeof(r.value) IS DISTINCT FROM 'number' THEN 0
                            ELSE abs(l.value::float8 - r.value::float8) / greatest(abs(l.value::float8),
                              abs(r.value::float8)) END)
         END
  FROM (SELECT * FROM leaf WHERE side = 1) AS l FULL JOIN (SELECT * FROM leaf WHERE side = 2) AS r USING (place)
$$;

-- One test per call: two tables of results by g agree to the tolerance of the call.
CREATE FUNCTION pg_temp.agree(form text, other regclass, reference regclass) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    SELECT cmp_ok(max(difference), '<=', tolerance, format('%%s: %%s', name, %L::text))
    FROM (SELECT name, tolerance,
                 coalesce(pg_temp.difference(a.results -> name, b.results -> name), 'infinity') AS difference
          FROM call, (SELECT g, to_jsonb(t) AS results FROM %s AS t) AS a
                     FULL JOIN (SELECT g, to_jsonb(t) AS results FROM %s AS t) AS b USING (g)) AS compared
    GROUP BY name, tolerance ORDER BY name$query$, form, other, reference);
END
$$;
