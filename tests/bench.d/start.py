"""Starts goforme on empty data folders, and prints how long that takes and what it needs: start.py GOFORME FOLDER"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

STARTS = 5
IDLE_SECONDS = 5
GIVE_UP_SECONDS = 30


def memory_mib(pid):
    """The memory of a process that is in RAM."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def is_answered(address_file):
    try:
        with open(address_file, encoding="ascii") as file:
            address = file.read().strip()
        with urllib.request.urlopen(f"http://{address}/users/makers", timeout=1) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError, ValueError):
        return False


def start(goforme, folder):
    """The process, and after how many milliseconds it answered a request that reads its database."""
    address_file = os.path.join(folder, "http.addr")
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": os.path.join(folder, "data"),
        "HTTP_ADDR": "127.0.0.1:0",
        "HTTP_ADDR_FILE": address_file,
        "ADMIN_ADDR": "127.0.0.1:0",
    }
    began = time.monotonic()
    with open(os.path.join(folder, "log"), "wb") as log:
        server = subprocess.Popen([goforme, "serve"], env=environment, cwd=folder, stderr=log)
    while not is_answered(address_file):
        if server.poll() is not None or time.monotonic() - began > GIVE_UP_SECONDS:
            server.kill()
            sys.exit("goforme did not start")
        time.sleep(0.001)
    return server, (time.monotonic() - began) * 1000


def main(goforme, scratch):
    times = []
    for number in range(1, STARTS + 1):
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            server, milliseconds = start(goforme, folder)
            times.append(milliseconds)
            if number == STARTS:
                time.sleep(IDLE_SECONDS)
                idle = memory_mib(server.pid)
            server.terminate()
            server.wait()
    print("## Start\n")
    print("| | |\n|---|---|")
    print(f"| start to first answer, empty data folder, median of {STARTS} | {statistics.median(times):.0f} ms |")
    print(f"| the slowest of them | {max(times):.0f} ms |")
    print(f"| memory (RSS) when idle | {idle:.1f} MiB |")


main(*sys.argv[1:])
