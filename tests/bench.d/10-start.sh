# How long a start takes on an empty data folder, and how much memory the server needs when idle.
# shellcheck shell=bash
set -euo pipefail

python3 tests/bench.d/start.py "$GOFORME" "$TARGET/tmp"
