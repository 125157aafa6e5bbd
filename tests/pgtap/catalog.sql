-- What the catalogue promises about every object of the extension, and use under any search_path.
BEGIN;
SELECT no_plan();

CREATE TEMP TABLE member AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS object FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension
  WHERE extname = 'quern')
  AND NOT (classid = 'pg_type'::regclass AND objid IN (SELECT typarray FROM pg_type));  -- members since PostgreSQL 18
SELECT cmp_ok(count(*), '>', 150::bigint, 'the extension has its objects') FROM member;
SELECT is(array_agg(object), NULL, 'every object has a comment of some words')
FROM member WHERE coalesce(obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)), '') !~ '\w+ \S+ \w+';
SELECT is(array_agg(object), NULL, 'every object is in schema quern')
FROM member JOIN pg_proc ON classid = 'pg_proc'::regclass AND objid = pg_proc.oid
WHERE pronamespace <> 'quern'::regnamespace;

CREATE TEMP TABLE function AS
SELECT pg_proc.*, proargtypes[0] IN ('quern.graph'::regtype, 'quern.text_graph'::regtype) AND proname !~ '_(out|send)$' AS of_graph FROM pg_proc
JOIN member ON classid = 'pg_proc'::regclass AND objid = pg_proc.oid;
SELECT is(array_agg(oid::regprocedure), NULL,
  'every function is IMMUTABLE and PARALLEL SAFE, STABLE if it takes a record; but for those that train or look around, and those of a graph (graphs.sql). None is SECURITY DEFINER')
FROM function
WHERE proname NOT LIKE 'gather\_rows%' AND NOT (of_graph AND NOT prosecdef) AND (prosecdef
   OR ((provolatile <> CASE WHEN 'record'::regtype = ANY (proargtypes) THEN 's' ELSE 'i' END OR proparallel <> 's')
       AND proname NOT IN ('training_progress', 'blas', 'devices', 'train', 'update', 'explain_train', 'search', 'cross_validate',
         'graph_of', 'text_graph_of', 'graph_create', 'graph_refresh', 'graph_drop', 'graph_grant', 'graph_revoke', 'graph_list')
       AND oid <> 'quern.blocks(text, integer, integer)'::regprocedure)
   OR ((proname IN ('train', 'update', 'explain_train', 'search', 'cross_validate',
         'graph_of', 'text_graph_of', 'graph_create', 'graph_refresh', 'graph_drop', 'graph_grant', 'graph_revoke') OR oid = 'quern.blocks(text, integer, integer)'::regprocedure) AND (provolatile <> 'v' OR proparallel <> 'u')));
SELECT is(array_agg(oid::regprocedure), NULL, 'none needs a setting, none is in SQL or PL/pgSQL')
FROM function WHERE proconfig IS NOT NULL OR prolang NOT IN (SELECT oid FROM pg_language WHERE lanname IN ('c', 'internal'));
SELECT is(array_agg(oid::regprocedure), NULL, 'functions are STRICT but for those of an aggregate, which see NULL states')
FROM function WHERE prokind = 'f' AND proisstrict = (proname ~ '_(accumulate|combine|final|remove)$');
SELECT is(array_agg(oid::regprocedure), NULL, 'no argument has a default but options, kinds and the parameters of functions of a graph, none is variadic but matrices and bindings, or OUT but parts of a matrix and in TABLE')
FROM function
WHERE (pronargdefaults > 0 AND NOT of_graph AND proname NOT IN ('graph_of', 'text_graph_of', 'graph_create', 'graph', 'rmat_graph', 'uniform_graph', 'train', 'update', 'explain_train', 'search', 'cross_validate', 'recommend', 'norm', 'svd', 'eigen', 'show'))
   OR provariadic NOT IN (0, 'quern.matrix'::regtype, 'quern.smatrix'::regtype, '"any"'::regtype)
   OR (proargmodes && '{o,b}' AND proname NOT IN ('qr', 'lu', 'svd', 'eigen', 'argmin', 'argmax'));

SELECT is(array_agg(aggfnoid::regprocedure), NULL,
  'every aggregate but graph has a state that is no pseudo-type, begins at NULL and combines')
FROM pg_aggregate JOIN function ON aggfnoid = oid
WHERE proname NOT IN ('null_agg', 'gather_rows', 'graph') AND (aggtranstype <> 'quern.state'::regtype OR agginitval IS NOT NULL OR aggcombinefn = 0
  OR aggserialfn <> 0 OR aggtransspace <= 0 OR aggkind <> 'n');
SELECT is(array_agg(aggfnoid::regprocedure), NULL, 'X_state has no final function, all others have one')
FROM pg_aggregate JOIN function ON aggfnoid = oid
WHERE proname NOT IN ('null_agg', 'gather_rows') AND (proname LIKE '%\_state') <> (aggfinalfn = 0);
SELECT set_eq($$SELECT DISTINCT substring(proname FROM '^(.*)_merge$') FROM function WHERE proname LIKE '%\_merge'$$,
  ARRAY['describe', 'moments', 'linear_regression', 'logistic_regression', 'gaussian_naive_bayes', 'regression_metrics',
    'classification_metrics', 'confusion_matrix', 'svec_agg', 'multinomial_regression', 'linear_svm', 'svm_regression',
    'poisson_regression', 'gamma_regression', 'huber_regression', 'quantile_regression', 'ordinal_regression',
    'negative_binomial_regression', 'cox_regression', 'kmeans', 'gaussian_mixture', 'mlp', 'kalman_smoothing', 'portfolio',
    'matrix_factorization', 'factorization_machine', 'crf', 'smatrix_agg', 'smatrix_rows', 'svec_sum', 'sparse_gram', 'gram', 'cross', 'mmchain', 'matrix_sum',
    'matrix_avg', 'vector_sum', 'vector_avg', 'matrix_agg', 'matrix_entries', 'from_blocks', 'tall_svd', 'pca'], 'the aggregates');
SELECT is(array_agg(name || suffix), NULL, 'each has X, X_state, X_merge and X_final')
FROM (SELECT DISTINCT substring(proname FROM '^(.*)_merge$') AS name FROM function WHERE proname LIKE '%\_merge') AS named,
  unnest(ARRAY['', '_state', '_merge', '_final']) AS suffix
WHERE NOT EXISTS (SELECT FROM function WHERE proname = name || suffix);
SELECT is(array_agg(typname), NULL, 'every type can be sent and received in binary')
FROM pg_type JOIN member ON classid = 'pg_type'::regclass AND objid = pg_type.oid
WHERE typtype = 'b' AND typelem = 0 AND (typreceive = 0 OR typsend = 0);
SELECT is(extversion, (SELECT default_version FROM pg_available_extensions WHERE name = 'quern'),
  'the default version is installed') FROM pg_extension WHERE extname = 'quern';
SELECT is(trusted || ' ' || relocatable, 'true false', 'the extension is trusted and stays in its schema')
FROM pg_available_extension_versions WHERE name = 'quern' AND installed;

-- Under any search_path.
CREATE TABLE public.quern_sample AS SELECT i, i % 3 = 0 AS flag, (i * i % 7)::float8 AS y, ARRAY[i % 5, i % 4]::float8[] AS x
FROM generate_series(1, 20) AS i;
CREATE TABLE public.quern_before AS
SELECT quern.linear_regression(y, x)::text AS linear, quern.logistic_regression(flag, x)::text AS logistic,
  quern.gaussian_naive_bayes(flag, x)::text AS bayes,
       quern.describe(y)::text AS describe, quern.moments(x)::text AS moments,
         quern.confusion_matrix(flag, flag)::text AS confusion FROM public.quern_sample;
CREATE FUNCTION pg_temp.agrees() RETURNS boolean LANGUAGE sql AS $$
  SELECT (a.linear, a.logistic, a.bayes, a.describe, a.moments, a.confusion) OPERATOR(pg_catalog.=) (b.linear, b.logistic,
    b.bayes, b.describe, b.moments, b.confusion)
         AND quern.predict(a.linear::quern.model,
           '{1, 2}') OPERATOR(pg_catalog.=) quern.predict(a.linear::pg_catalog.jsonb::quern.model, '{1, 2}')
         AND (SELECT count(*) FROM quern.coefficients(a.linear::quern.model)) OPERATOR(pg_catalog.=) 3
         AND (SELECT count(*) FROM quern.info(a.linear::quern.model)) OPERATOR(pg_catalog.=) 1
  FROM public.quern_before AS a,
       (SELECT quern.linear_regression(y, x)::text AS linear, quern.logistic_regression(flag, x)::text AS logistic,
         quern.gaussian_naive_bayes(flag, x)::text AS bayes,
               quern.describe(y)::text AS describe, quern.moments(x)::text AS moments,
                 quern.confusion_matrix(flag, flag)::text AS confusion FROM public.quern_sample) AS b
$$;
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.refuse() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile'; END $$;
CREATE FUNCTION hostile.array_out(anyarray) RETURNS cstring LANGUAGE internal IMMUTABLE AS 'array_out';
CREATE FUNCTION hostile.float8(integer) RETURNS float8 LANGUAGE sql AS $$ SELECT hostile.refuse()::float8 $$;
CREATE FUNCTION hostile.less(float8, float8) RETURNS boolean LANGUAGE sql AS $$ SELECT hostile.refuse() IS NULL $$;
CREATE OPERATOR hostile.< (LEFTARG = float8, RIGHTARG = float8, FUNCTION = hostile.less);
CREATE OPERATOR hostile.= (LEFTARG = float8, RIGHTARG = float8, FUNCTION = hostile.less);
CREATE TYPE hostile.model AS (a integer);
CREATE TYPE hostile.state AS (a integer);
CREATE TYPE hostile.features AS (a integer);
CREATE TYPE hostile.describe_result AS (a integer);
CREATE TYPE hostile.confusion_matrix_result AS (a integer);
CREATE FUNCTION hostile.predict(quern.model, quern.features) RETURNS float8 LANGUAGE sql
  AS $$ SELECT hostile.refuse()::float8 $$;
CREATE FUNCTION hostile.linear_regression_final(quern.state) RETURNS quern.model LANGUAGE sql
  AS $$ SELECT hostile.refuse()::text::quern.model $$;
SET LOCAL search_path = hostile, pg_catalog, public;
SELECT pg_temp.agrees() AS hostile \gset
SET LOCAL search_path = '';
SELECT pg_temp.agrees() AS empty \gset
RESET search_path;
SELECT ok(:'hostile', 'under a hostile search_path');
SELECT ok(:'empty', 'under an empty search_path');
SET LOCAL search_path = quern, public;
SELECT ok(pg_temp.agrees(), 'with quern first in the search_path');
SELECT is(n(moments(x) + moments(x)), 40::bigint, 'operators and functions without their schema') FROM quern_sample;
RESET search_path;

SELECT * FROM finish();
ROLLBACK;
