-- Regressions of real data against figures computed by other programs, and the checks that Apache MADlib publishes.
-- diabetes, cpu_machine and heart_scale: statsmodels, which long double arithmetic (normal equations, IRLS) confirms to 12
-- digits and more. houses, weibull, unm, patients, crime, grad_school: MADlib's regress tests, to the tolerances stated there.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql

CREATE TEMP TABLE diabetes (age float8, sex float8, bmi float8, bp float8, s1 float8, s2 float8, s3 float8, s4 float8,
  s5 float8, s6 float8, y float8);
\copy diabetes FROM 'data/diabetes/diabetes.csv' (FORMAT csv, HEADER)
CREATE TEMP TABLE cpu_machine (vendor text, model text, myct float8, mmin float8, mmax float8, cach float8, chmin float8,
  chmax float8, prp float8, erp float8);
\copy cpu_machine FROM 'data/cpu_machine/cpu_machine.csv' (FORMAT csv, HEADER)
CREATE TEMP TABLE heart_scale (y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8, x7 float8,
  x8 float8, x9 float8, x10 float8, x11 float8, x12 float8, x13 float8);
\copy heart_scale FROM 'data/heart_scale/heart_scale.csv' (FORMAT csv, HEADER)

CREATE TEMP TABLE fitted AS
SELECT 'diabetes' AS dataset, quern.linear_regression(y, ARRAY[age, sex, bmi, bp, s1, s2, s3, s4, s5, s6]) AS model
FROM diabetes
UNION ALL
SELECT 'cpu_machine', quern.linear_regression(prp, ARRAY[myct, mmin, mmax, cach, chmin, chmax]) FROM cpu_machine
UNION ALL
SELECT 'heart_scale', quern.logistic_regression(y, ARRAY[x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13])
FROM heart_scale;

CREATE TEMP TABLE reference (dataset text, quantity text, figures float8[]);
INSERT INTO reference VALUES
  ('diabetes', 'estimate', '{-334.56713851878726, -0.036361224223625505, -22.85964809049839, 5.602962091923705, 1.1168079933181907, -1.0899963340632406, 0.7464504555142264, 0.37200471508915384, 6.533831935990341, 68.48312496478829, 0.2801169893215044}'),
  ('diabetes', 'std_error', '{67.45462110434143, 0.21704143540876222, 5.835821285014873, 0.7171055005609116, 0.2252381691882692, 0.5733318585500607, 0.5308343897660235, 0.7824638456267178, 5.9586378372163225, 15.669719238707183, 0.27331395035936606}'),
  ('diabetes', 'statistic', '{-4.959884631199155, -0.16753125574917116, -3.9171261377035407, 7.813302348874956, 4.958342528457873, -1.9011612869722505, 1.4061833029378958, 0.47542735318482693, 1.0965311392448502, 4.3704117426444755, 1.0248909320332622}'),
  ('diabetes', 'p_value', '{1.016617292004025e-06, 0.8670306337000583, 0.00010416711927693145, 4.2963914195182934e-14, 1.0242783922115141e-06, 0.05794760536920057, 0.1603902400149737, 0.6347232557752245, 0.2734586936606823, 1.5558990865394603e-05, 0.30598952619642383}'),
  ('diabetes', 'r2', '{0.5177484222203499}'),
  ('diabetes', 'adj_r2', '{0.5065592904853231}'),
  ('diabetes', 'f_statistic', '{46.27243958524321}'),
  ('diabetes', 'f_p_value', '{3.828649038185064e-62}'),
  ('diabetes', 'sigma', '{54.15423932805569}'),
  ('diabetes', 'rss', '{1263985.7856333435}'),
  ('diabetes', 'log_likelihood', '{-2385.9928621235194}'),
  ('cpu_machine', 'estimate', '{-55.893933607024394, 0.04885490012531974, 0.015292571902433843, 0.005571389725107812, 0.6414014269981582, -0.27035754831755116, 1.4824721704649495}'),
  ('cpu_machine', 'std_error', '{8.045005570102532, 0.01751909459370853, 0.0018268120213742662, 0.0006418072909143692, 0.13956175396265352, 0.8556704409786687, 0.22003824801067084}'),
  ('cpu_machine', 'statistic', '{-6.947656296813732, 2.7886658105530215, 8.371179805861825, 8.680782851765914, 4.595825208457858, -0.3159599015811886, 6.737338548492072}'),
  ('cpu_machine', 'p_value', '{4.998145811325078e-11, 0.005798460121219528, 9.419324701558151e-15, 1.317802039431128e-15, 7.585892904334913e-06, 0.7523591684805604, 1.646289357691754e-10}'),
  ('cpu_machine', 'r2', '{0.8648906922768672}'),
  ('cpu_machine', 'adj_r2', '{0.8608775445227148}'),
  ('cpu_machine', 'f_statistic', '{215.5142908411366}'),
  ('cpu_machine', 'f_p_value', '{6.235513635903265e-85}'),
  ('cpu_machine', 'sigma', '{59.98845248629969}'),
  ('cpu_machine', 'rss', '{726920.1152036092}'),
  ('cpu_machine', 'log_likelihood', '{-1148.6759842817014}'),
  ('heart_scale', 'estimate', '{2.2020621918199357, -0.41945941209106974, 0.7710545460877652, 1.0513426478511525, 1.336446452245943, 1.5829298946765902, -0.3974051754406185, 0.3016681816404434, -1.3784672795679058, 0.41469274279638585, 1.0654403807575135, 0.442276363664802, 1.7479069000132108, 0.6827676919766307}'),
  ('heart_scale', 'std_error', '{0.711423208989521, 0.6172843203002313, 0.27038093790753115, 0.32291976111138876, 0.6068508620101813, 0.892955991552531, 0.2873309729640699, 0.19783805043953542, 0.6929298146738169, 0.21554564497498965, 0.7039107244365778, 0.39107708062150115, 0.40392470475260506, 0.21213291378038748}'),
  ('heart_scale', 'statistic', '{3.0952914720728093, -0.679523840629964, 2.8517341202191617, 3.2557395813522225, 2.202265063641816, 1.7726852271011044, -1.3830920187303062, 1.52482386967638, -1.9893317481465165, 1.9239207678935186, 1.5136015744188458, 1.1309186489833014, 4.327308727213813, 3.218584423365213}'),
  ('heart_scale', 'p_value', '{0.0019661957464862643, 0.49680600707067024, 0.004348145320106374, 0.001130974331783002, 0.027646590485021324, 0.07628088036638335, 0.16663665261610638, 0.12730303456364445, 0.04666459762000726, 0.054364515632943776, 0.1301269215821373, 0.2580893332441535, 1.5094232412045082e-05, 0.001288250417858842}'),
  ('heart_scale', 'log_likelihood', '{-89.79888115268797}'),
  ('heart_scale', 'log_likelihood_null', '{-185.47962569274904}');

CREATE TEMP TABLE computed AS
SELECT dataset, quantity, array_agg(figure ORDER BY ordinality) AS figures
FROM fitted, quern.coefficients(model) WITH ORDINALITY,
     (VALUES (1, 'estimate'), (2, 'std_error'), (3, 'statistic'), (4, 'p_value')) AS of(i, quantity),
     LATERAL (SELECT (ARRAY[estimate, std_error, statistic, p_value])[i] AS figure) AS pick
GROUP BY dataset, quantity
UNION ALL
SELECT dataset, metric, ARRAY[value] FROM fitted, quern.metrics(model);

SELECT cmp_ok(round(pg_temp.digits(computed.figures, reference.figures)::numeric, 1), '>=', 9.0,
              format('%s: digits of %s', dataset, quantity))
FROM reference LEFT JOIN computed USING (dataset, quantity) ORDER BY dataset, quantity;

-- R's convention, which counts sigma among the parameters; statsmodels does not.
SELECT cmp_ok(round(pg_temp.digits(pg_temp.metric(model, criterion), figure)::numeric, 1), '>=', 9.0,
  format('%s: digits of %s', dataset, criterion))
FROM fitted JOIN (VALUES
  ('diabetes', 'aic', 4793.985724247039 + 2), ('diabetes', 'bic', 4838.990132949893 + ln(442)),
  ('cpu_machine', 'aic', 2311.351968563403 + 2), ('cpu_machine', 'bic', 2334.7483083271563 + ln(209)))
    AS r(dataset, criterion, figure) USING (dataset);

-- White's standard errors.
SELECT cmp_ok(round(pg_temp.digits(pg_temp.std_errors(model), std_error)::numeric, 1), '>=', 9.0,
  'digits of robust standard errors: ' || name)
FROM (
  SELECT 'diabetes hc0' AS name, '{64.2370142237067, 0.20597722803035198, 5.5416029052545195, 0.7172008052091027, 0.22205684836760883, 0.5351285590555847, 0.48178854883259903, 0.7285371693328696, 5.737605387636104, 14.597954203792753, 0.25741418292969687}'::float8[] AS std_error, quern.linear_regression(y, ARRAY[age, sex, bmi, bp, s1, s2, s3, s4, s5, s6], '{"robust": "hc0"}') AS model FROM diabetes
  UNION ALL
  SELECT 'diabetes hc1' AS name, '{65.05157950645183, 0.20858914735781786, 5.611873875845707, 0.7262953573725279, 0.22487266727921226, 0.5419143219257903, 0.4878979272065142, 0.7377754736423022, 5.810361791577663, 14.783065340062288, 0.2606783548286354}'::float8[] AS std_error, quern.linear_regression(y, ARRAY[age, sex, bmi, bp, s1, s2, s3, s4, s5, s6], '{"robust": "hc1"}') AS model FROM diabetes
  UNION ALL
  SELECT 'cpu_machine hc0', '{13.001691538743243, 0.012718118008927633, 0.0031701920400610713, 0.0012204053953464998, 0.27637188434439697, 1.495396584448956, 0.6094727085161755}', quern.linear_regression(prp, ARRAY[myct, mmin, mmax, cach, chmin, chmax], '{"robust": "hc0"}') FROM cpu_machine
  UNION ALL
  SELECT 'cpu_machine hc1', '{13.225049817335503, 0.012936604729439532, 0.0032246533103323224, 0.0012413709479807112, 0.2811197241277449, 1.5210862576672415, 0.6199429442249281}', quern.linear_regression(prp, ARRAY[myct, mmin, mmax, cach, chmin, chmax], '{"robust": "hc1"}') FROM cpu_machine) AS robust;

-- MADlib's checks: the distance of a list of figures from those published, relative to their norm, against a tolerance.
CREATE FUNCTION pg_temp.relative_error(computed float8[], published float8[]) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE WHEN cardinality(computed) = cardinality(published) THEN sqrt(sum((a - b) ^ 2) / sum(b ^ 2)) END
  FROM unnest(computed, published) AS pair(a, b)
$$;
CREATE TEMP TABLE houses (tax float8, bedroom float8, bath float8, price float8, size float8, lot float8);
\copy houses FROM 'data/madlib_linear/houses.csv' (FORMAT csv, HEADER)
CREATE TEMP TABLE weibull (id integer, x1 float8, x2 float8, y float8);
\copy weibull FROM 'data/madlib_linear/weibull.csv' (FORMAT csv, HEADER, NULL 'NULL')
CREATE TEMP TABLE unm (id integer, x1 float8, x2 float8, y float8);
\copy unm FROM 'data/madlib_linear/unm.csv' (FORMAT csv, HEADER, NULL 'NULL')
CREATE TEMP TABLE patients (id integer, second_attack integer, treatment float8, trait_anxiety float8);
\copy patients FROM 'data/madlib_logistic/patients.csv' (FORMAT csv, HEADER, NULL 'NULL')
CREATE TEMP TABLE crime (CrimeRat float8, MaleTeen float8, South float8, Educ float8, Police60 float8, Police59 float8,
  Labor float8, Males float8, Pop float8, NonWhite float8, Unemp1 float8, Unemp2 float8, Median float8, BelowMed float8);
\copy crime FROM 'data/madlib_logistic/crime.csv' (FORMAT csv, HEADER)
CREATE TEMP TABLE grad_school (admit integer, gre float8, gpa float8, rank integer);
\copy grad_school FROM 'data/madlib_logistic/grad_school.csv' (FORMAT csv, HEADER, NULL 'NULL')

CREATE TEMP TABLE trained AS
          SELECT 'weibull' AS name, quern.linear_regression(y, ARRAY[x1, x2]) AS model FROM weibull
UNION ALL SELECT 'unm', quern.linear_regression(y, ARRAY[x1, x2]) FROM unm
UNION ALL SELECT 'houses', quern.linear_regression(price, ARRAY[bedroom, bath, size]) FROM houses
UNION ALL SELECT 'houses by bedroom: ' || bedroom, quern.linear_regression(price, ARRAY[tax, bath, size])
          FROM houses WHERE bedroom IN (2, 3) GROUP BY bedroom
UNION ALL SELECT 'patients', quern.logistic_regression(second_attack, ARRAY[treatment, trait_anxiety]) FROM patients
UNION ALL SELECT 'crime', quern.logistic_regression(CrimeRat > 110, ARRAY[MaleTeen, South, Educ, Police59]) FROM crime
UNION ALL SELECT 'grad_school', quern.logistic_regression(
            admit, ARRAY[gre, gpa, (rank = 2)::integer, (rank = 3)::integer, (rank = 4)::integer]) FROM grad_school;

CREATE TEMP TABLE published (name text, quantity text, figures float8[], tolerance float8, first_term integer DEFAULT 1);
INSERT INTO published VALUES
  ('weibull', 'statistic', '{3.1393, 3.0726}', 1e-4, 2), ('weibull', 'p_value', '{0.0083}', 1e-2, 3);
INSERT INTO published VALUES
  ('weibull', 'estimate', '{-153.51, 1.24, 12.08}', 1e-4),
  ('unm', 'estimate', '{9.69, 2.09, 1.5}', 1e-2),
  ('houses', 'estimate', '{27923.43, -35524.78, 2269.34, 130.79}', 1e-4), ('houses', 'r2', '{0.74537}', 1e-3),
  ('houses', 'std_error', '{56306.0, 25037.0, 22208.0, 36.209}', 1e-4),
  ('houses', 'statistic', '{0.49592, -1.4189, 0.10218, 3.6122}', 1e-4),
  ('houses', 'p_value', '{0.62971, 0.18363, 0.92045, 0.0040816}', 1e-4),
  ('houses', 'condition', '{9783.0184}', 1e-4),
  ('houses by bedroom: 2', 'estimate', '{-84242.0345, 55.443, -78966.9754, 225.6119}', 1e-2),
  ('houses by bedroom: 2', 'r2', '{0.9688}', 1e-2),
  ('houses by bedroom: 2', 'std_error', '{35019.0, 19.57, 23036.81, 49.04}', 1e-2),
  ('houses by bedroom: 2', 'statistic', '{-2.406, 2.833, -3.428, 4.6}', 1e-2),
  ('houses by bedroom: 2', 'p_value', '{0.251, 0.216, 0.181, 0.136}', 1e-2),
  ('houses by bedroom: 2', 'condition', '{10086.1}', 1e-2),
  ('houses by bedroom: 3', 'estimate', '{-88155.8292502747, 27.1966436293179, 41404.0293389239, 62.6375210724027}', 1e-10),
  ('houses by bedroom: 3', 'r2', '{0.841699901312963}', 1e-10),
  ('houses by bedroom: 3', 'std_error', '{57867.9999699512, 17.82723091538, 43643.1321521931, 70.8506824870639}', 1e-10),
  ('houses by bedroom: 3', 'statistic', '{-1.52339512850022, 1.52556747362568, 0.948695185179172, 0.884077878626493}',
    1e-10),
  ('houses by bedroom: 3', 'p_value', '{0.18816143289241, 0.187636685729725, 0.38634003235866, 0.417132778730133}', 1e-10),
  ('houses by bedroom: 3', 'condition', '{11722.62}', 1e-2),
  ('patients', 'estimate', '{-6.36, -1.02, 0.119}', 1e-3), ('patients', 'log_likelihood', '{-9.41}', 1e-3),
  ('patients', 'std_error', '{3.21, 1.17, 0.055}', 2e-3), ('patients', 'statistic', '{-1.98, -0.874, 2.17}', 2e-3),
  ('patients', 'p_value', '{0.0477, 0.382, 0.0304}', 1e-3), ('patients', 'odds ratio', '{0.00172, 0.359, 1.13}', 4e-3),
  ('crime', 'estimate', '{-17.70177, 0.0833837, -1.117091, 0.0229224, 0.0581834}', 1e-5),
  ('crime', 'log_likelihood', '{-18.606959}', 1e-5),
  ('crime', 'std_error', '{9.495993, 0.0440353, 1.359616, 0.5594047, 0.0210049}', 1e-5),
  ('crime', 'statistic', '{-1.864, 1.894, -0.822, 0.041, 2.77}', 1e-3),
  ('crime', 'p_value', '{0.062, 0.058, 0.411, 0.967, 0.006}', 1e-3),
  ('grad_school', 'estimate', '{-3.989979, 0.002264, 0.804038, -0.675443, -1.340204, -1.551464}', 1e-5),
  ('grad_school', 'log_likelihood', '{-229.2587}', 1e-5),
  ('grad_school', 'std_error', '{1.139951, 0.001094, 0.331819, 0.31649, 0.345306, 0.417832}', 1e-5),
  ('grad_school', 'statistic', '{-3.5, 2.07, 2.423, -2.134, -3.881, -3.713}', 1e-3),
  ('grad_school', 'p_value', '{0.000465, 0.038465, 0.015388, 0.032829, 0.000104, 0.000205}', 1e-3),
  ('grad_school', 'odds ratio', '{0.0185001, 1.002267, 2.2345448, 0.508931, 0.2617923, 0.2119375}', 1e-5);

WITH computed AS (
  SELECT name, quantity, array_agg(figure ORDER BY ordinality) AS figures
  FROM trained, quern.coefficients(model) WITH ORDINALITY,
       LATERAL (VALUES ('estimate', estimate), ('std_error', std_error), ('statistic', statistic), ('p_value', p_value),
                       ('odds ratio', CASE WHEN abs(estimate) < 100 THEN exp(estimate) END)) AS of(quantity, figure)
  GROUP BY name, quantity
  UNION ALL SELECT name, metric, ARRAY[value] FROM trained, quern.metrics(model))
SELECT cmp_ok(round(pg_temp.relative_error(computed.figures[first_term:], published.figures)::numeric, 12), '<=',
  tolerance::numeric,
              format('MADlib, %s: %s', name, quantity))
FROM published LEFT JOIN computed USING (name, quantity) ORDER BY name, quantity;

SELECT * FROM finish();
ROLLBACK;
