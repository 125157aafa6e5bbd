-- Models as earlier versions stored them, byte by byte, are read. Format 1 is that of version 0.0.1: little-endian, a label
-- (format, name, layout), then each field in order. Never change a literal here: tables hold such values.
BEGIN;
SELECT no_plan();
CREATE CAST (bytea AS quern.model) WITHOUT FUNCTION;

CREATE TABLE old (name text PRIMARY KEY, bytes bytea);
INSERT INTO old VALUES
  ('linear', '\x010055515a668bb004652a5611000000000000006c696e6561725f72656772657373696f6e13000000000000007b22636f6e666964656e6365223a20302e397d640000000000000002000000000000000200000000000000030000000000000061676506000000000000006865696768740000000000000000020000000000000002000000000000007232000000000000e03f0b0000000000000064665f726573696475616c000000000040584002000000000000000800000000000000657374696d61746501000000000000000300000000000000000000000000f83f0000000000000040000000000000d0bf09000000000000007374645f6572726f7201000000000000000300000000000000000000000000e03f000000000000d03f000000000000c03f'),
  ('logistic', '\x010055515a668bb004652a5613000000000000006c6f6769737469635f72656772657373696f6e00000000000000000a00000000000000010000000000000000000000000000000200000000000000050000000000000066616c7365040000000000000074727565000000000000000001000000000000000800000000000000657374696d617465010000000000000002000000000000000000000000000000000000000000f03f');

SELECT is(quern.predict(bytes::quern.model, '{10, 4}'), 20.5::float8, 'predict: 1.5 + 2 * 10 - 0.25 * 4') FROM old
WHERE name = 'linear';
SELECT results_eq('SELECT term, estimate, std_error, statistic FROM old, quern.coefficients(bytes::quern.model) WHERE name = ''linear''',
  $$VALUES ('(intercept)', 1.5::float8, 0.5::float8, 3::float8), ('age', 2, 0.25, 8), ('height', -0.25, 0.125, -2)$$,
    'coefficients');
-- t quantile of 95 % with 97 degrees of freedom: 1.6607146...
SELECT cmp_ok(abs(conf_high - (1.5 + 0.5 * 1.6607146)), '<', 1e-7::float8, 'the option confidence counts')
FROM old, quern.coefficients(bytes::quern.model) WHERE name = 'linear' AND term = '(intercept)';
SELECT results_eq('SELECT metric, value FROM old, quern.metrics(bytes::quern.model) WHERE name = ''linear''',
  $$VALUES ('n', 100::float8), ('skipped', 0), ('r2', 0.5), ('df_residual', 97)$$, 'metrics');
SELECT results_eq('SELECT algorithm, target, rows, skipped, features, classes, feature_names, class_names FROM old, quern.info(bytes::quern.model) ORDER BY name',
  $$VALUES ('linear_regression', 'number', 100::bigint, 0::bigint, 2::bigint, 0::bigint, 'age, height', NULL),
           ('logistic_regression', 'boolean', 10, 0, 1, 2, NULL, 'false, true')$$,
             'info: the kind of target is told from the classes');
SELECT is(quern.predict_label(bytes::quern.model, '{1}') || ' ' || quern.predict(bytes::quern.model, '{-1}'), 'true 0',
  'classes') FROM old WHERE name = 'logistic';
SELECT is((quern.predict_proba(bytes::quern.model, '{0}'))::text, '{0.5,0.5}', 'probabilities') FROM old
WHERE name = 'logistic';
SELECT is((bytes::quern.model)::jsonb -> 'format', '2', 'it is written in the present format') FROM old;
SELECT is(quern.predict(bytes::quern.model::text::quern.model, '{3}'), quern.predict(bytes::quern.model, '{3}'),
  'and read again') FROM old WHERE name = 'logistic';

-- The text form of format 1.
SELECT is(quern.predict('{"format": 1, "algorithm": "linear_regression", "options": {}, "rows": 9, "features": 1, "feature_names": [], "classes": [], "metrics": {}, "parameters": {"estimate": [1, 2]}}'::quern.model, '{3}'),
          7::float8, 'JSON of format 1');

SELECT * FROM finish();
ROLLBACK;
