"""The servers whose chat is measured: goforme, and Node to compare with."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

GIVE_UP_SECONDS = 60
# Signs the tokens that both servers accept.
SECRET = "a secret that is only good for measuring"


class Server:
    """A server on a core of its own, or on all of them, for as long as a `with` lasts."""

    def __init__(self, folder, core=None):
        self.folder = folder
        self.core = core
        self.address_file = os.path.join(folder, "http.addr")

    def command(self):
        raise NotImplementedError

    def environment(self):
        raise NotImplementedError

    def is_ready(self, url):
        raise NotImplementedError

    def __enter__(self):
        if os.path.exists(self.address_file):
            os.remove(self.address_file)
        pinned = [] if self.core is None else ["taskset", "--cpu-list", str(self.core)]
        environment = {"PATH": os.environ["PATH"], "ADDRESS_FILE": self.address_file} | self.environment()
        with open(os.path.join(self.folder, "server.log"), "wb") as log:
            # taskset replaces itself, so the process is the server's own.
            self.process = subprocess.Popen([*pinned, *self.command()], env=environment, stdout=log, stderr=log)
        self.pid = str(self.process.pid)
        self.url = self.wait_until_ready()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def wait_until_ready(self):
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with open(self.address_file, encoding="ascii") as file:
                    url = f"http://{file.read().strip()}"
                if self.is_ready(url):
                    # What is done once after a start is not to be measured.
                    time.sleep(2)
                    return url
            except OSError:
                pass
            time.sleep(0.1)
        with open(os.path.join(self.folder, "server.log"), encoding="utf-8") as log:
            sys.exit(f"{self.command()} was not ready: {log.read()[-2000:]}")


class Goforme(Server):
    """The release binary on its own data."""

    def __init__(self, binary, folder, core=None):
        super().__init__(folder, core)
        self.binary = binary

    def command(self):
        return [self.binary, "serve"]

    def environment(self):
        return {
            "APP_ENV": "test",
            "RUST_LOG": "warn",
            "DATA_DIR": os.path.join(self.folder, "data"),
            "HTTP_ADDR": "127.0.0.1:0",
            "HTTP_ADDR_FILE": self.address_file,
            "ADMIN_ADDR": "127.0.0.1:0",
            "JWT_SECRET": SECRET,
            # A thousand users stand for twenty thousand, and for busier ones than people are.
            "CHAT_MESSAGE_LIMIT": "1000000",
            "CONNECTION_LIMIT": "1000",
        }

    def is_ready(self, url):
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:
            return answer.status == 200

    def seed(self, scale):
        environment = {"PATH": os.environ["PATH"]} | self.environment()
        subprocess.run([self.binary, "seed", "--scale", scale], env=environment, check=True, stdout=sys.stderr)


class Node(Server):
    """The minimal Socket.IO server. Where it stores messages is explained in node/server.mjs."""

    SCRIPT = os.path.join(os.path.dirname(__file__), "node", "server.mjs")

    def __init__(self, store, modules, roster, folder, core):
        super().__init__(folder, core)
        self.variables = {"STORE": store, "SERVER_MODULES": modules, "ROSTER": roster, "JWT_SECRET": SECRET}
        self.database = os.path.join(folder, "node.db")

    def command(self):
        return ["node", self.SCRIPT]

    def environment(self):
        for file in (self.database, f"{self.database}-wal", f"{self.database}-shm"):
            if os.path.exists(file):
                os.remove(file)
        return self.variables | {"DATABASE": self.database, "NODE_ENV": "production"}

    def is_ready(self, url):
        # It announces its address when it listens.
        return True

    @staticmethod
    def can_store_in_sqlite(modules):
        """Whether better-sqlite3 could be installed on this machine."""
        script = f"require('{modules}/node_modules/better-sqlite3')(':memory:')"
        return subprocess.run(["node", "-e", script], stderr=subprocess.DEVNULL, check=False).returncode == 0
