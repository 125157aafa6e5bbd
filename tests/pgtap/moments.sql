-- quern.moments, describe and linear_regression against PostgreSQL's own aggregates; windows that move.
BEGIN;
SELECT no_plan();
\ir include/accuracy.sql

CREATE TABLE sample AS
SELECT i, i % 4 AS g, 5 + sin(i * 1.7) * (1 + i % 3) AS a, 100 + cos(i * 0.3) * 10 AS b,
  sin(i * 0.9) + 0.1 * cos(i * 0.3) AS c FROM generate_series(1, 1000) AS i;

-- Matrices.
CREATE TEMP TABLE whole AS SELECT quern.moments(ARRAY[a, b, c]) AS m, count(*), ARRAY[avg(a), avg(b), avg(c)] AS mean,
  ARRAY[ARRAY[covar_samp(a, a), covar_samp(a, b), covar_samp(a, c)],
    ARRAY[covar_samp(b, a), covar_samp(b, b), covar_samp(b, c)], ARRAY[covar_samp(c, a), covar_samp(c, b), covar_samp(c, c)]]
    AS covariance,
  ARRAY[ARRAY[1, corr(a, b), corr(a, c)], ARRAY[corr(b, a), 1, corr(b, c)], ARRAY[corr(c, a), corr(c, b), 1]] AS correlation
  FROM sample;
SELECT is(quern.n(m), count, 'n') FROM whole;
SELECT cmp_ok(round(pg_temp.digits(quern.mean(m), mean)::numeric, 1), '>=', 13.0, 'mean') FROM whole;
SELECT cmp_ok(round(pg_temp.digits(quern.covariance(m), covariance)::numeric, 1), '>=', 11.0,
  'covariance against covar_samp') FROM whole;
SELECT cmp_ok(round(pg_temp.digits(quern.correlation(m), correlation)::numeric, 1), '>=', 11.0, 'correlation against corr')
FROM whole;
SELECT is(array_dims(quern.covariance(m)), '[1:3][1:3]', 'covariance is 3 x 3') FROM whole;
SELECT is((quern.correlation(m))[2][2], 1::float8, 'a column correlates with itself exactly') FROM whole;
SELECT is(m::text::quern.comoments::text, m::text, 'the text form is read as it was written') FROM whole;
SELECT is(m::jsonb::quern.comoments::text, m::text, 'and as jsonb') FROM whole;

-- Few rows.
SELECT ok(quern.covariance(quern.moments(ARRAY[1, 2])) IS NULL, 'one row has no covariance');
SELECT ok(quern.correlation(quern.moments(ARRAY[1, 2])) IS NULL, 'one row has no correlation');
SELECT is(quern.covariance(quern.moments(ARRAY[7, i])), '{{0, 0}, {0, 1}}'::float8[], 'a constant column has covariance 0')
FROM generate_series(1, 3) AS i;
SELECT is(quern.correlation(quern.moments(ARRAY[7, i])), '{{NaN, NaN}, {NaN, 1}}'::float8[],
  'a constant column has correlation NaN') FROM generate_series(1, 3) AS i;
SELECT is((quern.covariance(quern.moments(ARRAY[1e8 + i])))[1][1], 1::float8, 'deviations of 1 at a height of 1e8')
FROM generate_series(1, 3) AS i;

-- + and -.
CREATE TEMP TABLE parts AS SELECT g, quern.moments(ARRAY[a, b, c]) AS m FROM sample GROUP BY g;
CREATE FUNCTION pg_temp.same(x quern.comoments, y quern.comoments) RETURNS numeric LANGUAGE sql AS $$
  SELECT round(least(pg_temp.digits(quern.mean(x), quern.mean(y)), pg_temp.digits(quern.covariance(x), quern.covariance(y)),
    pg_temp.digits(quern.n(x), quern.n(y)))::numeric, 1)
$$;
SELECT cmp_ok(pg_temp.same(p0.m OPERATOR(quern.+) p1.m OPERATOR(quern.+) p2.m OPERATOR(quern.+) p3.m, whole.m), '>=', 11.0,
  'the parts add up to the whole')
FROM whole, parts p0, parts p1, parts p2, parts p3 WHERE p0.g = 0 AND p1.g = 1 AND p2.g = 2 AND p3.g = 3;
SELECT cmp_ok(pg_temp.same(whole.m OPERATOR(quern.-) parts.m, rest.m), '>=', 11.0, 'the whole minus a part is the rest')
FROM whole, parts, LATERAL (SELECT quern.moments(ARRAY[a, b, c]) AS m FROM sample WHERE sample.g <> parts.g) AS rest;
SELECT is(quern.n(m OPERATOR(quern.-) m), 0::bigint, 'a value minus itself has no rows') FROM whole;
SELECT is(((m OPERATOR(quern.-) m) OPERATOR(quern.+) m)::text, m::text, 'and is the identity of +') FROM whole;
SELECT ok(quern.covariance(m OPERATOR(quern.-) m) IS NULL, 'and has no covariance') FROM whole;

-- Windows that move take rows out again.
CREATE TEMP TABLE moving AS SELECT i, quern.moments(ARRAY[a, b, c]) OVER w AS m, lower, i AS upper
FROM (SELECT *, greatest(1, i - 20) AS lower FROM sample) AS s
WINDOW w AS (ORDER BY i ROWS BETWEEN 20 PRECEDING AND CURRENT ROW);
SELECT cmp_ok(min(pg_temp.same(moving.m, direct.m)), '>=', 10.0, 'a window of 21 rows, moved 1000 times, equals direct sums')
FROM moving, LATERAL (SELECT quern.moments(ARRAY[a, b, c]) AS m FROM sample WHERE i BETWEEN lower AND upper) AS direct
WHERE upper > 1;
SELECT is(count(*), 1000::bigint, 'of as many rows as there are') FROM moving WHERE quern.n(m) = upper - lower + 1;
-- A row far out, then gone: what cancellation would leave is summed anew.
SELECT cmp_ok(min(pg_temp.digits((quern.covariance(m))[1][1], variance)), '>=', 10::float8,
  'an outlier leaves no trace when it has left the window')
FROM (SELECT i, quern.moments(ARRAY[v]) OVER w AS m, var_samp(v::numeric) OVER w AS variance
      FROM (SELECT i, CASE i WHEN 50 THEN 1e9 ELSE a END AS v FROM sample WHERE i <= 200) AS s
      WINDOW w AS (ORDER BY i ROWS BETWEEN 9 PRECEDING AND CURRENT ROW)) AS t WHERE i > 60;
SELECT is(sum(quern.n(m)), 35::numeric, 'rows that a NULL leaves out are not taken out twice')
FROM (SELECT quern.moments(ARRAY[nullif(i, 5)]) OVER (ORDER BY i ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS m
  FROM generate_series(1, 10) AS i) AS t;
SELECT is(array_agg(CASE WHEN m IS NULL THEN 'none' ELSE quern.n(m)::text END ORDER BY i), '{none,1,2,2,2}'::text[],
  'a frame that starts empty')
FROM (SELECT i, quern.moments(ARRAY[i]) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS m
  FROM generate_series(1, 5) AS i) AS t;
SELECT is(pg_temp.plan_of('SELECT quern.moments(ARRAY[a]) OVER (ORDER BY i ROWS 9 PRECEDING) FROM sample',
  false) ~ 'WindowAgg', true, 'it is one WindowAgg');
SELECT is(aggmtransfn::regproc::text || ' ' || aggminvtransfn::regproc::text,
  'quern.moments_accumulate quern.moments_remove', 'moments has an inverse transition') FROM pg_aggregate
  WHERE aggfnoid::regproc::text = 'quern.moments';

-- describe.
SELECT is(d.n, count, 'describe: n') FROM (SELECT (quern.describe(a)).*, count(*) AS count FROM sample) AS d;
SELECT cmp_ok(round(least(pg_temp.digits(d.mean, average), pg_temp.digits(d.variance, v), pg_temp.digits(d.stddev, s),
  pg_temp.digits(d.min, low), pg_temp.digits(d.max, high))::numeric, 1), '>=', 12.0,
  'describe against avg, var_samp, stddev_samp, min, max, group ' || g)
FROM (SELECT g, (quern.describe(a)).*, avg(a) AS average, var_samp(a::numeric)::float8 AS v,
  stddev_samp(a::numeric)::float8 AS s, min(a) AS low, max(a) AS high FROM sample GROUP BY g) AS d;
SELECT is(quern.describe(7)::text, '(1,0,7,,,,,7,7)', 'describe of one row');
SELECT is(quern.describe(v)::text, '(3,1,7,0,0,,,7,7)', 'describe of a constant') FROM unnest(ARRAY[7, 7, NULL, 7]) AS v;
SELECT is((quern.describe(v)).stddev::text || stddev(v)::text, 'NaNNaN', 'describe of NaN, as stddev')
FROM unnest('{1, NaN, 2}'::float8[]) AS v;
SELECT is((quern.describe(v)).variance::text || variance(v)::text, 'NaNNaN', 'describe of infinity, as variance')
FROM unnest('{1, inf, 2}'::float8[]) AS v;

-- linear_regression against regr_*.
SELECT cmp_ok(round(least(pg_temp.digits(pg_temp.estimates(model), ARRAY[intercept, slope]),
  pg_temp.digits(pg_temp.metric(model, 'r2'), r2),
  pg_temp.digits(quern.predict(model, '{3}'), intercept + 3 * slope))::numeric, 1), '>=', 11.0,
  'linear_regression against regr_slope, regr_intercept, regr_r2, group ' || g)
FROM (SELECT g, quern.linear_regression(b, ARRAY[a]) AS model, regr_slope(b, a) AS slope, regr_intercept(b, a) AS intercept,
  regr_r2(b, a) AS r2 FROM sample GROUP BY g) AS fitted;
SELECT is((SELECT rows FROM quern.info(model)), count, 'rows against regr_count')
FROM (SELECT quern.linear_regression(nullif(i, 5), ARRAY[nullif(i, 7)]) AS model,
regr_count(nullif(i, 5), nullif(i, 7)) AS count FROM sample) AS fitted;
-- Weights as counts of equal rows.
SELECT cmp_ok(round(pg_temp.digits(pg_temp.estimates(weighted), pg_temp.estimates(repeated))::numeric, 1), '>=', 12.0,
  'a weight is as good as rows repeated')
FROM (SELECT quern.linear_regression(b, ARRAY[a, c], g, NULL) AS weighted FROM sample) AS w,
  (SELECT quern.linear_regression(b, ARRAY[a, c]) AS repeated FROM sample, generate_series(1, g)) AS r;

SELECT * FROM finish();
ROLLBACK;
