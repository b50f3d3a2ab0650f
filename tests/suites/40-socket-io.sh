# The official Socket.IO client, in Node and in a browser, against a real server: by WebSocket, by polling,
# from one to the other, and while the server is restarted.
# shellcheck shell=bash
set -euo pipefail

# Installed outside of the source tree; made anew when its lockfile changes.
CLIENT_MODULES=$TARGET/socket-io-client
export CLIENT_MODULES
lockfile=tests/clients/socket-io/package-lock.json
if ! cmp -s "$lockfile" "$CLIENT_MODULES/installed.json"; then
    echo "Installing the npm packages of $lockfile."
    rm -rf "$CLIENT_MODULES"
    mkdir -p "$CLIENT_MODULES"
    cp tests/clients/socket-io/package.json "$lockfile" "$CLIENT_MODULES"
    npm ci --prefix "$CLIENT_MODULES" --no-audit --no-fund --loglevel=error
    cp "$lockfile" "$CLIENT_MODULES/installed.json"
fi

# One file after the other: the browser wants the machine for itself.
exec node --test --test-concurrency=1 --test-reporter=spec tests/clients/socket-io/*.test.mjs
