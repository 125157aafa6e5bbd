#!/usr/bin/env bash
# The life of an installation: update from 0.0.1 with stored models, dump and restore, an owner of a database who is no
# superuser, two databases, DROP EXTENSION. Prints TAP. Needs a server where it may create databases and a role.
set -uo pipefail
tests=0 failed=0
role=quern_test_owner
databases=(quern_updated quern_fresh quern_restored quern_owned)

sql() {  # sql DATABASE [psql option...] STATEMENT
  psql -XqAt -v ON_ERROR_STOP=1 -d "$1" "${@:2:$#-2}" -c "${!#}" 2>&1
}

ok() {  # ok STATUS NAME
  tests=$((tests + 1))
  if (($1 == 0)); then
    echo "ok $tests - $2"
  else
    failed=$((failed + 1))
    echo "not ok $tests - $2"
  fi
}

is() {  # is HAVE WANT NAME
  [[ $1 == "$2" ]]
  ok $? "$3"
  [[ $1 == "$2" ]] || diff <(tr '|,' '\n\n' <<<"$1") <(tr '|,' '\n\n' <<<"$2") -U 2 | sed 's/^/# /' | head -n 60
}

like() {  # like HAVE GLOB NAME
  [[ $1 == $2 ]]
  ok $? "$3"
  [[ $1 == $2 ]] || sed 's/^/# /' <<<"$1"
}

clean_up() {
  for database in "${databases[@]}"; do
    psql -Xq -d postgres -c "DROP DATABASE IF EXISTS $database" >/dev/null 2>&1
  done
  psql -Xq -d postgres -c "DROP ROLE IF EXISTS $role" >/dev/null 2>&1
}
trap clean_up EXIT
clean_up
for database in quern_updated quern_fresh quern_restored; do
  psql -Xq -d postgres -c "CREATE DATABASE $database" || exit 1
done

# --- ALTER EXTENSION UPDATE ---------------------------------------------------------------------------------------------

sql quern_updated "CREATE EXTENSION quern VERSION '0.0.1'" || exit 1
sql quern_updated "
  CREATE TABLE sample AS SELECT i, i % 3 AS g, sin(i)::float8 AS y, ARRAY[i % 5, i % 7]::float8[] AS x FROM generate_series(1, 300) AS i;
  CREATE TABLE fitted AS SELECT g, quern.linear_regression(y, x) AS model FROM sample GROUP BY g;
  CREATE VIEW predicted AS SELECT i, quern.predict(model, x) AS p FROM sample JOIN fitted USING (g)" || exit 1
is "$(sql quern_updated "SELECT extversion FROM pg_extension WHERE extname = 'quern'")" 0.0.1 'the test version 0.0.1 is installed'
before=$(sql quern_updated 'SELECT * FROM predicted ORDER BY i')
is "$(wc -l <<<"$before")" 300 '0.0.1 predicts'
is "$(sql quern_updated 'ALTER EXTENSION quern UPDATE')" '' 'ALTER EXTENSION quern UPDATE'
is "$(sql quern_updated 'SELECT * FROM predicted ORDER BY i')" "$before" 'predictions are the same after the update'
is "$(sql quern_updated "SELECT count(*) FROM fitted, quern.info(model) WHERE algorithm = 'linear_regression' AND rows = 100")" 3 'new functions read the stored models'
like "$(sql quern_updated 'SELECT quern.logistic_regression(y > 0, x)::text FROM sample')" '*logistic_regression*' 'new aggregates are there'

sql quern_fresh 'CREATE EXTENSION quern' || exit 1
objects() {
  sql "$1" "
    WITH member AS (
      SELECT classid, objid FROM pg_depend
      WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'quern'))
    SELECT pg_describe_object(classid, objid, 0),
           obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)),
           CASE WHEN prokind = 'f' THEN pg_get_functiondef(pg_proc.oid) ELSE pg_get_function_arguments(pg_proc.oid) END, proacl, pronargs, prorows, procost,
           to_jsonb(a) - '{aggfnoid}'::text[],
           to_jsonb(t) - '{oid,typnamespace,typowner,typrelid,typarray,typelem}'::text[],
           (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = t.typrelid),
           castfunc::regprocedure, castcontext, castmethod,
           oprcode::regprocedure, oprcom::regoperator, oprnegate::regoperator, oprcanmerge, oprcanhash
    FROM member
    LEFT JOIN pg_proc ON classid = 'pg_proc'::regclass AND objid = pg_proc.oid
    LEFT JOIN (SELECT aggfnoid, aggkind, aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn, aggfinalextra, aggmfinalextra,
                      aggfinalmodify, aggmfinalmodify, aggsortop, aggtranstype::regtype, aggtransspace, aggmtranstype::regtype, aggmtransspace, agginitval, aggminitval
               FROM pg_aggregate) AS a ON a.aggfnoid = pg_proc.oid
    LEFT JOIN (SELECT pg_type.*, typsubscript AS subscript FROM pg_type) AS t ON classid = 'pg_type'::regclass AND objid = t.oid
    LEFT JOIN pg_cast ON classid = 'pg_cast'::regclass AND objid = pg_cast.oid
    LEFT JOIN pg_operator ON classid = 'pg_operator'::regclass AND objid = pg_operator.oid
    ORDER BY 1"
}
fresh=$(objects quern_fresh)
(($(wc -l <<<"$fresh") > 150))
ok $? 'a fresh install has its objects'
is "$(objects quern_updated)" "$fresh" 'objects after the update are those of a fresh install'

# --- pg_dump and psql ---------------------------------------------------------------------------------------------------

sql quern_updated "
  CREATE TABLE many AS
  SELECT g, quern.logistic_regression(y > 0, x) AS logistic, quern.gaussian_naive_bayes(CASE WHEN y > 0 THEN 'é \"up\"' ELSE 'down' END, x) AS bayes,
         quern.linear_regression_state(y, x) AS linear, quern.describe_state(y) AS description, quern.moments(x) AS moments,
         quern.graph(i, i % 17, y, '{\"directed\": false}') AS graph, quern.graph('é' || i, 'b' || i % 17) AS text_graph
  FROM sample GROUP BY g" || exit 1
complaints=$({ pg_dump -d quern_updated | psql -Xq -v ON_ERROR_STOP=1 -d quern_restored -o /dev/null; } 2>&1)
is "$?$complaints" 0 'pg_dump | psql'
uses="SELECT i, quern.predict(logistic, x), quern.predict_proba(bayes, x), quern.predict_label(bayes, x), p FROM many JOIN sample USING (g) JOIN predicted USING (i) ORDER BY i;
      SELECT quern.linear_regression_merge(linear ORDER BY g), quern.describe_merge(description ORDER BY g) FROM many;
      SELECT quern.covariance(a.moments OPERATOR(quern.+) b.moments) FROM many AS a, many AS b ORDER BY a.g, b.g;
      SELECT g, r FROM many, quern.pagerank(graph, weighted => false) AS r UNION ALL SELECT g, r FROM many, quern.pagerank(text_graph) AS r"
is "$(sql quern_restored "$uses")" "$(sql quern_updated "$uses")" 'restored models predict the same, restored states merge to the same, restored graphs rank the same'
is "$(sql quern_restored 'SELECT md5(string_agg(many::text, $$ $$ ORDER BY g)) FROM many')" "$(sql quern_updated 'SELECT md5(string_agg(many::text, $$ $$ ORDER BY g)) FROM many')" 'their texts are the same'
psql -XqAt -d quern_updated -c 'COPY many TO STDOUT (FORMAT binary)' | psql -Xq -d quern_restored -c 'BEGIN' -c 'CREATE TABLE received (LIKE many)' -c 'COPY received FROM STDIN (FORMAT binary)' -c COMMIT
is "$(sql quern_restored 'SELECT count(*) FROM many JOIN received USING (g) WHERE many::text = received::text')" 3 'COPY in binary'

# --- a database owner who is no superuser ---------------------------------------------------------------------------------

sql postgres "CREATE ROLE $role LOGIN" && sql postgres "CREATE DATABASE quern_owned OWNER $role" || exit 1
is "$(sql quern_owned -U "$role" 'CREATE EXTENSION quern')" '' 'the owner of a database installs the extension'
is "$(sql quern_owned -U "$role" "SELECT round(quern.predict(quern.linear_regression(i, ARRAY[2 * i]), '{10}')::numeric, 9) FROM generate_series(1, 9) AS i")" 5.000000000 'and uses it'
like "$(sql quern_owned -U "$role" "CREATE CAST (bytea AS quern.model) WITHOUT FUNCTION")" '*must be owner of type*' 'but does not make models of any bytes'
is "$(sql quern_owned -U "$role" 'DROP EXTENSION quern')" '' 'and removes it'
is "$(sql quern_updated 'SELECT count(*) FROM predicted')" 300 'the other databases have theirs still'

# --- DROP EXTENSION -------------------------------------------------------------------------------------------------------

dropped=$(sql quern_updated 'DROP EXTENSION quern')
like "$dropped" '*cannot drop extension quern because other objects depend on it*' 'DROP EXTENSION is refused while something depends on it'
like "$dropped" '*column model of table fitted depends on type quern.model*' 'and says what: a column of models'
like "$dropped" '*column linear of table many depends on type quern.state*' 'a column of states'
like "$dropped" '*view predicted depends on function quern.predict(quern.model,quern.features)*' 'a view that predicts'
like "$(sql quern_updated 'DROP EXTENSION quern CASCADE')" '*drop cascades to*' 'DROP EXTENSION CASCADE'
is "$(sql quern_updated "SELECT count(*) FROM pg_attribute WHERE attrelid = 'many'::regclass AND attnum > 0 AND NOT attisdropped")" 1 'the columns are gone, the tables are not'
is "$(sql quern_updated "SELECT count(*) FROM pg_proc WHERE pronamespace = 'quern'::regnamespace")" 0 'nothing of it is left'
is "$(sql quern_updated 'CREATE EXTENSION quern')" '' 'and it can be created anew'
is "$(objects quern_updated)" "$fresh" 'with the same objects'

echo "1..$tests"
exit $((failed > 0))
