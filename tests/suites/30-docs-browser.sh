# The page at /docs in a real browser: Swagger UI comes up from the binary alone, with every operation.
# shellcheck shell=bash
set -euo pipefail

# shellcheck source=tests/server.sh
source tests/server.sh
start_goforme

curl --silent --show-error --fail "$BASE_URL/openapi.json" >"$DATA_DIR/openapi.json"

# The page fetches the document and draws itself from it; the time it takes is virtual, so the browser
# hands over what is there when nothing more happens.
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --disable-dev-shm-usage --user-data-dir="$DATA_DIR/browser" \
    --virtual-time-budget=60000 --timeout=60000 --enable-logging=stderr --dump-dom "$BASE_URL/docs/" \
    >"$DATA_DIR/docs.html" 2>"$DATA_DIR/browser.log" ||
    fail_with_log "$DATA_DIR/browser.log" "The browser failed."

python3 tests/docs/every_operation_is_shown.py "$DATA_DIR/openapi.json" "$DATA_DIR/docs.html" "$DATA_DIR/browser.log"
