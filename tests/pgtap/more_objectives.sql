-- quantile_regression, ordinal_regression, negative_binomial_regression and cox_regression against R 4.2.2 on the diabetes
-- data (data/diabetes): quantreg 5.94 rq, MASS 7.3-58.2 polr (reltol 1e-16) and glm.nb (epsilon 1e-15), survival 3.5-3
-- coxph (eps 1e-14) and survfit. There y, a measure of disease progression, stands for a count and for a time.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql

CREATE TABLE diabetes (age float8, sex float8, bmi float8, bp float8, s1 float8, s2 float8, s3 float8, s4 float8,
  s5 float8, s6 float8, y float8);
\copy diabetes FROM 'data/diabetes/diabetes.csv' (FORMAT csv, HEADER)
CREATE VIEW patients AS
  SELECT *, s6::int % 3 <> 0 AS event,
    CASE WHEN y <= 90 THEN 'mild' WHEN y <= 140 THEN 'fair' WHEN y <= 200 THEN 'poor' ELSE 'grave' END AS grade
  FROM diabetes;

CREATE FUNCTION estimates(model quern.model) RETURNS float8[] LANGUAGE sql AS
  'SELECT array_agg(estimate) FROM quern.coefficients(model)';
CREATE FUNCTION std_errors(model quern.model) RETURNS float8[] LANGUAGE sql AS
  'SELECT array_agg(std_error) FROM quern.coefficients(model)';
CREATE FUNCTION metric(model quern.model, name text) RETURNS float8 LANGUAGE sql AS
  'SELECT value FROM quern.metrics(model) WHERE metric = name';
-- Of the largest difference, in parts of the expected number.
CREATE FUNCTION error_of(actual float8[], expected float8[]) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE WHEN cardinality(actual) = cardinality(expected)
    THEN max(abs(a - e) / greatest(abs(e), 1e-300)) ELSE 'Infinity' END
  FROM unnest(actual, expected) AS u (a, e)
$$;
CREATE FUNCTION is_close(actual float8[], expected float8[], tolerance float8, name text) RETURNS text LANGUAGE sql AS $$
  SELECT ok(coalesce(error_of(actual, expected) <= tolerance, false),
            name || coalesce(' (error ' || error_of(actual, expected)::text || ')', ' is ' || actual::text))
$$;

-- Quantiles.

CREATE TEMP TABLE quantiles AS
SELECT quantile, quern.train('quantile_regression', 'SELECT y, age, bmi, bp, s5 FROM diabetes',
                             jsonb_build_object('quantile', quantile)) AS model
FROM unnest('{0.1, 0.5, 0.9}'::float8[]) AS q (quantile);
SELECT unnest(ARRAY[is_close(estimates(model), expected, 1e-8, 'rq ' || quantile),
       is_close(ARRAY[metric(model, 'loss')], ARRAY[loss], 1e-12, 'objective of rq ' || quantile),
       is(metric(model, 'converged'), 1::float8, 'converged at ' || quantile)])
FROM quantiles JOIN (VALUES
  (0.1, '{-247.417595406365, 0.168649115122624, 3.4624776441606, 0.41892999195651, 40.4349547672602}'::float8[], 8.66724718915545),
  (0.5, '{-356.619273274332, -0.211374813016605, 7.39807420564311, 0.793588153258084, 53.0886352145653}', 22.8740855533815),
  (0.9, '{-328.388620561249, -0.614139494434291, 7.76680868720309, 1.41462761428576, 52.6449780406998}', 9.91879260589842)
) AS r (quantile, expected, loss) USING (quantile);
SELECT cmp_ok(abs(avg((y <= quern.predict(model, ARRAY[age, bmi, bp, s5]) + 1e-6)::int)::float8 - quantile), '<=', 0.012::float8,
              'as many rows below as asked for, ' || quantile)
FROM quantiles, diabetes GROUP BY quantile;
SELECT is(count(*), 0::bigint, 'no standard errors without a likelihood')
FROM quantiles, quern.coefficients(model) WHERE std_error IS NOT NULL;
SELECT is_close(estimates(quern.quantile_regression(y, ARRAY[age, bmi, bp, s5], '{"quantile": 0.5}')),
                (SELECT estimates(model) FROM quantiles WHERE quantile = 0.5), 1e-6, 'quantile_regression, the aggregate')
FROM diabetes;
SELECT cmp_ok(metric(quern.train('quantile_regression', 'SELECT y, age, bmi, bp, s5 FROM diabetes',
                                 '{"solver": "sgd", "max_iter": 300}'), 'loss'), '<', (22.8740855533815 * 1.02)::float8,
              'sgd comes within 2 percent');
SELECT throws_ok($$SELECT quern.train('quantile_regression', 'SELECT y, age FROM diabetes', '{"quantile": 1}')$$, '22023',
                 'quantile_regression: option "quantile" must be a number, above 0 and below 1, not 1', 'no quantile 1');

-- Ordered classes.

CREATE TEMP TABLE ordinal AS
SELECT quern.train('ordinal_regression', 'SELECT grade, age, bmi, bp, s5 FROM patients',
                   '{"classes": ["mild", "fair", "poor", "grave"]}') AS model;
SELECT unnest(ARRAY[is_close(estimates(model), '{-0.0120489616443177, 0.185900979374875, 0.0302967035643004, 1.79364384291878, 14.0289614514327, 15.4096085160698, 16.9246838005794}', 1e-6, 'polr'),
       -- polr takes them from differences: here of features divided by 10,000 (s5 by 1,000)
       is_close(std_errors(model), '{0.00761437965282, 0.0263995440532, 0.00784262975905, 0.231819869928, 1.13303512393, 1.16982307672, 1.21940121919}', 2e-6, 'standard errors of polr'),
       is_close(ARRAY[metric(model, 'log_likelihood')], '{-484.388215244729}', 1e-12, 'log-likelihood of polr'),
       is_close(quern.predict_proba(model, ARRAY[50, 25, 90, 4.5]), '{0.306992912662537, 0.330946442670827, 0.251153344392122, 0.110907300274513}', 1e-6, 'predict.polr'),
       is(quern.predict_label(model, ARRAY[50, 25, 90, 4.5]), 'fair', 'the likeliest class'),
       is((SELECT string_agg(term, ', ') FROM quern.coefficients(model)),
          'age, bmi, bp, s5, mild|fair, fair|poor, poor|grave', 'terms'),
       cmp_ok(metric(model, 'lr_p_value'), '<', 1e-30::float8, 'the model is better than none'),
       is(metric(model, 'rank'), 7::float8, 'rank'),
       is(cardinality(quern.decision_function(model, ARRAY[50, 25, 90, 4.5])), 1, 'one linear predictor')])
FROM ordinal;
SELECT is_close(ARRAY[metric(model, 'log_likelihood_null')],
                ARRAY[(SELECT sum(n * ln(n / 442.0)) FROM (SELECT count(*) AS n FROM patients GROUP BY grade) AS g)]::float8[],
                1e-13, 'the model without features has the shares of the classes')
FROM ordinal;
SELECT is_close(estimates(m), (SELECT estimates(model) FROM ordinal), 1e-5, name)
FROM (SELECT 'solver ' || solver AS name, quern.train('ordinal_regression', 'SELECT grade, age, bmi, bp, s5 FROM patients',
        jsonb_build_object('solver', solver, 'tol', 1e-9, 'classes', ARRAY['mild', 'fair', 'poor', 'grave'])) AS m
      FROM unnest('{lbfgs,cg}'::text[]) AS s (solver)
      UNION ALL
      SELECT 'ordinal_regression, the aggregate', quern.ordinal_regression(grade, ARRAY[age, bmi, bp, s5],
        '{"classes": ["mild", "fair", "poor", "grave"]}') FROM patients) AS q;
SELECT unnest(ARRAY[is_close((estimates(m))[1:4], (SELECT (estimates(model))[1:4] FROM ordinal), 1e-6, 'an offset does not matter to the weights'),
  is_close((std_errors(m))[1:4], (SELECT (std_errors(model))[1:4] FROM ordinal), 1e-6, '... nor to their standard errors'),
  is_close(ARRAY[(estimates(m))[6] - (estimates(m))[5]], (SELECT ARRAY[(estimates(model))[6] - (estimates(model))[5]] FROM ordinal), 1e-5, '... and moves all thresholds alike')])
FROM quern.train('ordinal_regression', 'SELECT grade, age + 1e4 AS age, bmi, bp, s5 FROM patients', '{"classes": ["mild", "fair", "poor", "grave"]}') AS m;
-- Two classes: a logistic regression with the sign of the intercept turned.
SELECT is_close((estimates(o))[1:2] || -(estimates(o))[3], (estimates(l))[2:3] || (estimates(l))[1], 1e-7, 'two classes are a logistic regression')
FROM (SELECT quern.ordinal_regression(y > 150, ARRAY[bmi, bp]) AS o, quern.logistic_regression(y > 150, ARRAY[bmi, bp]) AS l
      FROM diabetes) AS q;
SELECT is((SELECT class_names FROM quern.info(quern.train('ordinal_regression', 'SELECT ceil(y / 100) AS c, bmi FROM diabetes'))),
          '1, 2, 3, 4', 'numbers are in order of value');
SELECT throws_ok($$SELECT quern.train('ordinal_regression', 'SELECT grade, bmi FROM patients', '{"classes": ["mild", "fair", "poor"]}')$$,
  '22023', 'ordinal_regression: option "classes" has no "grave", which is a class of the rows', 'a class is not listed');
SELECT throws_ok($$SELECT quern.train('ordinal_regression', 'SELECT grade, bmi FROM patients', '{"classes": ["mild", "mild"]}')$$,
  '22023', 'ordinal_regression: option "classes" has "mild" more than once', 'a class is listed twice');
SELECT throws_ok($$SELECT quern.train('ordinal_regression', 'SELECT grade, bmi FROM patients', '{"solver": "sgd"}')$$,
  '22023', 'ordinal_regression: solver "sgd" does not estimate the constants of this loss', 'no sgd');
SELECT is(metric(quern.train('ordinal_regression', 'SELECT i / 10 AS c, i AS x FROM generate_series(0, 39) AS i'), 'separation'),
          1::float8, 'separation is noticed');
SELECT is((SELECT array_agg(term) FROM quern.coefficients(m) WHERE estimate IS NULL), '{one,twice}', 'aliased columns')
FROM quern.train('ordinal_regression', 'SELECT grade, 1 AS one, bmi, 2 * bmi AS twice FROM patients') AS m;
-- Other links: polr(method = "probit") and "cloglog", restarted five times from where it ended.
CREATE TEMP TABLE linked AS
SELECT link, quern.train('ordinal_regression', 'SELECT grade, age, bmi, bp, s5 FROM patients',
                         jsonb_build_object('link', link, 'classes', ARRAY['mild', 'fair', 'poor', 'grave'])) AS model
FROM unnest('{probit,cloglog}'::text[]) AS l (link);
SELECT unnest(ARRAY[is_close(estimates(model), expected, 1e-6, 'polr ' || link),
       -- from differences, of 1e-4 and 1e-3
       is_close(std_errors(model), errors, 3e-3, 'standard errors of polr ' || link),
       is_close(ARRAY[metric(model, 'log_likelihood')], ARRAY[log_likelihood], 1e-11, 'log-likelihood of polr ' || link),
       is_close(quern.predict_proba(model, ARRAY[50, 25, 90, 4.5]), proba, 1e-6, 'predict.polr ' || link),
       is(quern.predict_label(model, ARRAY[50, 25, 90, 4.5]), 'mild', 'the likeliest class ' || link),
       is(metric(model, 'converged'), 1::float8, 'converged ' || link)])
FROM linked JOIN (VALUES
  ('probit', '{-0.00654242478946489, 0.110933974719575, 0.0189911198241604, 1.03913489214953, 8.36386759726181, 9.17686536835228, 10.067755795068}'::float8[],
   '{0.00445566755818, 0.0152263413384, 0.00466246016133, 0.128233041101, 0.624575115568, 0.639864970321, 0.662077934386}'::float8[],
   -482.679165698075, '{0.32001089613026, 0.315065745991241, 0.256734934084757, 0.108188423793742}'::float8[]),
  ('cloglog', '{-0.0112053124273557, 0.122642757550899, 0.0188667476005987, 1.12269113613458, 8.24780577924059, 9.19569930122647, 10.1343176913462}',
   '{0.00466473173881, 0.0173761353875, 0.0052264445042, 0.139725011555, 0.645505042973, 0.657863704117, 0.685126938659}',
   -486.053058290639, '{0.305738232931248, 0.30424129077098, 0.299938761229802, 0.0900817150679692}')
) AS r (link, expected, errors, log_likelihood, proba) USING (link);
SELECT is_close(estimates(m), estimates(model), 1e-5, link || ' by ' || solver)
FROM linked, unnest('{lbfgs,cg}'::text[]) AS s (solver), quern.train('ordinal_regression', 'SELECT grade, age, bmi, bp, s5 FROM patients',
  jsonb_build_object('link', link, 'solver', solver, 'tol', 1e-9, 'classes', ARRAY['mild', 'fair', 'poor', 'grave'])) AS m;
SELECT is_close(estimates(quern.ordinal_regression(grade, ARRAY[age, bmi, bp, s5], '{"link": "probit", "classes": ["mild", "fair", "poor", "grave"]}')),
                (SELECT estimates(model) FROM linked WHERE link = 'probit'), 1e-6, 'a link in the aggregate') FROM patients;
SELECT is_close(estimates(quern.update(model, 'SELECT grade, age, bmi, bp, s5 FROM patients')), estimates(model), 1e-6, 'an update keeps the link ' || link) FROM linked;
SELECT throws_ok($$SELECT quern.train('ordinal_regression', 'SELECT grade, bmi FROM patients', '{"link": "cauchit"}')$$, '22023',
  'ordinal_regression: option "link" must be one of "logit", "probit", "cloglog", not "cauchit"', 'no other link');
SELECT is(metric(quern.train('ordinal_regression', 'SELECT i / 10 AS c, i AS x FROM generate_series(0, 39) AS i', jsonb_build_object('link', link)), 'separation'),
          1::float8, 'separation is noticed, ' || link) FROM linked;

-- Overdispersed counts.

CREATE TEMP TABLE counts AS
SELECT quern.train('negative_binomial_regression', 'SELECT y, age, bmi, bp, s5 FROM diabetes') AS model;
SELECT unnest(ARRAY[is_close(estimates(model), '{1.72291054189304, -0.00142991541170767, 0.0399257121458282, 0.00587560331089239, 0.366390594775788, 0.15044959367657}', 1e-7, 'glm.nb'),
       is_close(std_errors(model), '{0.184800823902844, 0.00155332892904055, 0.00494957275351333, 0.00159134683392116, 0.042363471130324, 0.010447434014809}', 1e-5, 'standard errors of glm.nb'),
       is_close(ARRAY[metric(model, 'log_likelihood'), metric(model, 'log_likelihood_null'), metric(model, 'deviance')], '{-2390.3503753605, -2519.35347134022, 454.150297879129}', 1e-8, 'log-likelihoods and deviance of glm.nb'),
       is_close(ARRAY[quern.predict(model, ARRAY[50, 25, 90, 4.5])],
                ARRAY[exp(1.72291054189304 - 0.00142991541170767 * 50 + 0.0399257121458282 * 25 + 0.00587560331089239 * 90 + 0.366390594775788 * 4.5)], 1e-7, 'the mean'),
       is((SELECT term FROM quern.coefficients(model) WHERE p_value IS NULL), 'dispersion', 'no test of the dispersion')])
FROM counts;
SELECT is_close(estimates(m), (SELECT estimates(model) FROM counts), 1e-5, name)
FROM (SELECT 'lbfgs' AS name, quern.train('negative_binomial_regression', 'SELECT y, age, bmi, bp, s5 FROM diabetes', '{"solver": "lbfgs", "tol": 1e-9}') AS m
      UNION ALL
      SELECT 'negative_binomial_regression, the aggregate', quern.negative_binomial_regression(y, ARRAY[age, bmi, bp, s5]) FROM diabetes) AS q;
SELECT is_close(estimates(quern.train('negative_binomial_regression', 'SELECT y, age, bmi, bp, s5 FROM diabetes', '{"dispersion": 0.15044959367657}')),
                (SELECT (estimates(model))[1:5] FROM counts), 1e-7, 'a fixed dispersion');
SELECT unnest(ARRAY[is_close((estimates(m))[1:2], estimates(p), 1e-6, 'without overdispersion it is a Poisson regression'),
       cmp_ok((estimates(m))[3], '<', 1e-6::float8, '... of dispersion 0')])
FROM quern.train('negative_binomial_regression', 'SELECT 5 + i % 3 AS y, i % 3 AS x FROM generate_series(1, 300) AS i') AS m,
     quern.train('poisson_regression', 'SELECT 5 + i % 3 AS y, i % 3 AS x FROM generate_series(1, 300) AS i') AS p;
SELECT throws_ok($$SELECT quern.train('negative_binomial_regression', 'SELECT -1 AS y, bmi FROM diabetes')$$, '22023',
                 'negative_binomial_regression: y must be at least 0, not -1', 'no counts below 0');

-- Survival times.

CREATE TEMP TABLE cox AS
SELECT ties, strata, quern.train('cox_regression',
         CASE WHEN strata THEN 'SELECT y, event, sex, age, bmi, bp, s5 FROM patients' ELSE 'SELECT y, event, age, bmi, bp, s5 FROM patients' END,
         jsonb_build_object('ties', ties) || CASE WHEN strata THEN '{"strata": "sex"}' ELSE '{}' END::jsonb) AS model
FROM unnest('{efron,breslow}'::text[]) AS t (ties), unnest('{true,false}'::boolean[]) AS s (strata);
SELECT unnest(ARRAY[is_close(estimates(model), e, 1e-8, 'coxph ' || ties || strata),
       is_close(std_errors(model), s, 1e-8, 'standard errors of coxph ' || ties || strata),
       is_close(ARRAY[metric(model, 'log_likelihood'), metric(model, 'log_likelihood_null')], l, 1e-11, 'log-likelihoods of coxph ' || ties || strata),
       is_close(ARRAY[metric(model, 'concordance')], ARRAY[c], 1e-12, 'concordance of coxph ' || ties || strata),
       is(metric(model, 'events'), (SELECT count(*) FILTER (WHERE event) FROM patients)::float8, 'events'),
       is(metric(model, 'rank'), 4::float8, 'rank')])
FROM cox JOIN (VALUES
  ('efron', false, '{0.00101956694478835, -0.108963820079316, -0.00742296069941537, -0.892421439505299}'::float8[],
   '{0.00493811893515009, 0.0169654447305586, 0.00527952368408589, 0.148584802536329}'::float8[],
   '{-1339.31928485407, -1408.0596085464}'::float8[], 0.728436942054861),
  ('efron', true, '{-0.000607869925748251, -0.107045996844434, -0.00910771511191511, -0.900158785094448}',
   '{0.00507324049328583, 0.0171132718446588, 0.0054976341282636, 0.149815179549491}', '{-1151.03662254831, -1219.06291302547}', 0.731849737234802),
  ('breslow', false, '{0.00102630241042413, -0.108301238272129, -0.00733162773738545, -0.890659425615791}',
   '{0.0049372009102795, 0.0169554751653866, 0.00528034018933138, 0.148533569296486}', '{-1340.79724480693, -1409.03371119413}', 0.728404479792242),
  ('breslow', true, '{-0.000623218094438422, -0.106326104605337, -0.00903549106706674, -0.895809539712532}',
   '{0.00507169031530834, 0.0171030746397446, 0.00549973142996875, 0.149874193078216}', '{-1152.61551261172, -1220.03413060964}', 0.731947057678583)
) AS r (ties, strata, e, s, l, c) USING (ties, strata);
SELECT is_close(array_agg(quern.predict_survival(model, ARRAY[50, 25, 90, 4.5], t, '1') ORDER BY t), expected, 1e-7, 'survfit ' || ties)
FROM cox JOIN (VALUES ('efron', '{0.94892742887544, 0.684812196367894, 0.132695953073762}'::float8[]),
                      ('breslow', '{0.949021006256818, 0.685666986331175, 0.136584030432805}')) AS r (ties, expected) USING (ties),
     unnest('{60, 120, 250}'::float8[]) AS t
WHERE strata GROUP BY ties, expected;
SELECT unnest(ARRAY[is_close(estimates(m), e, 1e-8, 'weighted coxph ' || ties), is_close(ARRAY[metric(m, 'log_likelihood')], ARRAY[l], 1e-11, '... and log-likelihood')])
FROM (VALUES ('efron', '{-0.00417658362044197, -0.109290314179623, -0.00733876717540482, -0.859429145303084}'::float8[], -2115.13582185641),
             ('breslow', '{-0.00418496772090356, -0.108770714095638, -0.00725583762444109, -0.857836493164793}', -2117.16497657946)) AS r (ties, e, l),
     LATERAL quern.train('cox_regression', 'SELECT age, bmi, bp, s5, 1 + (sex = 2)::int AS w, event, y FROM patients',
                         jsonb_build_object('ties', ties, 'weight', 'w', 'time', 'y', 'event', 'event')) AS m;
SELECT is_close(estimates(m), (SELECT estimates(model) FROM cox WHERE ties = 'efron' AND NOT strata), 1e-6, name)
FROM (SELECT 'lbfgs' AS name, quern.train('cox_regression', 'SELECT y, event, age, bmi, bp, s5 FROM patients', '{"solver": "lbfgs", "tol": 1e-9}') AS m
      UNION ALL
      SELECT 'events as numbers, rows in another order', quern.train('cox_regression', 'SELECT y, event::int, age, bmi, bp, s5 FROM patients ORDER BY age, s5')
      UNION ALL
      SELECT 'cox_regression, the aggregate', quern.cox_regression(y, event, ARRAY[age, bmi, bp, s5]) FROM patients) AS q;
SELECT is_close(estimates(quern.update(model, 'SELECT s5, bp, bmi, age, sex, event, y FROM patients', '{"time": "y", "event": "event"}')),
                estimates(model), 1e-8, 'an update finds its columns')
FROM cox WHERE strata AND ties = 'efron';
-- Text strata, a large offset of a column, and a constant one.
SELECT unnest(ARRAY[is_close((estimates(m))[2:5], (SELECT estimates(model) FROM cox WHERE ties = 'efron' AND strata), 1e-6, 'offsets do not matter'),
       is((estimates(m))[1], NULL, 'a constant column is aliased'),
       is((SELECT class_names FROM quern.info(m)), 'man, woman', 'strata are named')])
FROM quern.train('cox_regression', $$SELECT y, event, 7 AS seven, age + 1e5 AS age, bmi, bp, s5,
  CASE sex WHEN 1 THEN 'man' ELSE 'woman' END AS s FROM patients$$, '{"strata": "s"}') AS m;
SELECT unnest(ARRAY[is(count(*), 2::bigint, 'a hazard for each stratum'), ok(bool_and(rises), 'which rises'), ok(min(least) > 0, 'from above 0')])
FROM (SELECT stratum, bool_and(rise) AS rises, min(cumulative_hazard) AS least
      FROM (SELECT *, cumulative_hazard > coalesce(lag(cumulative_hazard) OVER w, 0) AND time > coalesce(lag(time) OVER w, -1) AS rise
            FROM cox, quern.baseline_hazard(model) WHERE strata AND ties = 'efron' WINDOW w AS (PARTITION BY stratum ORDER BY time)) AS h
      GROUP BY stratum) AS s;
-- The expected number of events is the number seen: sum of H0(t) * hazard ratio.
SELECT is_close(ARRAY[sum(-ln(quern.predict_survival(model, ARRAY[age, bmi, bp, s5], y)))], ARRAY[count(*) FILTER (WHERE event)]::float8[],
                1e-12, 'martingale residuals add to 0')
FROM cox, patients WHERE ties = 'breslow' AND NOT strata GROUP BY ties;
SELECT is_close(ARRAY[quern.predict(model, ARRAY[50, 25, 90, 4.5])], ARRAY[exp((quern.decision_function(model, ARRAY[50, 25, 90, 4.5]))[1])], 1e-14,
                'predict gives the hazard ratio')
FROM cox WHERE ties = 'efron' AND NOT strata;
SELECT cmp_ok(abs(avg((quern.decision_function(model, ARRAY[age, bmi, bp, s5]))[1])), '<', 1e-12::float8, 'against the mean of the rows')
FROM cox, patients WHERE ties = 'efron' AND NOT strata;
SELECT is(metric(quern.train('cox_regression', 'SELECT i, true AS event, i AS x FROM generate_series(1, 30) AS i'), 'separation'), 2::float8,
          'a likelihood that rises without end');
SELECT is((SELECT skipped FROM quern.info(m)), 2::bigint, 'rows with a NULL among time, event, stratum are left out')
FROM quern.train('cox_regression', $$SELECT y, event, age, CASE WHEN i = 4 THEN NULL ELSE sex END AS s FROM
  (SELECT CASE WHEN i = 3 THEN NULL ELSE event END AS event, y, age, sex, i FROM (SELECT *, row_number() OVER () AS i FROM patients) AS p) AS q$$,
  '{"strata": "s"}') AS m;
SELECT throws_ok(format($$SELECT quern.train('cox_regression', %L, %L)$$, query, options), '22023', message, message)
FROM (VALUES
  ('SELECT -1 AS t, true AS e, 1 AS x', '{}', 'cox_regression: t must be at least 0, not -1'),
  ('SELECT 1 AS t, 2 AS e, 1 AS x', '{}', 'cox_regression: e must be 0 or 1, not 2'),
  ('SELECT 1 AS t, ''yes'' AS e, 1 AS x', '{}', 'cox_regression: column "e" is of type text, which is no event'),
  ('SELECT 1 AS t, true AS e', '{}', 'train: the query must have a column y, one of events and at least one of features, but has 2 columns'),
  ('SELECT 1 AS t, true AS e, 1 AS x', '{"strata": "g"}', 'train: option "strata" names "g", which is no column of the query'),
  ('SELECT 1 AS t, true AS e, 1 AS x', '{"event": "t"}', 'train: time, event, weight and stratum must be different columns'),
  ('SELECT 1 AS t, true AS e, 1 AS x', '{"ties": "exact"}', 'cox_regression: option "ties" must be one of "efron", "breslow", not "exact"'),
  ('SELECT 1 AS t, true AS e, 1 AS x', '{"solver": "sgd"}', 'cox_regression: solver "sgd" cannot train a loss that couples the rows'),
  ('SELECT 1 AS t, true AS e, 1 AS x', '{"store": "none"}', 'cox_regression: option "store" cannot be "none" for a loss that couples the rows')
) AS v (query, options, message);
SELECT throws_ok($$SELECT quern.predict_survival(model, ARRAY[50, 25, 90, 4.5], 100) FROM cox WHERE strata$$, '22023',
                 'predict_survival: the model has strata, and none is named', 'a stratum is needed');
SELECT throws_ok($$SELECT quern.predict_survival(model, ARRAY[50, 25, 90, 4.5], 100, 'x') FROM cox WHERE strata$$, '22023',
                 'predict_survival: the model has no stratum "x"', 'a stratum that there is not');
SELECT throws_ok($$SELECT quern.predict_survival(model, ARRAY[50, 25, 90, 4.5], 100) FROM ordinal$$, '22023',
                 'predict_survival: a ordinal_regression model has no survival times', 'another algorithm');
SELECT throws_ok($$SELECT quern.cox_regression(y, event, ARRAY[age], '{"strata": "sex"}') FROM patients$$, '22023',
                 'cox_regression: option "strata" is of quern.train, not of the aggregate', 'no strata in the aggregate');
SELECT throws_ok($$SELECT quern.cox_regression(-1, event, ARRAY[age]) FROM patients$$, '22023',
                 'cox_regression: time must be finite and at least 0, not -1', 'no times below 0');

-- Whatever the number of processes.
SET LOCAL parallel_setup_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE TEMP TABLE parallel AS
SELECT algorithm, quern.train(algorithm, query, '{}') AS model
FROM (VALUES ('cox_regression', 'SELECT y, event, age, bmi, bp, s5 FROM patients'), ('negative_binomial_regression', 'SELECT y, age, bmi, bp, s5 FROM diabetes')) AS v (algorithm, query);
SELECT is(estimates(p.model), estimates(c.model), 'the same bits with workers, cox') FROM parallel AS p, cox AS c
WHERE p.algorithm = 'cox_regression' AND c.ties = 'efron' AND NOT strata;
SELECT is(estimates(p.model), estimates(c.model), 'the same bits with workers, counts') FROM parallel AS p, counts AS c
WHERE p.algorithm = 'negative_binomial_regression';

SELECT finish();
ROLLBACK;
