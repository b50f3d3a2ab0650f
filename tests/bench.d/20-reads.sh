# Requests per second and latency of every route that reads, on a seeded store, at 64 connections.
# shellcheck shell=bash
set -euo pipefail

# shellcheck source=tests/server.sh
source tests/server.sh

memory() {
    awk -v field="$1:" '$1 == field { printf "%.1f MiB", $2 / 1024 }' "/proc/$SERVER_PID/status"
}

# One line of the table; fails unless every answer was a good one.
measure() {
    local name result
    name=$(head -n 1 "$1")
    echo "$name" >&2
    wrk -t2 -c64 -d1s -s tests/bench.d/wrk.lua "$BASE_URL" -- "$1" >/dev/null
    result=$(wrk -t2 -c64 -d"${BENCH_SECONDS}s" --latency -s tests/bench.d/wrk.lua "$BASE_URL" -- "$1" | tail -n 1)
    local per_second p50 p99 errors
    read -r per_second p50 p99 errors <<<"$result"
    echo "| $name | $per_second | $p50 | $p99 |"
    [[ $errors == 0 ]] || { echo "$errors answers to $name were errors" >&2 && return 1; }
}

echo "Seeding at scale $BENCH_SCALE." >&2
start_goforme --scale "$BENCH_SCALE" >&2
sleep 3
idle=$(memory VmRSS)
mkdir "$DATA_DIR/requests"
python3 tests/bench.d/routes.py "$BASE_URL" "$DATA_DIR/requests"

cat <<HEADER
## Reads

SQLite, seeded with \`--scale $BENCH_SCALE\` in $SEED_SECONDS s; wrk with 2 threads and 64 connections, $BENCH_SECONDS s a route. Where a
route needs a user, several of them ask in turn for things of their own, 20 in all. Times are in milliseconds.

| route | requests/s | p50 | p99 |
|---|---:|---:|---:|
HEADER
outcome=0
for requests in "$DATA_DIR"/requests/*; do
    measure "$requests" || outcome=1
done
printf '\nMemory of the server (RSS): %s before, %s after, %s at most.\n' "$idle" "$(memory VmRSS)" "$(memory VmHWM)"
exit "$outcome"
