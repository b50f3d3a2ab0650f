# The whole server over HTTP once more, on PostgreSQL, MongoDB and Redis, with a worker beside it. (10-rust.sh runs
# it on the embedded stores.)
# shellcheck shell=bash
set -euo pipefail

# shellcheck source=tests/environment.sh
source tests/environment.sh

# tests/run says once more at its end what was not run.
stores=servers
have_mongodb || { say_that_mongodb_is_missing && stores=postgres,redis; }

GOFORME_TEST_STORES=$stores exec cargo test --workspace --all-features --test e2e
