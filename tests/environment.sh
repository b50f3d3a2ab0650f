# What the suites share: where things are, and what has to be on the machine. Sourced, not run.
# shellcheck shell=bash

ROOT=$(pwd)
# Everything that is downloaded or written while testing goes there, and nothing outside.
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
GOFORME=$TARGET/debug/goforme
VENV=$TARGET/venv
export ROOT TARGET GOFORME VENV

section() {
    printf '\n== %s ==\n' "$*"
}

# The commands that the suites need, each with the Debian package that has it.
needed_packages() {
    command -v cc >/dev/null || echo build-essential
    command -v curl >/dev/null || echo curl
    command -v python3 >/dev/null || echo python3
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    command -v chromium >/dev/null || echo chromium
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v nginx >/dev/null || echo nginx-light
    command -v redis-server >/dev/null || echo redis-server
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || echo postgresql
}

set_up_machine() {
    mkdir -p "$TARGET/tmp" || return
    if ! command -v cargo >/dev/null; then
        echo "Rust is missing: see https://rustup.rs; the version is in rust-toolchain.toml." >&2
        return 1
    fi
    local missing
    mapfile -t missing < <(needed_packages)
    if [[ ${#missing[@]} -gt 0 ]]; then
        install_packages "${missing[@]}" || return
    fi
    set_up_python
}

install_packages() {
    if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
        echo "Please install: $*" >&2
        return 1
    fi
    echo "Installing $*."
    local log=$TARGET/tmp/apt.log
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        return 1
    fi
}

# Whether there is a MongoDB-compatible server: mongod on the PATH, or FerretDB, built with the machine's Go.
have_mongodb() {
    local ferretdb=$TARGET/tools/ferretdb sources=$ROOT/tests/ferretdb
    command -v mongod >/dev/null && return
    [[ $ferretdb -nt $sources/main.go && $ferretdb -nt $sources/go.mod ]] && return
    mkdir -p "$TARGET/tools" "$TARGET/tmp" &&
        (cd "$sources" && go build -buildvcs=false -o "$ferretdb" .) >"$TARGET/tmp/ferretdb.log" 2>&1
}

say_that_mongodb_is_missing() {
    printf '\n!!! SKIPPED, not passed: what needs MongoDB. There is no mongod on the PATH, and FerretDB could not be '
    printf 'built with Go; see %s.\n\n' "$TARGET/tmp/ferretdb.log"
}

# A virtual environment with exactly what tests/requirements.txt says; made anew when that changes.
set_up_python() {
    local stamp=$VENV/requirements.txt
    cmp -s tests/requirements.txt "$stamp" && return
    echo "Installing the Python packages of tests/requirements.txt."
    rm -rf "$VENV"
    python3 -m venv "$VENV" &&
        "$VENV/bin/pip" install --quiet --disable-pip-version-check -r tests/requirements.txt &&
        cp tests/requirements.txt "$stamp"
}

# Once for all suites, with the same features, so that nothing is compiled twice.
build_workspace() {
    cargo build --workspace --all-features --all-targets
}
