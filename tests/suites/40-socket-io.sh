# The official Socket.IO client, in Node and in a browser, against a real server: by WebSocket, by polling,
# from one to the other, and while the server is restarted.
# shellcheck shell=bash
set -euo pipefail

# shellcheck source=tests/clients/socket-io/install.sh
source tests/clients/socket-io/install.sh
install_socket_io_client

# One file after the other: the browser wants the machine for itself.
exec node --test --test-concurrency=1 --test-reporter=spec tests/clients/socket-io/*.test.mjs
