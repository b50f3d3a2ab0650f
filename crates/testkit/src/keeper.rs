//! Keeping somebody else's server for the time of a test.

use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Runs the command it is given, in a temporary folder, as it is told on its standard input, and removes
/// everything when that ends. It ends with whoever started it, however they end, so nothing is left
/// behind even by a test that is killed.
const KEEPER: &str = r#"
dir=$(mktemp -d "${TMPDIR:-/tmp}/goforme-$name.XXXXXX") || exit
trap 'rm -rf "$dir"' EXIT
trap '' INT TERM
cd "$dir" || exit
start() {
    "$@" </dev/null >>server.log 2>&1 &
    pid=$!
}
stop() {
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    true
}
# The signal takes its time to reach every thread.
pause() {
    kill -STOP "$pid"
    while grep -qs '^State:[[:space:]]*[^T[:space:]]' "/proc/$pid/task"/*/status; do
        sleep 0.01
    done
}
while read -r order; do
    case $order in
    start) start "$@" ;;
    stop) stop ;;
    pause) pause ;;
    resume) kill -CONT "$pid" ;;
    log) cat server.log >&2 ;;
    esac && echo done || echo failed
done
stop
"#;

/// How long a server may take to answer, on a machine that compiles at the same time.
const START: Duration = Duration::from_mins(1);

/// A server in a temporary folder of its own, which is its working directory.
pub(crate) struct Keeper {
    pub(crate) address: SocketAddr,
    pipes: Mutex<(Child, ChildStdin, BufReader<ChildStdout>)>,
}

impl Keeper {
    /// Starts a server on a free port; `command` says how, and `answers` whether it does.
    pub(crate) fn start(
        name: &str,
        command: impl FnOnce(SocketAddr) -> Vec<OsString>,
        answers: impl Fn(SocketAddr) -> bool,
    ) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let mut child = Command::new("sh")
            .args([OsStr::new("-c"), OsStr::new(KEEPER), OsStr::new(name)])
            .args(command(address))
            .env("name", name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let pipes = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let keeper = Self { address, pipes: Mutex::new((child, pipes.0, pipes.1)) };
        keeper.start_again(answers);
        keeper
    }

    /// Starts the server and waits until it answers.
    pub(crate) fn start_again(&self, answers: impl Fn(SocketAddr) -> bool) {
        self.order("start");
        let deadline = Instant::now() + START;
        while !answers(self.address) {
            if Instant::now() > deadline {
                self.order("log");
                panic!("the server at {} does not answer; see above", self.address);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the server as `kill -9` does.
    pub(crate) fn stop(&self) {
        self.order("stop");
    }

    /// Has the server hang: it keeps its connections, accepts more, and answers nothing.
    pub(crate) fn pause(&self) {
        self.order("pause");
    }

    /// Has it go on.
    pub(crate) fn resume(&self) {
        self.order("resume");
    }

    fn order(&self, order: &str) {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, orders, answers) = &mut *pipes;
        writeln!(orders, "{order}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim_end(), "done", "{order}");
    }
}

/// A port that is free, and that nobody gets by accident while it isn't used for a while: it is none of those
/// that the system gives to whoever connects to something.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 22_000;
    // Somewhere else in each process, since several may look for one at the same time.
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
        let anywhere = RandomState::new().hash_one(()) % u64::from(COUNT);
        AtomicU16::new(u16::try_from(anywhere).unwrap())
    });
    let mut ports = (0..COUNT).map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT);
    ports.find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).expect("a free port")
}

/// A name that nothing else of this or another run has on a server that several share.
pub(crate) fn unused_name() -> String {
    use std::time::{SystemTime, UNIX_EPOCH};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    #[expect(clippy::disallowed_methods, reason = "process ids come again, and the server may be an old one")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    format!("test_{now:x}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
