-- A state is an unfinished aggregate: stored by day, merged over any days.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS quern;
RESET client_min_messages;
SET extra_float_digits = -6;  -- what is printed does not depend on the last bits

CREATE TEMP TABLE visit AS SELECT 1 + i / 25 AS day, i % 5 AS pages, (i * 7 % 11)::float8 AS minutes, i % 3 = 0 AS bought
FROM generate_series(0, 99) AS i;
CREATE TEMP TABLE daily AS
SELECT day, quern.describe_state(minutes) AS minutes, quern.linear_regression_state(minutes, ARRAY[pages]) AS fit,
  quern.logistic_regression_state(bought, ARRAY[minutes, pages]) AS buys,
       quern.confusion_matrix_state(bought, pages > 2) AS confusion
FROM visit GROUP BY day;

SELECT (quern.describe_merge(minutes)).* FROM daily;
SELECT (quern.describe(minutes)).* FROM visit;
SELECT day, (quern.describe_final(minutes)).mean FROM daily ORDER BY day;
SELECT term, estimate FROM quern.coefficients((SELECT quern.linear_regression_merge(fit) FROM daily));
SELECT term, estimate FROM quern.coefficients((SELECT quern.linear_regression(minutes, ARRAY[pages]) FROM visit));
SELECT term, estimate FROM quern.coefficients((SELECT quern.linear_regression_merge(fit) FROM daily WHERE day <= 2));
SELECT term, estimate FROM quern.coefficients((SELECT quern.logistic_regression_merge(buys) FROM daily));
SELECT * FROM unnest((SELECT quern.confusion_matrix_merge(confusion) FROM daily));

-- States of states, and their text, which is base64.
CREATE TEMP TABLE half AS SELECT day > 2 AS second, quern.describe_state(minutes) AS minutes FROM daily GROUP BY 1;
SELECT (quern.describe_merge(minutes)).mean, (quern.describe_merge(minutes::text::quern.state)).mean AS of_texts FROM half;
SELECT second, minutes::text ~ '^[A-Za-z0-9+/]+=*$' AS base64 FROM half ORDER BY second;

-- Running totals over stored states.
SELECT day, (quern.describe_merge(minutes) OVER (ORDER BY day)).n, (quern.describe_merge(minutes) OVER (ORDER BY day)).mean
FROM daily ORDER BY day;

-- Moments add and subtract.
CREATE TEMP TABLE moments AS SELECT day, quern.moments(ARRAY[minutes, pages]) AS m FROM visit GROUP BY day;
SELECT quern.n(a.m OPERATOR(quern.+) b.m), quern.mean(a.m OPERATOR(quern.+) b.m) FROM moments AS a, moments AS b
WHERE a.day = 1 AND b.day = 2;
SELECT quern.covariance(a.m OPERATOR(quern.+) b.m OPERATOR(quern.-) b.m) = quern.covariance(a.m) OR
       abs((quern.covariance(a.m OPERATOR(quern.+) b.m OPERATOR(quern.-) b.m))[1][2] - (quern.covariance(a.m))[1][2]) < 1e-12
         AS "plus and minus cancel" FROM moments AS a, moments AS b WHERE a.day = 1 AND b.day = 2;
SELECT quern.moments(ARRAY[i, 2 * i]) FROM generate_series(1, 3) AS i;
