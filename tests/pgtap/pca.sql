-- pca: against R and scikit-learn, its methods against each other, models that transform and come back, refusals.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql
\ir include/errors.sql

CREATE TABLE iris (sepal_length float8, sepal_width float8, petal_length float8, petal_width float8, species integer);
\copy iris FROM 'data/iris/iris.csv' (FORMAT csv, HEADER)
CREATE TABLE wine (alcohol float8, malic_acid float8, ash float8, alcalinity_of_ash float8, magnesium float8, total_phenols float8, flavanoids float8, nonflavanoid_phenols float8, proanthocyanins float8, color_intensity float8, hue float8, od280_od315 float8, proline float8, class integer);
\copy wine FROM 'data/wine/wine.csv' (FORMAT csv, HEADER)
CREATE TABLE flowers AS SELECT row_number() OVER () AS i, ARRAY[sepal_length, sepal_width, petal_length, petal_width] AS x FROM iris;
CREATE TABLE wines AS SELECT row_number() OVER () AS i, ARRAY[alcohol, malic_acid, ash, alcalinity_of_ash, magnesium, total_phenols, flavanoids, nonflavanoid_phenols, proanthocyanins, color_intensity, hue, od280_od315, proline] AS x FROM wine;

CREATE FUNCTION pg_temp.variances(model quern.model) RETURNS float8[] LANGUAGE sql AS $$ SELECT array_agg(explained_variance ORDER BY component) FROM quern.components(model) $$;
CREATE FUNCTION pg_temp.loadings(model quern.model) RETURNS float8[] LANGUAGE sql AS $$ SELECT array_agg(loading) FROM quern.loadings(model) $$;

-- R 4.2.2, prcomp(iris[, 1:4]): sdev^2 and rotation; scikit-learn 1.9.1, PCA(): ratios and singular values. Signs as here: the largest loading is positive.
CREATE TABLE r AS SELECT '{4.228241706034864,0.24267074792863341,0.078209500042919405,0.023835092973449434}'::float8[] AS variance,
  '{0.361386591785368583,-0.084522514064568677,0.856670605949835240,0.358289197151550776,
    0.656588771286841677,0.730161434785027041,-0.173372662795856725,-0.075481019917463463,
    -0.582029851306065438,0.597910830100085056,0.076236075820963228,0.545831432020075447,
    0.315487192903975699,-0.319723103666128938,-0.479838986994634509,0.753657425264045555}'::float8[] AS loading,
  '{0.9246187232017341,0.05306648311706383,0.017102609807927525,0.00521218387327465}'::float8[] AS ratio,
  '{25.099960442183793,6.013147382308468,3.4136806391918544,1.8845235082225495}'::float8[] AS singular;
CREATE TABLE fit AS SELECT method, quern.pca(x, jsonb_build_object('method', method, 'n_components', 4)) AS model FROM flowers, unnest('{covariance,qr,randomized}'::text[]) AS method GROUP BY method;
SELECT cmp_ok(pg_temp.digits(pg_temp.variances(model), variance), '>', 12.5::float8, 'variances as in R, by ' || method) FROM fit, r;
SELECT cmp_ok(pg_temp.digits(pg_temp.loadings(model), loading), '>', 11.5::float8, 'loadings as in R, by ' || method) FROM fit, r;
SELECT cmp_ok(pg_temp.digits((SELECT array_agg(explained_variance_ratio) FROM quern.components(model)), ratio), '>', 12.5::float8, 'ratios as in scikit-learn, by ' || method) FROM fit, r;
SELECT cmp_ok(pg_temp.digits((SELECT array_agg(singular_value) FROM quern.components(model)), singular), '>', 12.5::float8, 'singular values as in scikit-learn, by ' || method) FROM fit, r;
SELECT cmp_ok(abs(pg_temp.metric(model, 'explained_variance_ratio') - 1), '<', 1e-14::float8, 'all components explain all, by ' || method) FROM fit;
-- scikit-learn 1.9.1, PCA(whiten=True).transform of the first flower; its third component has the other sign.
SELECT cmp_ok(pg_temp.digits(quern.transform((SELECT quern.pca(x, '{"whiten": true}') FROM flowers), x), '{-1.3053378633198602,0.6483693157802353,-0.09981715675505805,0.014654401400504564}'), '>', 11::float8, 'whitened as in scikit-learn')
FROM flowers WHERE i = 1;
SELECT is((SELECT count(*) FROM quern.components((SELECT quern.pca(x, '{"n_components": 0.95}') FROM flowers))), 2::bigint, 'a share of 0.95 takes two components, as in scikit-learn');

-- R 4.2.2, prcomp(wine[, 1:13], scale. = TRUE): sdev^2, the first column of rotation, the first row of x, up to signs.
CREATE TABLE wine_fit AS SELECT quern.pca(x, '{"scale": true}') AS model, quern.pca(x, '{"scale": true, "method": "qr"}') AS qr FROM wines;
SELECT cmp_ok(pg_temp.digits(pg_temp.variances(m), '{4.7058502529904205,2.4969737334111564,1.4460719697125002,0.91897392375282416,0.85322817835432052,0.64165703149893194,0.5510283119410313,0.34849736328925309,0.28887994262266287,0.25090248221273009,0.2257886396986889,0.1687702348285475,0.10337793568692871}'), '>', 12.5::float8, 'variances of scaled columns')
FROM wine_fit, unnest(ARRAY[model, qr]) AS m;
SELECT cmp_ok(pg_temp.digits((SELECT array_agg(loading) FROM quern.loadings(m) WHERE component = 1), '{0.14432939540601167,-0.24518758025722076,-0.0020510614443708516,-0.239320405487535,0.14199204195298751,0.39466084506663052,0.42293429671005922,-0.29853310295471547,0.31342948830768885,-0.088616704724722759,0.29671456358638121,0.3761674107387129,0.28675222689680524}'), '>', 11.5::float8, 'the first of their components')
FROM wine_fit, unnest(ARRAY[model, qr]) AS m;
SELECT cmp_ok(pg_temp.digits((SELECT array_agg(abs(z)) FROM unnest(quern.transform(m, x)) AS z), '{3.3074209742892209,1.4394022531822914,0.16527282978196961,0.21502462886790455,0.69109334913091569,0.22325036575090904,0.59474883068152773,0.064955862008242729,0.63963836265443541,1.0180839601389375,0.45029317244045391,0.53928914389848015,0.066052305254661298}'), '>', 10.5::float8, 'the first wine')
FROM wines, wine_fit, unnest(ARRAY[model, qr]) AS m WHERE i = 1;

-- There and back.
SELECT cmp_ok(max((SELECT max(abs(a - b)) FROM unnest(x, quern.inverse_transform(model, quern.transform(model, x))) AS u(a, b))), '<', 1e-12::float8, 'all components give the row back') FROM flowers, fit WHERE method = 'covariance';
SELECT cmp_ok(max((SELECT max(abs(a - b)) FROM unnest(x, quern.inverse_transform(m, quern.transform(m, x))) AS u(a, b))), '<', 1e-9::float8, 'scaled and whitened too') FROM wines, (SELECT quern.pca(x, '{"scale": true, "whiten": true}') AS m FROM wines) AS t;
SELECT cmp_ok(abs(sum((SELECT sum((a - b) ^ 2) FROM unnest(x, quern.inverse_transform(m, quern.transform(m, x))) AS u(a, b))) / 149 - (0.078209500042919405 + 0.023835092973449434)), '<', 1e-13::float8, 'two components leave the variance of the others')
FROM flowers, (SELECT quern.pca(x, '{"n_components": 2}') AS m FROM flowers) AS t;
SELECT is((SELECT quern.transform(model, x)), (SELECT quern.transform(model::text::quern.model, x)), 'from the text of a model') FROM flowers, fit WHERE i = 7 AND method = 'qr';

CREATE TABLE named AS SELECT quern.pca(x, '{"feature_names": ["sepal_length", "sepal_width", "petal_length", "petal_width"]}') AS model FROM flowers;
SELECT is((SELECT quern.transform(model, iris) FROM iris LIMIT 1), (SELECT quern.transform(model, x) FROM flowers WHERE i = 1), 'a row by the names of its columns') FROM named;
SELECT results_eq($$SELECT component, term FROM quern.loadings((SELECT model FROM named)) WHERE component = 2$$, $$VALUES (2::bigint, 'sepal_length'), (2, 'sepal_width'), (2, 'petal_length'), (2, 'petal_width')$$, 'loadings by name');
SELECT is((SELECT array_agg(estimate) FROM quern.coefficients(model)), pg_temp.loadings(model), 'coefficients are the loadings') FROM named;
SELECT is(quern.transform(model, '{1,2,NULL,4}'), NULL, 'NULL in, NULL out') FROM named;
SELECT is(quern.transform(model, '{1,2,3,4}'::real[]), quern.transform(model, '{1,2,3,4}'), 'real[]') FROM named;
SELECT is(quern.decision_function(model, '{1,2,3,4}'), quern.transform(model, '{1,2,3,4}'), 'the decision function is the same') FROM named;

-- Weights count rows, NULLs are left out, states merge.
SELECT cmp_ok(pg_temp.digits(pg_temp.variances(a), pg_temp.variances(b)), '>', 12::float8, 'a weight of 2 is the row twice, by ' || method)
FROM unnest('{covariance,qr,randomized}'::text[]) AS method, LATERAL (SELECT quern.pca(x, (1 + i % 3)::float8, jsonb_build_object('method', method, 'n_components', 3)) AS a FROM flowers) AS p,
  LATERAL (SELECT quern.pca(x, jsonb_build_object('method', method, 'n_components', 3)) AS b FROM flowers, generate_series(0, i % 3)) AS q;
SELECT is((SELECT skipped FROM quern.info(quern.pca(CASE WHEN i % 10 > 0 THEN x END))), 15::bigint, 'rows left out are counted') FROM flowers;
SELECT cmp_ok(pg_temp.digits(pg_temp.variances((SELECT quern.pca_merge(state::text::quern.state) FROM (SELECT quern.pca_state(x, jsonb_build_object('method', method, 'n_components', 4)) AS state FROM flowers GROUP BY i % 7) AS t)), pg_temp.variances(model)), '>', 12::float8, 'states merge, by ' || method) FROM fit;
SELECT is(quern.pca(x)::text, NULL, 'no rows') FROM flowers WHERE false;
SELECT is(quern.pca(x)::text, NULL, 'one row') FROM flowers WHERE i = 1;
SELECT is((SELECT count(*) FROM quern.components(m)), 2::bigint, 'two rows have two components, the second without variance') FROM (SELECT quern.pca(x) AS m FROM flowers WHERE i < 3) AS t;
SELECT is((SELECT array_agg(explained_variance) FROM quern.components(m)), '{0,0}', 'constant columns') FROM (SELECT quern.pca('{1,2}'::float8[], '{"scale": true}') AS m FROM flowers) AS t;
SELECT is(quern.transform(m, '{1,2}'), '{0,0}', 'and whitened') FROM (SELECT quern.pca('{1,2}'::float8[], '{"whiten": true}') AS m FROM flowers) AS t;

-- An offset of 1e8 costs no digit of the variances; qr resolves deviations of 1e-10 of the largest.
SELECT cmp_ok(pg_temp.digits(pg_temp.variances(quern.pca(ARRAY[x[1] + 134217728, x[2] - 134217728, x[3], x[4]])), (SELECT variance FROM r)), '>', 7::float8, 'an offset') FROM flowers;
SELECT cmp_ok(pg_temp.digits((pg_temp.variances(quern.pca(ARRAY[1e10 * cos(i), sin(i * 0.7) + 0 * i], '{"method": "qr"}')))[2], (SELECT (pg_temp.variances(quern.pca(ARRAY[cos(i), sin(i * 0.7)], '{"method": "qr"}')))[1] * 0
  + regr_syy(sin(i * 0.7), cos(i)) * (1 - regr_r2(sin(i * 0.7), cos(i))) / 149 FROM flowers)), '>', 5::float8, 'a small deviation beside a large one') FROM flowers;

-- Wide rows of rank 5 and noise: the sketch finds what the covariance does.
CREATE TABLE wide AS SELECT i, (SELECT array_agg(sin(i * 1.1) * cos(j * 0.37) * 10 + cos(i * 0.7 + 1) * sin(j * 1.9) * 6 + sin(i * 2.3) * cos(j * 2.9 + 2) * 3 + 0.01 * sin(i * j * 1.7) ORDER BY j) FROM generate_series(1, 300) AS j) AS x FROM generate_series(1, 600) AS i;
CREATE TABLE sketched AS SELECT quern.pca(x, '{"n_components": 3, "method": "randomized", "seed": 7}') AS a, quern.pca(x, '{"n_components": 3}') AS b FROM wide;
SELECT cmp_ok(pg_temp.digits(pg_temp.variances(a), pg_temp.variances(b)), '>', 5::float8, 'variances of the sketch') FROM sketched;
SELECT cmp_ok((SELECT max(abs(l.loading - r.loading)) FROM quern.loadings(a) AS l JOIN quern.loadings(b) AS r USING (component, term)), '<', 1e-5::float8, 'its components') FROM sketched;
SELECT is((SELECT quern.pca(x, '{"n_components": 3, "method": "randomized", "seed": 7}')::text FROM wide), (SELECT quern.pca(x, '{"n_components": 3, "method": "randomized", "seed": 7}')::text FROM wide), 'a seed gives a model');

-- Refusals.
SELECT is(pg_temp.error_of($$SELECT quern.pca(x, '{"n_components": 5}') FROM flowers$$), '22023 | pca: option "n_components" is 5, and there are at most 4 components | There are as many as features, or rows if they are fewer.', 'too many components');
SELECT throws_like($$SELECT quern.pca(x, '{"n_components": 1.5}') FROM flowers$$, 'pca: option "n_components" must be a whole number from 1, or a share of the variance below 1, not 1.5', 'a component and a half');
SELECT throws_like($$SELECT quern.pca(x, '{"n_components": 0}') FROM flowers$$, 'pca: option "n_components" must be a number, above 0, not 0', 'none');
SELECT throws_like($$SELECT quern.pca(x, '{"method": "randomized"}') FROM flowers$$, 'pca: method "randomized" needs the option "n_components", a count', 'a sketch of how many');
SELECT throws_like($$SELECT quern.pca(x, '{"method": "nipals"}') FROM flowers$$, 'pca: option "method" must be one of "covariance", "qr", "randomized", not "nipals"', 'a method');
SELECT throws_like($$SELECT quern.pca(x, '{"components": 2}') FROM flowers$$, 'pca: unknown option "components"', 'an option');
SELECT throws_like($$SELECT quern.pca('{1,NaN}'::float8[]) FROM flowers$$, 'pca: x must be finite, but x[2] is NaN', 'NaN');
SELECT throws_like($$SELECT quern.pca(x[1:i::integer]) FROM flowers WHERE i < 3$$, 'pca: rows have different numbers of features (1, then 2)', 'widths');
SELECT throws_like($$SELECT quern.pca(x, 0.001, '{}') FROM flowers$$, 'pca: a variance needs rows of a weight above 1 in all, not 0.15%', 'weights');
SELECT is(pg_temp.error_of($$SELECT quern.pca(ARRAY[i * 1e200]) FROM flowers$$), '22003 | pca: a variance is beyond the range of double precision | Scale the rows.', 'out of range');
SELECT throws_like($$SELECT quern.pca(array_fill(0::float8, ARRAY[4001]))$$, 'pca: x has 4001 features, and at most 4000 are supported by this method', 'too wide');
SELECT throws_like($$SELECT quern.transform((SELECT quern.linear_regression(x[1], x) FROM flowers), '{1,2,3,4}')$$, 'transform: a linear_regression model has no components', 'another model');
SELECT throws_like($$SELECT * FROM quern.components((SELECT quern.linear_regression(x[1], x) FROM flowers))$$, 'components: a linear_regression model has no components', 'another model');
SELECT throws_like($$SELECT quern.inverse_transform((SELECT quern.linear_regression(x[1], x) FROM flowers), '{1,2,3,4}')$$, 'inverse_transform: a linear_regression model has no components', 'another model');
SELECT throws_like($$SELECT quern.transform(model, '{1,2,3}') FROM named$$, 'transform: the model has 4 features, the row has 3', 'a narrow row');
SELECT throws_like($$SELECT quern.inverse_transform(model, '{1,2,3}') FROM named$$, 'inverse_transform: the model has 4 components, and z has 3', 'too few components');
SELECT throws_like($$SELECT quern.predict(model, '{1,2,3,4}') FROM named$$, 'predict: a pca model predicts nothing', 'no prediction');

SELECT * FROM finish();
ROLLBACK;
