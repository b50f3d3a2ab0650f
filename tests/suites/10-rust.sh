# Every test that is written in Rust: units, contracts of the ports, and the whole server over HTTP.
# shellcheck shell=bash
set -euo pipefail

exec cargo test --workspace --all-features --no-fail-fast
