"""Measures the chat and prints what it found as Markdown.

    realtime.py compare GOFORME-CHAT FOLDER GOFORME NODE-FOLDER
    realtime.py nodes GOFORME-CHAT FOLDER URL,URL
"""

import json
import os
import resource
import subprocess
import sys
import tempfile

from realtime_servers import Goforme, Node

# Fewer, for nodes that are not made to be fast.
PAIRS = int(os.environ.get("BENCH_PAIRS", "500"))
CONNECTIONS = 2 * PAIRS
RATE = int(os.environ.get("BENCH_RATE", "1000"))
IDLE = 20_000
# Files that a server or a client has open beside its connections.
OTHER_FILES = 200
FIRST_RATE = RATE
STEP_PERCENT = 20
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
SCALE = os.environ.get("BENCH_SCALE", "100")


class Client:
    """goforme-chat on a core of its own."""

    def __init__(self, binary, roster, core=None):
        self.roster = roster
        self.command = [*([] if core is None else ["taskset", "--cpu-list", str(core)]), binary, "load"]

    def prepare(self, url):
        arguments = ["prepare", "--pairs", str(PAIRS), "--roster", self.roster, "--url", url]
        if subprocess.run([*self.command, *arguments], check=False).returncode != 0:
            sys.exit("nobody could be made for the load")

    def measure(self, mode, protocol, where, **options):
        """What it measured; that it isn't content with it shows in there."""
        arguments = [mode, "--protocol", protocol, "--roster", self.roster, "--json", *where]
        for name, value in options.items():
            arguments += [f"--{name.replace('_', '-')}", str(value)]
        print(" ".join(arguments), file=sys.stderr)
        done = subprocess.run([*self.command, *arguments], stdout=subprocess.PIPE, check=False)
        if not done.stdout:
            sys.exit(f"{mode} measured nothing")
        return json.loads(done.stdout)

    def idle(self, protocol, where):
        return self.measure("idle", protocol, where, connections=idle_connections(), hold=6 * SECONDS)

    def talk(self, protocol, where):
        seconds = {"seconds": 4 * SECONDS, "warm_up": min(3, SECONDS)}
        return self.measure("talk", protocol, where, connections=CONNECTIONS, rate=RATE, **seconds)

    def ceiling(self, protocol, where):
        options = {"from": FIRST_RATE, "step": STEP_PERCENT, "seconds": SECONDS}
        return self.measure("ceiling", protocol, where, connections=CONNECTIONS, **options)


def idle_connections():
    """As many as are wanted, or as may be open in one process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return IDLE if most == resource.RLIM_INFINITY else min(IDLE, most - OTHER_FILES)


def allow_files():
    """For the servers, which inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def measured_alone(client, protocol, start, with_idle=True):
    """Each measurement has a server that has just been started."""
    found = {}
    measurements = {"talk": client.talk, "ceiling": client.ceiling}
    if with_idle:
        measurements = {"idle": client.idle} | measurements
    for name, measure in measurements.items():
        with start() as server:
            found[name] = measure(protocol, ["--url", server.url, "--pid", server.pid])
    return found


def complaints(found):
    """What went wrong, as far as it must not. The last step of a ceiling is the one that was too much."""
    idle = found.get("idle")
    if idle and idle["held"] < idle["connections"]:
        yield f"{idle['held']} of {idle['connections']} idle connections were up: {idle['lost']}"
    steps = [found["talk"], *found["ceiling"]["steps"][:-1]]
    for step in steps:
        wrong = {name: count for name, count in step["faults"].items() if count}
        if wrong:
            yield f"at {step['rate']} messages/s: {wrong}"


def kib(bytes_):
    return f"{bytes_ / 1024:.1f} KiB"


def idle_cells(idle):
    if idle is None:
        return ["–"] * 4
    memory = idle["memory"]
    return [
        f"{idle['held']}",
        kib(memory["per_connection"]),
        kib(memory["per_further_connection"]),
        f"{idle['opening_seconds']:.1f} s",
    ]


def talk_cells(talk):
    delivery, acknowledgement = talk["delivery"], talk["acknowledgement"]
    cpu = talk["server_cpu"]
    return [
        *(f"{delivery[name]:.1f} ms" for name in ("p50", "p99", "max")),
        f"{acknowledgement['p99']:.1f} ms",
        f"{talk['spreading']['p99']:.1f} ms",
        f"{talk['sending']['p99']:.1f} ms",
        "–" if cpu is None else f"{cpu:.0%}",
    ]


def ceiling_cell(ceiling):
    return f"{ceiling['best']}" if ceiling["best"] else f"under {FIRST_RATE}"


ROWS = [
    "idle connections held",
    "memory per connection",
    "the same after the first tenth",
    "time to open them",
    f"{RATE} messages/s: p50, due to delivered",
    "p99",
    "at most",
    "p99, due to acknowledged",
    "p99, acknowledged to delivered",
    "p99, due to sent (the client's part)",
    "of a core, server",
    "most messages/s with a p99 of 250 ms",
]


def print_table(columns):
    cells = [
        [*idle_cells(found.get("idle")), *talk_cells(found["talk"]), ceiling_cell(found["ceiling"])]
        for found in columns.values()
    ]
    print(f"| | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    for row in zip(ROWS, *cells):
        print(f"| {' | '.join(row)} |")
    print()
    outcome = 0
    for name, found in columns.items():
        for complaint in complaints(found):
            outcome = 1
            print(f"**{name}: {complaint}**\n")
            print(f"{name}: {complaint}", file=sys.stderr)
    return outcome


def print_ratios(columns, own):
    """How many times as good we are at what Node does."""
    print("Ours by Socket.IO against Node's (above 1 is better):\n")
    print("| | memory per connection | p99 | most messages/s |\n|---|---:|---:|---:|")
    ours = columns[own]
    for name, theirs in columns.items():
        if not name.startswith("Node"):
            continue
        memory = "–"
        if "idle" in theirs:
            ratio = theirs["idle"]["memory"]["per_connection"] / ours["idle"]["memory"]["per_connection"]
            memory = f"{ratio:.2f}"
        p99 = theirs["talk"]["delivery"]["p99"] / ours["talk"]["delivery"]["p99"]
        best = ours["ceiling"]["best"], theirs["ceiling"]["best"]
        most = f"{best[0] / best[1]:.2f}" if all(best) else "–"
        print(f"| {name} | {memory} | {p99:.2f} | {most} |")
    print()


def compare(chat, scratch, binary, modules):
    allow_files()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("server and client need a core each")
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        roster = os.path.join(folder, "people.json")
        client = Client(chat, roster, cores[1])
        goforme = Goforme(binary, folder)
        goforme.seed(SCALE)
        with goforme as server:
            client.prepare(server.url)

        def start_goforme():
            return Goforme(binary, folder, cores[0])

        columns = {
            "goforme, /ws": measured_alone(client, "ws", start_goforme),
            "goforme, Socket.IO": measured_alone(client, "socket.io", start_goforme),
        }
        stores = ["memory"]
        if Node.can_store_in_sqlite(modules):
            stores += ["sqlite", "sqlite-full"]
        for store in stores:

            def start_node():
                return Node(store, modules, roster, folder, cores[0])

            # Where messages are stored makes no difference to those who say nothing.
            columns[f"Node, {store}"] = measured_alone(client, "socket.io", start_node, store == "memory")
        print_introduction()
        outcome = print_table(columns)
        print_ratios(columns, "goforme, Socket.IO")
        return outcome


def print_introduction():
    print(
        f"""## Real time

SQLite, seeded with `--scale {SCALE}`, and {CONNECTIONS} users in {PAIRS} rooms; server and client on one core each;
`goforme-chat load`. Idle connections are those users' many times over ({idle_connections()} of {IDLE} that were
wanted may be open in one process here). A latency counts from when a message was due. Rates rise by {STEP_PERCENT} %
every {SECONDS} s.
Node: socket.io 4 with ws; it verifies tokens, checks membership, numbers messages and stores them in memory, in
SQLite, or in SQLite with a sync before each answer (which is what goforme does); what it does not do is listed
in tests/bench.d/node/server.mjs.
"""
    )


def nodes(chat, scratch, urls):
    first, second = urls.split(",")
    where = ["--url", first, "--peer-url", second]
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        client = Client(chat, os.path.join(folder, "people.json"))
        client.prepare(first)
        columns = {
            name: {"talk": client.talk(protocol, where), "ceiling": client.ceiling(protocol, where)}
            for name, protocol in (("/ws", "ws"), ("Socket.IO", "socket.io"))
        }
    print(f"## Real time on two nodes\n\n{CONNECTIONS} users in {PAIRS} rooms, one member of each on either node.\n")
    return print_table(columns)


def main(mode, *arguments):
    return {"compare": compare, "nodes": nodes}[mode](*arguments)


sys.exit(main(*sys.argv[1:]))
