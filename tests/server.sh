# A private goforme for one suite: its own data, its own ports, ended with the suite. Sourced, not run.
# shellcheck shell=bash

# Starts it with demo data, and sets BASE_URL (no slash at the end) once it is ready to serve.
start_goforme() {
    DATA_DIR=$(mktemp -d "$TARGET/tmp/goforme.XXXXXX")
    SERVER_LOG=$DATA_DIR/server.log
    trap stop_goforme EXIT
    export DATA_DIR APP_ENV=test HTTP_ADDR=127.0.0.1:0 ADMIN_ADDR=127.0.0.1:0
    # Whatever a developer has configured must not reach the tests.
    unset DATABASE_URL MONGODB_URI REDIS_URL S3_ORIGINAL_BUCKET S3_OPTIMISED_BUCKET PORTONE_API_SECRET PUBLIC_URL

    "$GOFORME" seed >"$DATA_DIR/seed.log" 2>&1 || fail_with_log "$DATA_DIR/seed.log" "The demo data could not be written."
    "$GOFORME" serve >"$SERVER_LOG" 2>&1 &
    SERVER_PID=$!
    wait_until_ready
}

wait_until_ready() {
    local deadline=$((SECONDS + 60))
    while ((SECONDS < deadline)); do
        kill -0 "$SERVER_PID" 2>/dev/null || fail_with_log "$SERVER_LOG" "The server ended before it was ready."
        BASE_URL=$(announced_url)
        if [[ -n $BASE_URL ]] && curl --silent --fail --output /dev/null "$BASE_URL/health/ready"; then
            echo "goforme serves at $BASE_URL"
            return
        fi
        sleep 0.2
    done
    fail_with_log "$SERVER_LOG" "The server was not ready within a minute."
}

stop_goforme() {
    if [[ -n ${SERVER_PID:-} ]]; then
        kill "$SERVER_PID" 2>/dev/null
        wait "$SERVER_PID" 2>/dev/null
    fi
    rm -rf "$DATA_DIR"
}

fail_with_log() {
    echo "$2 Its last words:" >&2
    tail -n 40 "$1" >&2
    exit 1
}
