# A PostgreSQL of a benchmark's own, as Debian configures it but for the place, the port, and a log that can be
# read by a program. Sourced, not run.
# shellcheck shell=bash

POSTGRES_BIN=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || command -v initdb)")

# Runs what PostgreSQL refuses to do as root.
as_postgres() {
    if [[ $(id -u) -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Sets DATABASE_URL and POSTGRES_LOG.
start_postgres() {
    POSTGRES_DIR=$(as_postgres mktemp -d /tmp/goforme-bench.XXXXXX)
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    # shellcheck disable=SC2034 # for the benchmarks
    POSTGRES_LOG=$POSTGRES_DIR/data/log/postgresql.json
    as_postgres "$POSTGRES_BIN/initdb" -D "$POSTGRES_DIR/data" -U goforme -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    cat >>"$POSTGRES_DIR/data/postgresql.conf" <<CONF
port = $port
listen_addresses = 'localhost'
unix_socket_directories = ''
max_connections = 200
shared_buffers = '512MB'
logging_collector = on
log_destination = 'jsonlog'
log_filename = 'postgresql'
log_rotation_size = 0
log_rotation_age = 0
CONF
    (cd "$POSTGRES_DIR" && as_postgres "$POSTGRES_BIN/pg_ctl" -D data -w -l start.log start >/dev/null)
    DATABASE_URL=postgres://goforme@localhost:$port/postgres
    export DATABASE_URL POSTGRES_LOG POSTGRES_BIN
}

stop_postgres() {
    (cd "$POSTGRES_DIR" && as_postgres "$POSTGRES_BIN/pg_ctl" -D data -m immediate -w stop >/dev/null) || true
    rm -rf "$POSTGRES_DIR"
}

run_sql() {
    "$POSTGRES_BIN/psql" --no-psqlrc --quiet --tuples-only --no-align --command "$1" "$DATABASE_URL"
}
