-- The linear sets of the NIST Statistical Reference Datasets, each in serial, in parallel and merged from states that
-- were stored: at least 9 correct digits of every estimate and standard error. In Filip, a polynomial of degree 10, the
-- powers of x as they round to double precision leave 7 digits to be had.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql

CREATE TABLE observation (dataset text, i integer, y float8, x float8[], options jsonb,
  padding text DEFAULT repeat('-', 1900));
ALTER TABLE observation ALTER padding SET STORAGE PLAIN;  -- so that the few rows fill pages for several workers

CREATE TEMP TABLE longley (i serial, y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8);
\copy longley (y, x1, x2, x3, x4, x5, x6) FROM 'data/nist-strd/csv/Longley.csv' (FORMAT csv, HEADER)
CREATE TEMP TABLE one (i serial, y numeric, x float8);
INSERT INTO observation SELECT 'Longley', i, y, ARRAY[x1, x2, x3, x4, x5, x6] FROM longley;
\copy one (y, x) FROM 'data/nist-strd/csv/Norris.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'Norris', i, y, ARRAY[x] FROM one;
TRUNCATE one;
\copy one (y, x) FROM 'data/nist-strd/csv/NoInt1.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'NoInt1', i, y, ARRAY[x], '{"fit_intercept": false}' FROM one;
TRUNCATE one;
\copy one (y, x) FROM 'data/nist-strd/csv/NoInt2.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'NoInt2', i, y, ARRAY[x], '{"fit_intercept": false}' FROM one;
TRUNCATE one;
\copy one (y, x) FROM 'data/nist-strd/csv/Pontius.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'Pontius', i, y, ARRAY[x, x * x] FROM one;
TRUNCATE one;
\copy one (y, x) FROM 'data/nist-strd/csv/Filip.csv' (FORMAT csv, HEADER)
INSERT INTO observation
SELECT 'Filip', i, y, (SELECT array_agg((x::numeric ^ k)::float8 ORDER BY k) FROM generate_series(1, 10) AS k) FROM one;
TRUNCATE one;
\copy one (y, x) FROM 'data/nist-strd/csv/Wampler1.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'Wampler1', i, y, ARRAY[x, x^2, x^3, x^4, x^5] FROM one;
-- 1 + x/10 + x^2/100 + ... + x^5/100000
INSERT INTO observation
SELECT 'Wampler2', i, (SELECT sum((x::numeric / 10) ^ k) FROM generate_series(0, 5) AS k), ARRAY[x, x^2, x^3, x^4, x^5]
FROM one;
CREATE TEMP TABLE polynomial AS SELECT x, y FROM one;
TRUNCATE one;
\copy one (y, x) FROM 'data/nist-strd/csv/Wampler4.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'Wampler4', i, y, ARRAY[x, x^2, x^3, x^4, x^5] FROM one;
-- Wampler3, 4 and 5 are the polynomial of Wampler1 with the same errors times 1, 100 and 10000.
INSERT INTO observation
SELECT dataset, i, polynomial.y + (one.y - polynomial.y) * factor, ARRAY[x, x^2, x^3, x^4, x^5]
FROM one JOIN polynomial USING (x), (VALUES ('Wampler3', 0.01), ('Wampler5', 100)) AS scaled(dataset, factor);
ANALYZE observation;

CREATE TEMP TABLE certified (dataset text, estimate float8[], std_error float8[], r2 float8, sigma float8,
  least_digits float8 DEFAULT 9);
INSERT INTO certified VALUES
  ('Norris', '{-0.262323073774029, 1.00211681802045}', '{0.232818234301152, 0.429796848199937E-03}', 0.999993745883712,
    0.884796396144373),
  ('Pontius', '{0.673565789473684E-03, 0.732059160401003E-06, -0.316081871345029E-14}',
   '{0.107938612033077E-03, 0.157817399981659E-09, 0.486652849992036E-16}', 0.999999900178537, 0.205177424076185E-03),
  ('NoInt1', '{2.07438016528926}', '{0.165289256198347E-01}', 0.999365492298663, 3.56753034006338),
  ('NoInt2', '{0.727272727272727}', '{0.420827318078432E-01}', 0.993348115299335, 0.369274472937998),
  ('Longley', '{-3482258.63459582, 15.0618722713733, -0.358191792925910E-01, -2.02022980381683, -1.03322686717359, -0.511041056535807E-01, 1829.15146461355}',
   '{890420.383607373, 84.9149257747669, 0.334910077722432E-01, 0.488399681651699, 0.214274163161675, 0.226073200069370, 455.478499142212}',
   0.995479004577296, 304.854073561965),
  ('Wampler1', '{1, 1, 1, 1, 1, 1}', '{0, 0, 0, 0, 0, 0}', 1, 0),
  ('Wampler2', '{1, 0.1, 0.01, 0.001, 0.0001, 0.00001}', '{0, 0, 0, 0, 0, 0}', 1, 0),
  ('Wampler3', '{1, 1, 1, 1, 1, 1}',
   '{2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752, 0.112324854679312}',
     0.999995559025820, 2360.14502379268),
  ('Wampler4', '{1, 1, 1, 1, 1, 1}',
   '{215232.624678170, 236355.173469681, 77934.3524331583, 10147.5507550350, 564.566512170752, 11.2324854679312}',
     0.957478440825662, 236014.502379268),
  ('Wampler5', '{1, 1, 1, 1, 1, 1}',
   '{21523262.4678170, 23635517.3469681, 7793435.24331583, 1014755.07550350, 56456.6512170752, 1123.24854679312}',
     0.224668921574940E-02, 23601450.2379268);
INSERT INTO certified VALUES
  ('Filip', '{-1467.48961422980, -2772.17959193342, -2316.37108160893, -1127.97394098372, -354.478233703349, -75.1242017393757, -10.8753180355343, -1.06221498588947, -0.670191154593408E-01, -0.246781078275479E-02, -0.402962525080404E-04}',
   '{298.084530995537, 559.779865474950, 466.477572127796, 227.204274477751, 71.6478660875927, 15.2897178747400, 2.23691159816033, 0.221624321934227, 0.142363763154724E-01, 0.535617408889821E-03, 0.896632837373868E-05}',
   0.996727416185620, 0.334801051324544E-02, 7);

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS
SELECT dataset, quern.linear_regression(y, x, options) AS model FROM observation GROUP BY dataset;

CREATE TABLE stored AS
SELECT dataset, i % 3 AS part, quern.linear_regression_state(y, x, options) AS state FROM observation GROUP BY dataset, part;
CREATE TEMP TABLE merged AS SELECT dataset, quern.linear_regression_merge(state) AS model FROM stored GROUP BY dataset;
CREATE TEMP TABLE merged_from_text AS
SELECT dataset, quern.linear_regression_merge(state::text::quern.state ORDER BY part DESC) AS model FROM stored
GROUP BY dataset;

SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT matches(
  pg_temp.plan_of('SELECT dataset, quern.linear_regression(y, x, options) FROM observation GROUP BY dataset', true),
  'Finalize .*Gather.*Workers Launched: [1-9].*Partial .*Parallel Seq Scan', 'the parallel fit is parallel');
CREATE TEMP TABLE parallel AS
SELECT dataset, quern.linear_regression(y, x, options) AS model FROM observation GROUP BY dataset;

CREATE TEMP TABLE fitted AS
          SELECT 'serial' AS form, * FROM serial
UNION ALL SELECT 'parallel', * FROM parallel
UNION ALL SELECT 'merged', * FROM merged
UNION ALL SELECT 'merged from text', * FROM merged_from_text;
SELECT is(count(*), 44::bigint, 'eleven sets in four forms') FROM fitted;

SELECT cmp_ok(round(least(pg_temp.digits(pg_temp.estimates(model), estimate),
  pg_temp.digits(pg_temp.std_errors(model), std_error))::numeric, 1),
              '>=', least_digits::numeric, format('%s, %s: digits of estimates and standard errors', dataset, form))
FROM fitted JOIN certified USING (dataset) ORDER BY dataset, form;
SELECT cmp_ok(round(least(pg_temp.digits(pg_temp.metric(model, 'r2'), r2),
  pg_temp.digits(pg_temp.metric(model, 'sigma'), sigma))::numeric, 1),
              '>=', least_digits::numeric,
                format('%s, %s: digits of R squared and the residual standard deviation', dataset, form))
FROM fitted JOIN certified USING (dataset) ORDER BY dataset, form;

SELECT diag(format('%s: estimates %s digits, standard errors %s', dataset,
  round(min(pg_temp.digits(pg_temp.estimates(model), estimate))::numeric, 1),
  round(min(pg_temp.digits(pg_temp.std_errors(model), std_error))::numeric, 1)))
FROM fitted JOIN certified USING (dataset) GROUP BY dataset ORDER BY dataset;
SELECT * FROM finish();
ROLLBACK;
