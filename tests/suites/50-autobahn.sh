# The Autobahn test suite against Goforme's WebSockets, without the chat: it talks to a server that repeats
# what it hears. The suite needs Python 2.7; where there is none it's left out, since what matters of it is
# also tested in tests/e2e/websocket, on /ws itself.
# shellcheck shell=bash
set -euo pipefail

# That it is old is known.
export PIP_NO_PYTHON_VERSION_WARNING=1

autobahn=$TARGET/autobahn
requirements=tests/clients/autobahn/requirements.txt

find_python() {
    local python
    for python in python2.7 "$HOME"/.pyenv/versions/2.7*/bin/python2.7; do
        "$python" -c 'import pip' 2>/dev/null && echo "$python" && return
    done
    return 1
}

if ! python=$(find_python); then
    echo "There is no Python 2.7 here: the Autobahn suite is left out."
    exit 0
fi

# Installed outside of the source tree; made anew when the requirements change.
if ! cmp -s "$requirements" "$autobahn/installed.txt"; then
    echo "Installing the Python packages of $requirements."
    rm -rf "$autobahn"
    mkdir -p "$autobahn"
    "$python" -m pip install --quiet --disable-pip-version-check --target "$autobahn/virtualenv" virtualenv==20.15.1
    PYTHONPATH=$autobahn/virtualenv "$python" -m virtualenv --quiet "$autobahn/venv"
    "$autobahn/venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$autobahn/installed.txt"
fi

coproc ECHO { exec "$TARGET/debug/examples/echo"; }
# shellcheck disable=SC2154 # set by coproc
trap 'kill "$ECHO_PID" 2>/dev/null || true' EXIT
read -r address <&"${ECHO[0]}"

# Cases 12 and 13 are about compression, which is not offered.
cat >"$autobahn/spec.json" <<SPEC
{ "outdir": "$autobahn/reports", "servers": [{ "agent": "goforme", "url": "ws://$address" }],
  "cases": ["*"], "exclude-cases": ["12.*", "13.*"], "exclude-agent-cases": {} }
SPEC
rm -rf "$autobahn/reports"
"$autobahn/venv/bin/wstest" --mode fuzzingclient --spec "$autobahn/spec.json" >"$autobahn/wstest.log" 2>&1 || {
    tail -n 20 "$autobahn/wstest.log" >&2
    exit 1
}

python3 - "$autobahn/reports/index.json" <<'PYTHON'
import json
import sys

with open(sys.argv[1]) as report:
    cases = json.load(report)["goforme"]
good = {"OK", "INFORMATIONAL"}
failed = [name for name, case in cases.items() if not {case["behavior"], case["behaviorClose"]} <= good]
for name in failed:
    print(f"case {name}: {cases[name]}")
print(f"{len(cases) - len(failed)} of {len(cases)} cases passed")
sys.exit(bool(failed) or len(cases) < 300)
PYTHON
