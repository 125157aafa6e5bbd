-- Settings and folds.

CREATE FUNCTION search(algorithm text, query text, grid jsonb, options jsonb DEFAULT '{}')
  RETURNS TABLE (rank integer, setting jsonb, folds double precision[], mean double precision,
                 std_error double precision, seconds double precision, model model, error text)
  AS 'MODULE_PATHNAME', 'quern_search' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 20 COST 1000000;
COMMENT ON FUNCTION search(text, text, jsonb, jsonb) IS 'Trains an algorithm of quern.train with every setting of a grid, measures each on rows that it was not trained on, and trains the best one on all rows. Best first.
algorithm, query: as in quern.train.
grid: an object of options with arrays of values, or an array of such objects; for random and Bayesian search also distributions: {"l2": {"log_uniform": [1e-6, 1]}}, uniform, integer, log_integer, normal, log_normal, choice.
options: folds (5; 0: one share), validation (0.2, that share), metric (accuracy, balanced_accuracy, precision, recall, f1, log_loss, roc_auc; r2, mse, rmse, mae; loss), strategy (grid, random, bayes), n_iter (settings drawn), halving, halving_factor, stratified, group (a column: its groups stay together), time (a column: trained on the past, measured on the future), seed, refit, fixed (options that all settings have, such as target and weight).
folds: the metric of each fold; mean and std_error over them; seconds: of its trainings, where some share passes their share; model: of the best, NULL for others; error: why a setting has no score.
The same rows, options and seed give the same ranks. Smooth losses of one output train all settings and folds in the same passes over the rows, which are kept as quern.train keeps them.';
CREATE FUNCTION cross_validate(algorithm text, query text, training jsonb DEFAULT '{}', options jsonb DEFAULT '{}')
  RETURNS TABLE (fold integer, train_rows bigint, test_rows bigint, metric text, score double precision)
  AS 'MODULE_PATHNAME', 'quern_cross_validate' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 5 COST 1000000;
COMMENT ON FUNCTION cross_validate(text, text, jsonb, jsonb) IS 'How well an algorithm of quern.train predicts rows that it was not trained on: one row for each fold. training: options of quern.train; options: folds, validation, metric, stratified, group, time, seed, as in quern.search.';
