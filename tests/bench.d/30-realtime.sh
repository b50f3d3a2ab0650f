# The chat: memory per idle connection, latency at 1,000 messages/s, and how many messages a second it takes,
# by WebSocket and by Socket.IO; and the same load on a minimal Socket.IO server in Node, as a ratio.
#
#   BENCH_URLS=http://one:4000,http://other:4000 tests/bench realtime
#
# measures two nodes that run already instead: the members of each room are connected to different ones. They
# need the sandbox for payments, and CHAT_MESSAGE_LIMIT=1000000.
# shellcheck shell=bash
set -euo pipefail

cargo build --release --package goforme-chat-client >&2
chat=$(dirname "$GOFORME")/goforme-chat

if [[ -n ${BENCH_URLS:-} ]]; then
    exec python3 tests/bench.d/realtime.py nodes "$chat" "$TARGET/tmp" "$BENCH_URLS"
fi

command -v node >/dev/null && command -v npm >/dev/null || install_packages nodejs npm >&2
# Installed outside of the source tree; made anew when its lockfile changes. Compiling SQLite takes a minute.
modules=$TARGET/bench-node
lockfile=tests/bench.d/node/package-lock.json
if ! cmp -s "$lockfile" "$modules/installed.json"; then
    echo "Installing the npm packages of $lockfile." >&2
    rm -rf "$modules"
    mkdir -p "$modules"
    cp tests/bench.d/node/package.json "$lockfile" "$modules"
    npm ci --prefix "$modules" --no-audit --no-fund --loglevel=error >&2
    cp "$lockfile" "$modules/installed.json"
fi

exec python3 tests/bench.d/realtime.py compare "$chat" "$TARGET/tmp" "$GOFORME" "$modules"
