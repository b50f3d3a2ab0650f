# The description of the API is a valid OpenAPI document, and the API does what it says, whatever is sent:
# schemathesis sends right and wrong requests to every operation, as a Dreamer and as a Maker.
# shellcheck shell=bash
set -euo pipefail

# shellcheck source=tests/server.sh
source tests/server.sh
start_goforme

curl --silent --show-error --fail "$BASE_URL/openapi.json" >"$DATA_DIR/openapi.json"
"$VENV/bin/openapi-spec-validator" "$DATA_DIR/openapi.json"

fuzz_as() {
    local token
    token=$("$VENV/bin/python" "$ROOT/tests/openapi/sign_up.py" "$BASE_URL" "$1") || return
    echo "Sending requests as a $1."
    # Not sent: the log-out, after which the token would be worth nothing, and the stream of
    # notifications, which never ends. Not checked: that all data which fits the schema is accepted,
    # since rules that no schema tells may refuse it (a trip in the past, a quote on one's own plan).
    "$VENV/bin/schemathesis" run "$DATA_DIR/openapi.json" \
        --url "$BASE_URL" \
        --header "Authorization: Bearer $token" \
        --exclude-path /auth/logout --exclude-path /notifications/stream \
        --exclude-checks positive_data_acceptance \
        --phases examples,coverage,fuzzing --max-examples 20 --seed 20310506 \
        --request-timeout 20 --generation-database none \
        --warnings off --no-color
}

# It keeps files where it runs, and those don't belong into the tree.
cd "$DATA_DIR"
outcome=0
fuzz_as DREAMER || outcome=1
fuzz_as MAKER || outcome=1
exit "$outcome"
