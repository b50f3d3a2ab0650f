# What deploy/ brings up, as far as that goes without Docker: the compose file read by Compose's own library, nginx
# with its real configuration in front of stand-ins, and in front of two nodes with PostgreSQL, MongoDB, Redis and a
# worker, which are restarted under load.
# shellcheck shell=bash
set -euo pipefail

# shellcheck source=tests/clients/socket-io/install.sh
source tests/clients/socket-io/install.sh
install_socket_io_client

# Builds a small program of ours with the machine's Go, unless it's newer than its sources.
build_with_go() {
    local sources=$1 binary=$2
    [[ $binary -nt $sources/main.go && $binary -nt $sources/go.mod ]] && return
    mkdir -p "$(dirname "$binary")"
    (cd "$sources" && go build -buildvcs=false -o "$binary.$$" .) && mv "$binary.$$" "$binary"
}

tests=(tests/clients/socket-io/behind-nginx/rules.test.mjs)

COMPOSE_CONFIG=$TARGET/tools/compose-config
export COMPOSE_CONFIG
if build_with_go tests/compose "$COMPOSE_CONFIG"; then
    tests+=(tests/clients/socket-io/behind-nginx/compose.test.mjs)
else
    echo "SKIPPED, not passed: deploy/compose.yaml was not read, because Compose's library could not be built with Go."
fi

MONGO_SERVER=$(command -v mongod || echo "$TARGET/tools/ferretdb")
export MONGO_SERVER
if [[ $MONGO_SERVER == */mongod ]] || build_with_go tests/ferretdb "$MONGO_SERVER"; then
    tests+=(tests/clients/socket-io/behind-nginx/site.test.mjs)
else
    echo "SKIPPED, not passed: two nodes behind nginx. There is no mongod, and FerretDB could not be built with Go."
fi

# One after the other: the load wants the machine for itself.
exec node --test --test-concurrency=1 --test-reporter=spec "${tests[@]}"
