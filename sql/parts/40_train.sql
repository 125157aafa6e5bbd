-- Training in many passes.

CREATE FUNCTION train(algorithm text, query text, options jsonb DEFAULT '{}') RETURNS model
  AS 'MODULE_PATHNAME', 'quern_train' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION train(text, text, jsonb) IS 'Trains a model over the rows of a query, in as many passes as it takes, with parallel workers.
Minimises the weighted mean of the loss + l1 |w|_1 + l2/2 |w|^2; the intercept is free.
algorithm: linear_regression, logistic_regression, multinomial_regression, linear_svm, svm_regression, poisson_regression, gamma_regression, huber_regression, quantile_regression, ordinal_regression, negative_binomial_regression, cox_regression, mlp, factorization_machine; of ids: matrix_factorization; without y: kmeans, gaussian_mixture, portfolio; of sequences: crf, kalman_smoothing. Those that have another objective name it in their documentation.
query: one SELECT, run as the caller in the snapshot of the statement. The first column, or the one that option target names, is y: a number, for classifiers a boolean, a number or text. Another may be the weight of rows (option weight). All others are features: numbers, booleans, arrays of numbers, svecs. A row with a NULL is left out and counted; NaN and infinities are errors.
options: target, weight, feature_names, precision (float8, float4), store (memory, none), fit_intercept, l1, l2 (or alpha, l1_ratio), a path of penalties (alphas, or n_alphas with alpha_min_ratio; see quern.path), confidence, solver (auto, newton, lbfgs, cg, coordinate_descent, sgd), max_iter, tol, max_seconds, standardize, seed; for sgd: parallel (average, bsp, hogwild, aig, lock), order (block_row_shuffle, shuffle_once, none, mrs), optimizer (sgd, momentum, nesterov, adagrad, adam), schedule (inverse_scaling, constant, exponential), step_size, decay, momentum, batch_size, averaging, backup_workers, validation_fraction, patience; and those of the algorithm. An unknown option is an error that lists the known ones.
The same rows in the same order, options and seed give the same bits with any number of workers, but for parallel hogwild, aig and lock. No rows give NULL and a warning. Rows take shared memory up to quern.train_memory, then temporary files. See quern.progress, quern.training_log.';
CREATE FUNCTION update(model model, query text, options jsonb DEFAULT '{}') RETURNS model
  AS 'MODULE_PATHNAME', 'quern_update' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION update(model, text, jsonb) IS 'Continues the training of a model over the rows of another query, from its parameters. Features are the columns that have the names of the model''s, in any order, whatever else the query gives; of a model without names all columns in their order. Options are those of the model but for those given. A class that the model does not know is an error. No rows give NULL and a warning.';
CREATE FUNCTION training_log(model model)
  RETURNS TABLE (setting integer, epoch bigint, seconds double precision, loss double precision,
                 validation_loss double precision, step_size double precision, rows bigint)
  AS 'MODULE_PATHNAME', 'quern_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION training_log(model) IS 'How the training of a model went, one row for each epoch or iteration: setting (1), seconds since the training began, the objective, the loss over rows held out (NULL without), step size (NULL where the solver has none), rows seen. Of more than 1000 rows some, evenly spaced, and the last. No rows for a model that was not trained by quern.train.';
CREATE FUNCTION explain_train(algorithm text, query text, options jsonb DEFAULT '{}')
  RETURNS TABLE (item text, value text, reason text)
  AS 'MODULE_PATHNAME', 'quern_explain_train' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 12;
COMMENT ON FUNCTION explain_train(text, text, jsonb) IS 'What quern.train would do with these arguments, and why, without running the query: expected rows and bytes, dense or sparse, precision, how rows are gathered and where they are kept, solver, order, strategy, shards, parallel workers, device. Figures are those of the planner: run ANALYZE.';
