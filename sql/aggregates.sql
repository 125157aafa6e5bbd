-- Every aggregate once, over the same few rows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS quern;
RESET client_min_messages;
SET extra_float_digits = -6;  -- what is printed does not depend on the last bits

CREATE TEMP TABLE house (price float8, rooms integer, size float8, sold boolean, kind text);
INSERT INTO house VALUES
  (150, 2, 51, true, 'flat'), (178, 3, 64, false, 'flat'), (260, 4, 98, true, 'house'), (310, 5, 120, true, 'house'),
  (199, 3, 75, false, 'flat'), (245, 4, 88, false, 'house'), (NULL, 3, 70, true, 'flat'), (172, 2, 60, true, 'flat'),
  (330, 6, 131, false, 'house'), (221, 4, 80, true, 'house'), (205, 3, 79, true, 'house'), (189, 3, 66, false, 'flat');

-- One column, and all of them together.
SELECT (quern.describe(price)).* FROM house;
SELECT kind, (d).n, (d).nulls, (d).mean, (d).stddev
FROM (SELECT kind, quern.describe(price) AS d FROM house GROUP BY kind) AS s ORDER BY kind;
SELECT quern.n(m), quern.mean(m), quern.covariance(m) FROM (SELECT quern.moments(ARRAY[price, size]) AS m FROM house) AS s;
SELECT quern.correlation(quern.moments(ARRAY[rooms, size])) FROM house;

-- A number from numbers: three call forms.
SELECT term, estimate, std_error, statistic, p_value, conf_low, conf_high
FROM quern.coefficients((SELECT quern.linear_regression(price, ARRAY[rooms, size]) FROM house));
SELECT term, estimate
FROM quern.coefficients((SELECT quern.linear_regression(price, ARRAY[rooms, size],
  '{"l2": 0.5, "feature_names": ["rooms", "size"]}') FROM house));
SELECT term, estimate
FROM quern.coefficients((SELECT quern.linear_regression(price, ARRAY[size], rooms, '{"fit_intercept": false}') FROM house));
SELECT * FROM quern.metrics((SELECT quern.linear_regression(price, ARRAY[rooms, size]) FROM house))
WHERE metric <> 'condition';

-- One of two classes.
SELECT term, estimate, std_error, statistic, p_value
FROM quern.coefficients((SELECT quern.logistic_regression(sold, ARRAY[price]) FROM house));
SELECT * FROM quern.metrics((SELECT quern.logistic_regression(sold, ARRAY[price]) FROM house))
WHERE metric IN ('n', 'skipped', 'log_likelihood', 'null_deviance', 'deviance', 'aic', 'converged', 'separation',
  'positives');

-- One of several, by name.
SELECT * FROM quern.info((SELECT quern.gaussian_naive_bayes(kind, ARRAY[price, size]) FROM house));
SELECT quern.predict_label(m, ARRAY[price, size]) AS predicted, kind, count(*)
FROM house, (SELECT quern.gaussian_naive_bayes(kind, ARRAY[price, size]) AS m FROM house) AS fitted GROUP BY 1, 2
ORDER BY 1, 2;

-- How good predictions are.
CREATE TEMP TABLE scored AS
SELECT price, sold, kind, quern.predict(l, ARRAY[size]) AS predicted,
  (quern.predict_proba(c, ARRAY[size]))[2] AS probability, quern.predict_label(b, ARRAY[size]) AS label
FROM house, (SELECT quern.linear_regression(price, ARRAY[size]) AS l, quern.logistic_regression(sold, ARRAY[size]) AS c,
  quern.gaussian_naive_bayes(kind, ARRAY[size]) AS b FROM house) AS m;
SELECT (m).n, (m).skipped, (m).mae, (m).mse, (m).rmse, (m).r2, (m).max_error
FROM (SELECT quern.regression_metrics(price, predicted) AS m FROM scored) AS s;
SELECT (quern.classification_metrics(sold, probability)).* FROM scored;
SELECT * FROM unnest((SELECT quern.confusion_matrix(kind, label) FROM scored));

-- No rows give NULL; a row with a NULL is skipped and counted.
SELECT quern.linear_regression(price, ARRAY[size]) IS NULL AS linear, quern.describe(price) IS NULL AS describe FROM house
WHERE false;
SELECT rows, skipped FROM quern.info((SELECT quern.linear_regression(price, ARRAY[size]) FROM house));
