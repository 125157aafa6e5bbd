-- A model is a value: its text, its parts, where it can be kept.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS quern;
RESET client_min_messages;
SET extra_float_digits = -6;  -- what is printed does not depend on the last bits

CREATE TEMP TABLE sample AS SELECT i, 3 + 2 * i AS y, i % 2 = 0 AS flag FROM generate_series(1, 4) AS i;

-- The text form is JSON.
SELECT quern.linear_regression(y, ARRAY[i])::jsonb - 'metrics' - 'parameters' FROM sample;
CREATE TEMP TABLE model (name text PRIMARY KEY, model quern.model);
INSERT INTO model VALUES
  ('plane', '{"format": 2, "algorithm": "linear_regression", "options": {"confidence": 0.9}, "target": "number", "rows": 50, "skipped": 2, "features": 2,
    "feature_names": ["width", "height"], "classes": [], "metrics": {"r2": 0.75, "sigma": 2.5, "df_residual": 47},
    "parameters": {"estimate": [1, 2, -0.5], "std_error": [0.5, 0.25, 0.125]}}'),
  ('risk', '{"format": 2, "algorithm": "logistic_regression", "options": {}, "target": "boolean", "rows": 100, "skipped": 0, "features": 1,
    "feature_names": [], "classes": ["false", "true"], "metrics": {"converged": 1}, "parameters": {"estimate": [-1, 1],
      "std_error": [0.5, 0.25]}}'),
  ('kind', '{"format": 2, "algorithm": "gaussian_naive_bayes", "options": {}, "target": "text class", "rows": 30, "skipped": 0, "features": 1,
    "feature_names": ["size"], "classes": ["large", "small"], "metrics": {}, "parameters": {"prior": [0.5, 0.5],
      "mean": [[10], [2]], "variance": [[4], [1]]}}');
SELECT name, model FROM model ORDER BY name;
SELECT name, info.* FROM model, quern.info(model) ORDER BY name;
SELECT name, coefficients.* FROM model, quern.coefficients(model) ORDER BY name, term;
SELECT name, metrics.* FROM model, quern.metrics(model) ORDER BY name, metric;

-- Scoring.
SELECT x, quern.predict(model, ARRAY[x, 2]) FROM model, generate_series(1, 3) AS x WHERE name = 'plane';
SELECT x, quern.predict(model, ARRAY[x]), quern.predict_label(model, ARRAY[x]), quern.predict_proba(model, ARRAY[x])
FROM model, generate_series(0, 2) AS x WHERE name = 'risk';
SELECT x, quern.predict_label(model, ARRAY[x]), quern.predict_proba(model, ARRAY[x])
FROM model, generate_series(2, 8, 2) AS x WHERE name = 'kind';
SELECT quern.predict(model, '{1, NULL}') IS NULL AS "null in x", quern.predict(model, NULL) IS NULL AS "null x",
  quern.predict(NULL, '{1, 2}') IS NULL AS "null model" FROM model WHERE name = 'plane';

-- In jsonb, in a variable, in a generated column.
SELECT model::jsonb -> 'parameters' -> 'estimate' AS estimates FROM model WHERE name = 'plane';
SELECT quern.predict((model::jsonb || '{"parameters": {"estimate": [0, 0, 1]}}')::quern.model, '{5, 7}') FROM model
WHERE name = 'plane';
DO $$
DECLARE
  model quern.model := (SELECT quern.linear_regression(y, ARRAY[i]) FROM sample);
BEGIN
  RAISE NOTICE 'predicted %', round(quern.predict(model, '{10}')::numeric, 6);
END
$$;
CREATE TABLE point (a float8, b float8, predicted float8 GENERATED ALWAYS AS (quern.predict(
  '{"format": 2, "algorithm": "linear_regression", "options": {}, "target": "number", "rows": 2, "skipped": 0, "features": 2, "feature_names": [], "classes": [], "metrics": {}, "parameters": {"estimate": [1, 2, 3]}}',
  ARRAY[a, b])) STORED);
INSERT INTO point VALUES (1, 1), (10, 0), (NULL, 1);
SELECT * FROM point;
DROP TABLE point;
