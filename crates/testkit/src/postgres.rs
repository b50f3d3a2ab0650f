//! A PostgreSQL server for tests, from the machine's own packages.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{env, fs};

use rustix::process::geteuid;
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use crate::keeper::free_port;

/// Makes a server in a temporary folder, does what is asked of it on its standard input, and removes
/// everything when that ends. It ends with whoever started it, however they end, so nothing is left
/// behind even by a test that is killed.
const KEEPER: &str = r#"
dir=$(mktemp -d "${TMPDIR:-/tmp}/goforme-postgres.XXXXXX") || exit
trap 'rm -rf "$dir"' EXIT
trap '' INT TERM
cd "$dir" || exit
PATH=${bin:+$bin:}$PATH
make() {
    initdb -D data -U goforme -A trust -E UTF8 --locale=C.UTF-8 --no-sync
}
make_tls() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj '/CN=A test authority' -keyout ca.key -out ca.crt &&
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -subj '/CN=localhost' -keyout data/server.key -out server.csr &&
    echo 'subjectAltName=DNS:localhost' >server.ext &&
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
        -extfile server.ext -out data/server.crt &&
    chmod 600 data/server.key && echo 'ssl = on' >>data/postgresql.conf
}
start() {
    pg_ctl -D data -l server.log -w -t 60 -o "$options" start
}
stop() {
    resume
    pg_ctl -D data -m immediate -w stop
}
# Its processes, the first of them before those that it has started.
processes() {
    server=$(head -n 1 data/postmaster.pid) && echo "$server" $(cat "/proc/$server/task/$server/children")
}
pause() {
    # The first one by itself, so that it starts no other any more.
    halt "$(head -n 1 data/postmaster.pid)"
    halt $(processes)
}
# The signal takes its time, and one of them may have ended.
halt() {
    kill -STOP "$@"
    for process in "$@"; do
        while grep -qs '^State:[[:space:]]*[^TZ[:space:]]' "/proc/$process/status"; do sleep 0.01; done
    done
}
resume() {
    kill -CONT $(processes)
    true
}
while read -r order; do
    if "$order" >>keeper.log 2>&1; then echo "$dir"; else cat keeper.log server.log >&2; echo; fi
done
stop >/dev/null 2>&1
"#;

/// A PostgreSQL server of one's own. It loses nothing when it's killed, and much in a power cut.
///
/// Needs PostgreSQL's programs: in `POSTGRES_BIN`, in Debian's place for them, or on the `PATH`.
pub struct PrivatePostgres {
    /// `postgres://goforme@localhost:port`.
    address: String,
    /// `None` for a server that somebody else keeps.
    keeper: Option<Keeper>,
    template: OnceCell<String>,
}

struct Keeper {
    folder: PathBuf,
    pipes: Mutex<(Child, ChildStdin, BufReader<ChildStdout>)>,
}

impl PrivatePostgres {
    /// The server that all tests of this process share: the one at `TEST_DATABASE_URL`
    /// (`postgres://user@host:port`, where the user may make databases), or one of their own, which ends
    /// with the process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PrivatePostgres> = OnceLock::new();
        SHARED.get_or_init(|| match env::var("TEST_DATABASE_URL") {
            Ok(address) => Self {
                address: address.trim_end_matches('/').to_owned(),
                keeper: None,
                template: OnceCell::new(),
            },
            Err(_) => Self::start(),
        })
    }

    /// A server for one test, which may stop it.
    pub fn start() -> Self {
        Self::started(&["make", "start"])
    }

    /// A server that also speaks TLS, as `localhost`; see [`Self::root_certificate`].
    pub fn start_with_tls() -> Self {
        Self::started(&["make", "make_tls", "start"])
    }

    fn started(orders: &[&str]) -> Self {
        let port = free_port();
        let address = format!("postgres://goforme@localhost:{port}");
        Self { address, keeper: Some(Keeper::new(port, orders)), template: OnceCell::new() }
    }

    /// The address of a database on this server.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.address)
    }

    /// A new database that nobody else uses, and its address. It is a copy of one that was brought to its
    /// schema by `migrate`, which is called for the first of them only.
    pub async fn fresh_database<F: Future<Output = ()>>(&self, migrate: impl FnOnce(String) -> F) -> String {
        let template = self.template.get_or_init(|| async {
            let template = unused_name();
            self.run_sql(format!("CREATE DATABASE {template}")).await;
            migrate(self.url(&template)).await;
            template
        });
        let (template, name) = (template.await, unused_name());
        self.run_sql(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        self.url(&name)
    }

    /// A new database without anything in it, and its address.
    pub async fn empty_database(&self) -> String {
        let name = unused_name();
        self.run_sql(format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        self.url(&name)
    }

    /// Ends the server as a power cut would.
    pub fn stop(&self) {
        self.keeper().order("stop");
    }

    /// Starts a server that was stopped, at the same address and with its data.
    pub fn start_again(&self) {
        self.keeper().order("start");
    }

    /// Has the server hang: it keeps its connections, accepts more, and answers nothing.
    pub fn pause(&self) {
        self.keeper().order("pause");
    }

    /// Has it go on.
    pub fn resume(&self) {
        self.keeper().order("resume");
    }

    /// What a statement answers in the database at `url`: a line for each row, its columns separated by `|`.
    pub async fn sql(&self, url: &str, statement: &str) -> String {
        let mut psql = Command::new(programs().join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        psql.args(["--command", statement, url]);
        // Not on the test's own thread, which may have connections to close: there must be none to a
        // database that is copied.
        let output = spawn_blocking(move || psql.output()).await.unwrap().expect("psql to run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{statement}: {errors}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// The certificate of the authority that [`Self::start_with_tls`] has made up, as a PEM file.
    pub fn root_certificate(&self) -> PathBuf {
        self.keeper().folder.join("ca.crt")
    }

    fn keeper(&self) -> &Keeper {
        self.keeper.as_ref().expect("a server that is this process's own")
    }

    async fn run_sql(&self, statement: String) {
        self.sql(&self.url("postgres"), &statement).await;
    }
}

impl Keeper {
    fn new(port: u16, orders: &[&str]) -> Self {
        let options = format!(
            "-c listen_addresses=localhost -c port={port} -c unix_socket_directories= -c fsync=off \
             -c full_page_writes=off -c max_connections=500"
        );
        // PostgreSQL refuses to run as root.
        let mut command = if geteuid().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh", "-c", KEEPER]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", KEEPER]);
            command
        };
        command.env("bin", programs()).env("options", options);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let pipes = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut keeper = Self { folder: PathBuf::new(), pipes: Mutex::new((child, pipes.0, pipes.1)) };
        for order in orders {
            keeper.folder = keeper.order(order);
        }
        keeper
    }

    /// Has it done and answers the server's folder.
    fn order(&self, order: &str) -> PathBuf {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, orders, answers) = &mut *pipes;
        writeln!(orders, "{order}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        let folder = answer.trim_end();
        assert!(!folder.is_empty(), "PostgreSQL could not {order}; see above");
        folder.into()
    }
}

/// A name that no other database of this or another run has.
fn unused_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Where PostgreSQL's programs are; empty if they are on the `PATH`.
fn programs() -> PathBuf {
    if let Some(folder) = env::var_os("POSTGRES_BIN") {
        return folder.into();
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.max_by_key(|version| {
        version.file_name().to_str().and_then(|number| number.parse::<u32>().ok()).unwrap_or(0)
    });
    newest.map(|version| version.path().join("bin")).unwrap_or_default()
}
