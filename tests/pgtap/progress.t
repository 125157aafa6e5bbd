#!/usr/bin/env bash
# quern.progress from outside: what the owner, strangers and monitors see of a training in another session, and that its
# row goes away when the training ends, fails, is cancelled, is terminated or rolled back. Prints TAP.
set -uo pipefail
tests=0 failed=0
databases=(quern_progress quern_progress_other)
roles=(quern_test_trainer quern_test_stranger quern_test_monitor)
trainer=${roles[0]} stranger=${roles[1]} monitor=${roles[2]}
output=$(mktemp)

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
  [[ $1 == "$2" ]] || printf '# have %s\n# want %s\n' "$1" "$2"
}

like() {  # like HAVE GLOB NAME
  [[ $1 == $2 ]]
  ok $? "$3"
  [[ $1 == $2 ]] || sed 's/^/# /' <<<"$1"
}

clean_up() {
  for database in "${databases[@]}"; do
    psql -Xq -d postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" >/dev/null 2>&1
  done
  for role in "${roles[@]}"; do
    psql -Xq -d postgres -c "DROP ROLE IF EXISTS $role" >/dev/null 2>&1
  done
}
trap 'clean_up; rm -f "$output"' EXIT
clean_up
for role in "${roles[@]}"; do sql postgres "CREATE ROLE $role LOGIN" || exit 1; done
sql postgres "GRANT pg_read_all_stats TO $monitor" || exit 1
for database in "${databases[@]}"; do
  sql postgres "CREATE DATABASE $database" && sql "$database" 'CREATE EXTENSION quern' || exit 1
done

# A training whose scan takes SECONDS.
training() {
  echo "quern.train('logistic_regression', 'SELECT i % 3 = 0 AS y, sin(i) AS a, cos(i) AS b FROM generate_series(1, $(($1 * 500))) AS i WHERE pg_sleep(0.002) IS NOT NULL')"
}
train_in_background() {  # train_in_background STATEMENT: sets `pid`
  psql -XqAt -v VERBOSITY=verbose -U "$trainer" -d quern_progress -c "$1" >"$output" 2>&1 &
  client=$!
  await 1
  pid=$(sql quern_progress "SELECT pid FROM pg_stat_activity WHERE usename = '$trainer' AND query LIKE '%quern.train%'")
}
await() {  # await COUNT: until there are that many trainings, for 10 seconds at most
  for ((i = 0; i < 200; i++)); do
    [[ $(sql quern_progress 'SELECT count(*) FROM quern.progress') != "$1" ]] || return 0
    sleep 0.05
  done
  return 1
}
seen_by() {  # seen_by ROLE DATABASE
  sql "$2" -U "$1" 'SELECT pid, database, role, algorithm, length(phase) > 0 AND rows >= 0 AND workers >= 0 AND seconds > 0 AND started_at < clock_timestamp() FROM quern.progress'
}

# --- who sees what ------------------------------------------------------------------------------------------------------

is "$(seen_by "$stranger" quern_progress)" '' 'nobody trains'
train_in_background "SELECT $(training 600)"
whole="$pid|quern_progress|$trainer|logistic_regression|t"
is "$(seen_by "$trainer" quern_progress)" "$whole" 'another session of the role that trains sees the row'
is "$(seen_by "$monitor" quern_progress)" "$whole" 'so does a member of pg_read_all_stats'
is "$(seen_by postgres quern_progress_other)" "$whole" 'and a superuser in another database'
is "$(seen_by "$stranger" quern_progress)" "$pid|quern_progress|||" 'others see process and database'
is "$(sql quern_progress -U "$stranger" "SELECT string_agg(key, ' ' ORDER BY key) FROM quern.progress AS p, jsonb_each(to_jsonb(p)) WHERE value <> 'null'")" 'database pid' 'and NULL in all other columns'
first=$(sql quern_progress 'SELECT rows FROM quern.progress')
for ((i = 0; i < 100; i++)); do  # 10 seconds at most
  later=$(sql quern_progress 'SELECT rows FROM quern.progress')
  ((later == first)) || break
  sleep 0.1
done
((later > first && later <= 300000))
ok $? "rows grow during the scan ($first, $later)"

# --- how it ends --------------------------------------------------------------------------------------------------------

is "$(sql quern_progress "SELECT pg_cancel_backend($pid)")" t 'cancel'
wait "$client"
await 0
ok $? 'a training that was cancelled is gone'
like "$(<"$output")" '*57014*' 'its client was told'

train_in_background "SELECT $(training 600)"
is "$(sql quern_progress "SELECT pg_terminate_backend($pid)")" t 'terminate'
wait "$client"
await 0
ok $? 'a training that was terminated is gone'

train_in_background "SELECT quern.train('logistic_regression', 'SELECT i % 2 = 0 AS y, 1.0 / (400 - i) AS a FROM generate_series(1, 400) AS i WHERE pg_sleep(0.003) IS NOT NULL')"
wait "$client"
await 0
ok $? 'a training whose query failed is gone'
like "$(<"$output")" '*22012*' 'its client was told of the division by zero'

train_in_background "SELECT ($(training 2)) IS NOT NULL"
wait "$client"
await 0
ok $? 'a training that ended is gone'
is "$(<"$output")" t 'and gave a model'

train_in_background "DO \$\$ BEGIN PERFORM $(training 600); EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(600); END \$\$"
is "$(sql quern_progress "SELECT pg_cancel_backend($pid)")" t 'cancel a training in a block that catches the error'
await 0
ok $? 'the training is gone while its session goes on'
is "$(sql quern_progress "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid AND state = 'active'")" 1 'the session is there'
sql quern_progress "SELECT pg_terminate_backend($pid)" >/dev/null
wait "$client"

# --- what outlives what -------------------------------------------------------------------------------------------------

is "$(psql -XqAt -d quern_progress -c 'BEGIN' -c "SELECT ($(training 1)) IS NOT NULL" -c 'SELECT count(*) FROM quern.progress' -c ROLLBACK -c 'SELECT count(*) FROM quern.progress')" $'t\n0\n0' 'a training in a transaction that is rolled back'
is "$(sql quern_progress 'DROP EXTENSION quern')$(sql quern_progress 'CREATE EXTENSION quern')" '' 'DROP EXTENSION, CREATE EXTENSION'
train_in_background "SELECT $(training 600)"
is "$(seen_by "$trainer" quern_progress)" "$pid|quern_progress|$trainer|logistic_regression|t" 'trainings are seen as before'
is "$(sql quern_progress_other 'SELECT pid FROM quern.progress')" "$pid" 'from another database too'
sql quern_progress "SELECT pg_cancel_backend($pid)" >/dev/null
wait "$client"

# A query inside a training may train.
sql quern_progress "
  CREATE FUNCTION trains() RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN PERFORM $(training 600); RETURN true; END \$\$;
  GRANT CREATE ON SCHEMA public TO $trainer" || exit 1
psql -XqAt -U "$trainer" -d quern_progress -c "SELECT quern.train('linear_regression', 'SELECT 1 AS y, 2 AS a WHERE trains()')" >"$output" 2>&1 &
client=$!
await 2
is "$(sql quern_progress "SELECT string_agg(algorithm, ' ' ORDER BY started_at), count(DISTINCT pid) FROM quern.progress")" 'linear_regression logistic_regression|1' 'a training inside another has a row of its own'
sql quern_progress 'SELECT DISTINCT pg_terminate_backend(pid) FROM quern.progress' >/dev/null
wait "$client"
await 0
ok $? 'both are gone'

echo "1..$tests"
exit $((failed > 0))
