# The command-line client of the chat: two terminals in a room, over a crash of the server, and a short load.
# shellcheck shell=bash
set -euo pipefail

exec python3 tests/clients/chat/two_terminals.py "$GOFORME" "$(dirname "$GOFORME")/goforme-chat" "$TARGET/tmp"
