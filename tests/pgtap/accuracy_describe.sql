-- The univariate sets of the NIST Statistical Reference Datasets through quern.describe, in serial, in parallel and merged:
-- at least 9 correct digits of mean and standard deviation. NumAcc4 is one digit in 1e8 of numbers that double precision
-- rounds at 1e-16: it leaves 8.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql

CREATE TABLE observation (dataset text, i integer, y float8);
CREATE TEMP TABLE one (i serial, y float8);
\copy one (y) FROM 'data/nist-strd/csv/Lew.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'Lew', i, y FROM one; TRUNCATE one;
\copy one (y) FROM 'data/nist-strd/csv/Lottery.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'Lottery', i, y FROM one; TRUNCATE one;
\copy one (y) FROM 'data/nist-strd/csv/Michelso.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'Michelso', i, y FROM one; TRUNCATE one;
\copy one (y) FROM 'data/nist-strd/csv/NumAcc1.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'NumAcc1', i, y FROM one; TRUNCATE one;
\copy one (y) FROM 'data/nist-strd/csv/NumAcc2.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'NumAcc2', i, y FROM one; TRUNCATE one;
\copy one (y) FROM 'data/nist-strd/csv/NumAcc3.csv' (FORMAT csv, HEADER)
INSERT INTO observation SELECT 'NumAcc3', i, y FROM one;
-- 10000000.2, then 10000000.1 and 10000000.3 five hundred times: NumAcc3 from a greater height.
INSERT INTO observation SELECT 'NumAcc4', i, (y::numeric + 9000000)::float8 FROM one;

CREATE TEMP TABLE certified (dataset text, n bigint, mean float8, stddev float8, least_digits numeric DEFAULT 9);
INSERT INTO certified VALUES
  ('Lew', 200, -177.435, 277.332168044316), ('Lottery', 218, 518.958715596330, 291.699727470969),
  ('Michelso', 100, 299.8524, 0.0790105478190518), ('NumAcc1', 3, 10000002, 1), ('NumAcc2', 1001, 1.2, 0.1),
  ('NumAcc3', 1001, 1000000.2, 0.1);
INSERT INTO certified VALUES ('NumAcc4', 1001, 10000000.2, 0.1, 8);

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE fitted AS SELECT 'serial' AS form, dataset, (quern.describe(y)).* FROM observation GROUP BY dataset;
CREATE TABLE stored AS
SELECT dataset, i % 7 AS part, quern.describe_state(y) AS state FROM observation GROUP BY dataset, part;
INSERT INTO fitted SELECT 'merged', dataset, (quern.describe_merge(state)).* FROM stored GROUP BY dataset;

SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT matches(pg_temp.plan_of('SELECT dataset, (quern.describe(y)).* FROM observation GROUP BY dataset', true),
               'Finalize .*Workers Launched: [1-9].*Partial ', 'the parallel fit is parallel');
CREATE TEMP TABLE parallel AS SELECT dataset, (quern.describe(y)).* FROM observation GROUP BY dataset;
INSERT INTO fitted SELECT 'parallel', * FROM parallel;

SELECT is(count(*), 21::bigint, 'seven sets in three forms') FROM fitted;
SELECT is(fitted.n, certified.n, format('%s, %s: rows', dataset, form)) FROM fitted JOIN certified USING (dataset);
SELECT cmp_ok(round(least(pg_temp.digits(fitted.mean, certified.mean),
  pg_temp.digits(fitted.stddev, certified.stddev))::numeric, 1),
              '>=', least_digits, format('%s, %s: digits of mean and standard deviation', dataset, form))
FROM fitted JOIN certified USING (dataset) ORDER BY dataset, form;

SELECT diag(format('%s: mean %s digits, standard deviation %s', dataset,
  round(min(pg_temp.digits(fitted.mean, certified.mean))::numeric, 1),
  round(min(pg_temp.digits(fitted.stddev, certified.stddev))::numeric, 1)))
FROM fitted JOIN certified USING (dataset) GROUP BY dataset ORDER BY dataset;

-- Third and fourth moments by exact rational arithmetic.
WITH central AS (
  SELECT dataset, avg((y - mean)::numeric ^ 2) AS m2, avg((y - mean)::numeric ^ 3) AS m3, avg((y - mean)::numeric ^ 4) AS m4
  FROM (SELECT dataset, y::numeric AS y, avg(y::numeric) OVER (PARTITION BY dataset) AS mean FROM observation
        WHERE dataset IN ('Lew', 'Lottery', 'Michelso')) AS centred
  GROUP BY dataset)
SELECT cmp_ok(round(least(pg_temp.digits(skewness, (m3 / m2 ^ 1.5)::float8),
  pg_temp.digits(kurtosis, (m4 / m2 ^ 2 - 3)::float8))::numeric, 1),
              '>=', 9.0, format('%s, %s: digits of skewness and kurtosis', dataset, form))
FROM fitted JOIN central USING (dataset) ORDER BY dataset, form;

SELECT * FROM finish();
ROLLBACK;
