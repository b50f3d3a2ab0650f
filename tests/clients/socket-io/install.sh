# Installs the official client outside of the source tree, and anew when its lockfile changes. Sourced, not run.
# shellcheck shell=bash

CLIENT_MODULES=$TARGET/socket-io-client
export CLIENT_MODULES

install_socket_io_client() {
    local lockfile=tests/clients/socket-io/package-lock.json
    cmp -s "$lockfile" "$CLIENT_MODULES/installed.json" && return
    echo "Installing the npm packages of $lockfile."
    rm -rf "$CLIENT_MODULES"
    mkdir -p "$CLIENT_MODULES"
    cp tests/clients/socket-io/package.json "$lockfile" "$CLIENT_MODULES"
    npm ci --prefix "$CLIENT_MODULES" --no-audit --no-fund --loglevel=error
    cp "$lockfile" "$CLIENT_MODULES/installed.json"
}
