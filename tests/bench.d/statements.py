"""Makes pgbench scripts of what a route asks PostgreSQL for: statements.py BASE_URL REQUESTS FOLDER

Sends some of the route's requests while PostgreSQL writes down every statement, and writes to FOLDER one script
for each request and `arguments`, the command line for pgbench, an argument a line. Fails if the route asks
nothing. What the log-in behind a request costs is left out, since it's remembered between requests.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request

# pgbench prepares each script by itself, on each connection, so more of them would measure preparing.
MOST_REQUESTS = 4
# Asked by the background work, by the look at the session, and once for each new connection.
NOT_OF_THE_ROUTE = re.compile(r"\b(sessions|outbox|jobs|schedule_runs|pg_type|pg_enum|pg_catalog)\b|WHERE \(status")
EXECUTED = re.compile(r"^duration: [0-9.]+ ms  execute [^:]+: (.*)$", re.DOTALL)
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')(?:, )?")


def sql(statement):
    command = [os.environ["POSTGRES_BIN"] + "/psql", "-X", "-q", "-A", "-t", "-c", statement, os.environ["DATABASE_URL"]]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def log_statements(threshold):
    sql(f"ALTER SYSTEM SET log_min_duration_statement = {threshold}")
    sql("SELECT pg_reload_conf()")


def recorded(during):
    """What PostgreSQL has executed while `during` ran, in order, as entries of its log."""
    log = os.environ["POSTGRES_LOG"]
    start = os.path.getsize(log)
    log_statements(0)
    time.sleep(0.2)
    during()
    end_mark = f"the end at {time.time_ns()}"
    sql(f"SELECT '{end_mark}'")
    log_statements(-1)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with open(log, encoding="utf-8") as file:
            file.seek(start)
            text = file.read()
        if end_mark in text:
            return [json.loads(line) for line in text.splitlines()]
        time.sleep(0.05)
    raise TimeoutError("PostgreSQL's log does not go on")


def executed(entries):
    for entry in entries:
        match = EXECUTED.match(entry.get("message", ""))
        if match and not NOT_OF_THE_ROUTE.search(match[1]):
            detail = entry.get("detail", "").removeprefix("parameters: ")
            parameters = {
                int(number): None if value == "NULL" else value[1:-1].replace("''", "'")
                for number, value in PARAMETER.findall(detail)
            }
            yield match[1], parameters


def types_of(statement, known={}):
    """The types that PostgreSQL takes the parameters for."""
    if statement not in known:
        prepare = f"PREPARE asked AS {statement}"
        answer = sql(f"{prepare}; SELECT array_to_string(parameter_types, '|') FROM pg_prepared_statements")
        known[statement] = answer.split("|")
    return known[statement]


def script(statement, parameters, prefix, variables):
    def replaced(match):
        number = int(match[1])
        if not parameters[number]:
            # pgbench has no variables for these.
            value = "NULL" if parameters[number] is None else "''"
            return f"CAST({value} AS {types_of(statement)[number - 1]})"
        name = f"{prefix}_{number}"
        variables[name] = parameters[number]
        # In brackets, since what follows may be a letter.
        return f"(:{name})"

    return re.sub(r"\$(\d+)", replaced, statement) + ";\n"


def main(base_url, requests, folder):
    with open(requests, encoding="utf-8") as file:
        sample = [line.rstrip("\n").split("\t") for line in file.readlines()[1:]]
    sample = sample[:: max(1, len(sample) // MOST_REQUESTS)][:MOST_REQUESTS]

    def send():
        for token, path in sample:
            headers = {} if token == "-" else {"Authorization": f"Bearer {token}"}
            urllib.request.urlopen(urllib.request.Request(base_url + path, headers=headers), timeout=30).read()

    statements = list(executed(recorded(send)))
    if not statements:
        sys.exit(1)
    per_request, rest = divmod(len(statements), len(sample))
    if rest:
        sys.exit(f"{len(statements)} statements for {len(sample)} requests of {requests}")
    arguments, variables = [], {}
    for number in range(len(sample)):
        of_request = statements[number * per_request : (number + 1) * per_request]
        path = os.path.join(folder, f"{number:02}.sql")
        with open(path, "w", encoding="utf-8") as file:
            for index, (statement, parameters) in enumerate(of_request):
                file.write(script(statement, parameters, f"v{number}_{index}", variables))
        arguments.append(f"--file={path}")
    arguments += [f"--define={name}={value}" for name, value in variables.items()]
    with open(os.path.join(folder, "arguments"), "w", encoding="utf-8") as file:
        file.writelines(argument + "\n" for argument in arguments)


main(*sys.argv[1:])
