"""Two terminals in a room, over a crash of the server: two_terminals.py GOFORME GOFORME-CHAT FOLDER"""

import json
import os
import queue
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

PATIENCE = 30
PASSWORD = "goforme-demo"
GOFORME, CHAT, SCRATCH = sys.argv[1:4]


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def eventually(what, look):
    deadline = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen: {what}")
        time.sleep(0.05)


class Server:
    """goforme with the demo world, at the same address however often it is started."""

    def __init__(self, folder):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "APP_ENV": "test",
            "DATA_DIR": os.path.join(folder, "data"),
            "HTTP_ADDR": f"127.0.0.1:{port}",
            "ADMIN_ADDR": "127.0.0.1:0",
            # For the load.
            "CHAT_MESSAGE_LIMIT": "10000",
        }
        subprocess.run([GOFORME, "seed"], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        self.start()

    def start(self):
        self.process = subprocess.Popen([GOFORME, "serve"], env=self.environment, stderr=subprocess.DEVNULL)
        eventually("the server is ready", self.is_ready)

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=1) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def crash(self):
        self.process.kill()
        self.process.wait()


def chat(server, *arguments, email="dreamer1@goforme.example", password=PASSWORD):
    """What a command that ends by itself did."""
    environment = {"GOFORME_URL": server.url, "GOFORME_EMAIL": email, "GOFORME_PASSWORD": password}
    return subprocess.run(
        [CHAT, *arguments], env=environment, capture_output=True, text=True, timeout=2 * PATIENCE, check=False
    )


class Terminal:
    """Somebody who follows a room."""

    def __init__(self, server, room, email):
        environment = {"GOFORME_URL": server.url, "GOFORME_EMAIL": email, "GOFORME_PASSWORD": PASSWORD}
        self.process = subprocess.Popen(
            [CHAT, "follow", room],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines = []
        self.notes = queue.SimpleQueue()
        self.readers = [
            threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True),
            threading.Thread(target=lambda: [self.notes.put(line) for line in self.process.stderr], daemon=True),
        ]
        for reader in self.readers:
            reader.start()

    def type(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def messages(self):
        """The numbers and texts that were shown, in order."""
        shown = (re.match(r"#(\d+) \S+ .*?: (.*)", line) for line in list(self.lines))
        return [(int(match[1]), match[2]) for match in shown if match]

    def texts(self):
        return [text for _, text in self.messages()]

    def wait_for(self, *texts):
        eventually(f"{texts} is shown", lambda: all(text in self.texts() for text in texts))

    def is_cut_off(self):
        """Waits until it has noticed that the connection is lost."""
        return "connecting again" in self.notes.get(timeout=PATIENCE)

    def hang_up(self):
        self.process.stdin.close()
        self.process.wait(timeout=PATIENCE)
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode


class TwoTerminals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(dir=SCRATCH)
        cls.server = Server(cls.folder.name)
        listed = chat(cls.server, "rooms").stdout.splitlines()
        # `ROOM  title, with 서울지기12: …`: demo makers have their number in their nickname.
        found = (re.match(r"(\S+)  .*, with \D+(\d+)(?!.*\(closed\))", line) for line in listed)
        cls.room, number = next(match for match in found if match).groups()
        cls.maker = f"maker{number}@goforme.example"

    @classmethod
    def tearDownClass(cls):
        cls.server.crash()
        cls.folder.cleanup()

    def test_1_what_one_types_both_see(self):
        dreamer = Terminal(self.server, self.room, "dreamer1@goforme.example")
        maker = Terminal(self.server, self.room, self.maker)
        dreamer.type("어디세요?")
        maker.wait_for("어디세요?")
        maker.type("3번 출구요")
        sent = chat(self.server, "send", self.room, "by the other command", email=self.maker)
        self.assertRegex(sent.stdout, r"^#\d+\n$", sent.stderr)
        for terminal in (dreamer, maker):
            terminal.wait_for("어디세요?", "3번 출구요", "by the other command")
        self.assertEqual(dreamer.messages()[-3:], maker.messages()[-3:])
        self.assertEqual([dreamer.hang_up(), maker.hang_up()], [0, 0])

    def test_2_a_crash_loses_and_doubles_nothing(self):
        terminals = [
            Terminal(self.server, self.room, "dreamer1@goforme.example"),
            Terminal(self.server, self.room, self.maker),
        ]
        for terminal in terminals:
            terminal.type("I am here")
            terminal.wait_for("I am here")
        for number, terminal in enumerate(terminals):
            terminal.type(f"before {number}")
        self.server.crash()
        for number, terminal in enumerate(terminals):
            self.assertTrue(terminal.is_cut_off())
            terminal.type(f"while it is down {number}")
        self.server.start()
        typed = [f"{when} {number}" for when in ("before", "while it is down") for number in (0, 1)]
        for terminal in terminals:
            terminal.wait_for(*typed)
        self.assertEqual([terminal.hang_up() for terminal in terminals], [0, 0])
        of_the_crash = [[entry for entry in terminal.messages() if entry[1] in typed] for terminal in terminals]
        self.assertEqual(sorted(text for _, text in of_the_crash[0]), sorted(typed))
        self.assertEqual(of_the_crash[0], of_the_crash[1])
        self.assertEqual(of_the_crash[0], sorted(of_the_crash[0]))

    def test_3_what_is_typed_is_sent_before_the_end(self):
        told = subprocess.run(
            [CHAT, "follow", self.room, "--email", self.maker, "--password", PASSWORD, "--url", self.server.url],
            input="one\ntwo\n",
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        self.assertEqual(re.findall(r": (one|two)$", told.stdout, re.MULTILINE), ["one", "two"])

    def test_4_a_mistake_is_one_clear_line(self):
        for arguments, options, expected in (
            (["rooms"], {"password": "wrong"}, "dreamer1@goforme.example can't log in"),
            (["send", "nowhere", "hi"], {}, "ROOM_NOT_FOUND"),
            (["send", self.room, "x" * 5001], {}, "not sent"),
            (["rooms", "--url", "http://127.0.0.1:1"], {}, "Connection refused"),
        ):
            failed = chat(self.server, *arguments, **options)
            self.assertEqual((failed.returncode, failed.stdout), (1, ""), arguments)
            self.assertRegex(failed.stderr, rf"\Agoforme-chat: .*{re.escape(expected)}.*\n\Z", arguments)

    def test_5_a_small_load_is_measured_by_both_protocols(self):
        roster = os.path.join(self.folder.name, "people.json")
        pid = str(self.server.process.pid)
        made = chat(self.server, "load", "prepare", "--pairs", "2", "--roster", roster)
        self.assertEqual(made.returncode, 0, made.stderr)
        for protocol in ("ws", "socket.io"):
            of_all = ["--roster", roster, "--connections", "4", "--protocol", protocol, "--pid", pid, "--json"]
            talked = chat(self.server, "load", "talk", *of_all, "--rate", "50", "--seconds", "2", "--warm-up", "0")
            report = json.loads(talked.stdout)
            counts = [report[name] for name in ("sent", "acknowledged", "delivered")]
            self.assertEqual((talked.returncode, counts), (0, [100, 100, 100]), talked.stderr)
            idled = chat(self.server, "load", "idle", *of_all, "--hold", "0")
            self.assertEqual((idled.returncode, json.loads(idled.stdout)["held"]), (0, 4), idled.stderr)


unittest.main(argv=sys.argv[:1], verbosity=2)
