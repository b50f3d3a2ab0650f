# A private goforme for one suite: its own data, its own ports, ended with the suite. Sourced, not run.
# shellcheck shell=bash

# What else is to be in its environment, such as DATABASE_URL=….
GOFORME_ENV=()

# Starts it with demo data, and sets BASE_URL (no slash at the end) once it is ready to serve. Arguments go
# to `goforme seed`, whose time is in SEED_SECONDS.
start_goforme() {
    DATA_DIR=$(mktemp -d "$TARGET/tmp/goforme.XXXXXX")
    SERVER_LOG=$DATA_DIR/server.log
    trap stop_goforme EXIT
    # With nothing in its environment that a developer may have configured.
    local goforme=(
        env -i PATH="$PATH" HOME="$HOME" APP_ENV=test DATA_DIR="$DATA_DIR"
        HTTP_ADDR=127.0.0.1:0 HTTP_ADDR_FILE="$DATA_DIR/http.addr" ADMIN_ADDR=127.0.0.1:0
        "${GOFORME_ENV[@]}" "$GOFORME"
    )
    local started=$SECONDS
    "${goforme[@]}" seed "$@" >"$DATA_DIR/seed.log" 2>&1 ||
        fail_with_log "$DATA_DIR/seed.log" "The demo data could not be written."
    # shellcheck disable=SC2034 # for benchmarks
    SEED_SECONDS=$((SECONDS - started))
    "${goforme[@]}" serve >"$SERVER_LOG" 2>&1 &
    SERVER_PID=$!
    wait_until_ready
}

wait_until_ready() {
    local deadline=$((SECONDS + 60))
    while ((SECONDS < deadline)); do
        kill -0 "$SERVER_PID" 2>/dev/null || { echo "The server ended before it was ready." >&2 && exit 1; }
        BASE_URL=http://$(cat "$DATA_DIR/http.addr" 2>/dev/null || true)
        if curl --silent --fail --output /dev/null "$BASE_URL/health/ready"; then
            echo "goforme serves at $BASE_URL"
            return
        fi
        sleep 0.2
    done
    echo "The server was not ready within a minute." >&2
    exit 1
}

# However the suite ends. If it failed, the log may tell why.
stop_goforme() {
    local outcome=$?
    if [[ -n ${SERVER_PID:-} ]]; then
        kill "$SERVER_PID" 2>/dev/null || true
        wait "$SERVER_PID" 2>/dev/null || true
        [[ $outcome -eq 0 ]] || { echo "The server's last words:" && tail -n 40 "$SERVER_LOG"; } >&2
    fi
    rm -rf "$DATA_DIR"
}

fail_with_log() {
    echo "$2 Its last words:" >&2
    tail -n 40 "$1" >&2
    exit 1
}
