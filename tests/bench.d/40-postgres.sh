# Reads from PostgreSQL, each beside what PostgreSQL itself can do: pgbench runs the very statements that the
# route has asked for, over as many connections as wrk has. Then confirmations of quotes, which are writes.
# shellcheck shell=bash
set -euo pipefail

# shellcheck source=tests/server.sh
source tests/server.sh
# shellcheck source=tests/bench.d/private_postgres.sh
source tests/bench.d/private_postgres.sh

CONNECTIONS=64

memory() {
    awk -v field="$1:" '$1 == field { printf "%.0f MiB", $2 / 1024 }' "/proc/$SERVER_PID/status"
}

# What pgbench makes of the statements of the route, in transactions per second.
pgbench_of() {
    local arguments
    mapfile -t arguments <"$1/arguments"
    # Planned as goforme's connections have it.
    PGOPTIONS='-c plan_cache_mode=force_generic_plan -c jit=off' "$POSTGRES_BIN/pgbench" --no-vacuum --protocol=prepared --client=$CONNECTIONS --jobs=2 \
        --time="$BENCH_SECONDS" "${arguments[@]}" "$DATABASE_URL" 2>"$1/log" |
        sed -n 's/^tps = \([0-9]*\).*/\1/p'
}

# One line of the table; fails unless every answer was a good one.
measure() {
    local name statements=$DATA_DIR/statements
    name=$(head -n 1 "$1")
    rm -rf "$statements" && mkdir "$statements"
    python3 tests/bench.d/statements.py "$BASE_URL" "$1" "$statements" || return 0
    echo "$name" >&2
    wrk -t2 -c$CONNECTIONS -d1s -s tests/bench.d/wrk.lua "$BASE_URL" -- "$1" >/dev/null
    local ours p50 p99 errors bound
    read -r ours p50 p99 errors < <(wrk -t2 -c$CONNECTIONS -d"${BENCH_SECONDS}s" --latency -s tests/bench.d/wrk.lua \
        "$BASE_URL" -- "$1" | tail -n 1)
    bound=$(pgbench_of "$statements")
    [[ -n $bound ]] || { cat "$statements/log" >&2 && return 1; }
    echo "| $name | $ours | $bound | $(awk "BEGIN { printf \"%.2f\", $ours / $bound }") | $p50 | $p99 |"
    [[ $errors == 0 ]] || { echo "$errors answers to $name were errors" >&2 && return 1; }
}

confirm() {
    echo "Confirming quotes." >&2
    local requests=$DATA_DIR/confirmations per_second p50 p99 errors
    python3 tests/bench.d/confirmations.py "$BASE_URL" "$requests"
    read -r per_second p50 p99 errors < <(wrk -t2 -c$CONNECTIONS -d30s --latency -s tests/bench.d/confirm.lua \
        "$BASE_URL" -- "$requests" | tail -n 1)
    printf '\nConfirming %s quotes of as many plans: %s a second, p50 %s ms, p99 %s ms, %s refused.\n' \
        "$(wc -l <"$requests")" "$per_second" "$p50" "$p99" "$errors"
    [[ $errors == 0 ]]
}

start_postgres
trap 'stop_goforme; stop_postgres' EXIT
export DATABASE_URL
GOFORME_ENV=("DATABASE_URL=$DATABASE_URL")
env -i DATABASE_URL="$DATABASE_URL" "$GOFORME" migrate >&2
echo "Seeding PostgreSQL at scale $BENCH_SCALE." >&2
start_goforme --scale "$BENCH_SCALE" >&2
trap 'stop_goforme; stop_postgres' EXIT
run_sql 'VACUUM ANALYZE' >/dev/null
idle=$(memory VmRSS)
mkdir "$DATA_DIR/requests"
python3 tests/bench.d/routes.py "$BASE_URL" "$DATA_DIR/requests"

cat <<HEADER
## PostgreSQL

$(run_sql 'SHOW server_version'), seeded with \`--scale $BENCH_SCALE\` in $SEED_SECONDS s; $CONNECTIONS connections each of wrk to goforme
and of \`pgbench -M prepared\` to PostgreSQL, $BENCH_SECONDS s each, both beside the database on the same cores. The ratio is that
of goforme's requests to pgbench's transactions, of which each runs the statements of one request with its arguments.

| route | goforme, requests/s | pgbench, tps | ratio | p50 ms | p99 ms |
|---|---:|---:|---:|---:|---:|
HEADER
outcome=0
for requests in "$DATA_DIR"/requests/*; do
    measure "$requests" || outcome=1
done
printf '\nMemory of the server (RSS): %s before, %s after the reads.\n' "$idle" "$(memory VmRSS)"
confirm || outcome=1
exit "$outcome"
