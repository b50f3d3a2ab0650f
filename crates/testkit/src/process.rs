//! A process of goforme: its environment, its log, its end.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;
use std::future::ready;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{env, fs};

use rustix::process::{Pid, Signal, kill_process};

use crate::eventually::within;

/// How long a process may take to bind its ports, on a machine that compiles at the same time.
const START: Duration = Duration::from_mins(1);

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// `goforme serve`
    Serve,
    /// `goforme worker`
    Worker,
}

/// What a process is started with.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub binary: PathBuf,
    pub data_dir: PathBuf,
    pub env: BTreeMap<String, String>,
}

/// A running process. It is killed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: Log,
    readers: Vec<JoinHandle<()>>,
}

/// Where a process listens; a worker's two addresses are one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    pub http: SocketAddr,
    pub admin: SocketAddr,
}

/// Every line that a process wrote, on either output.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Role {
    fn subcommand(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Worker => "worker",
        }
    }
}

impl Launch {
    /// `goforme` with these arguments, on the data of this launch, and with nothing in its environment
    /// that a developer may have configured.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(args)
            .env_clear()
            .envs(kept("PATH").into_iter().chain(kept("HOME")).chain(kept("RUST_BACKTRACE")))
            .env("APP_ENV", "test")
            .env("DATA_DIR", &self.data_dir)
            .env("HTTP_ADDR", "127.0.0.1:0")
            .env("ADMIN_ADDR", "127.0.0.1:0")
            .envs(&self.env)
            .stdin(Stdio::null());
        command
    }

    /// Starts a process and waits until it has bound its ports. `name` is like no other's on the same data.
    pub(crate) async fn start(&self, role: Role, name: &str) -> (Process, Addresses) {
        let announced = Announced::by(&self.data_dir, role, name);
        announced.forget();
        let mut command = self.command(&[role.subcommand()]);
        command.env("HTTP_ADDR_FILE", &announced.http).env("ADMIN_ADDR_FILE", &announced.admin);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Log::default();
        let readers =
            vec![log.follow(child.stdout.take().unwrap()), log.follow(child.stderr.take().unwrap())];
        let mut process = Process { child, log, readers };
        let addresses = within(START, "a process binds its ports", || {
            process.assert_running();
            ready(announced.addresses())
        });
        let addresses = addresses.await;
        (process, addresses)
    }
}

/// The files in which a process tells where it listens.
struct Announced {
    http: PathBuf,
    admin: PathBuf,
    role: Role,
}

impl Announced {
    fn by(data_dir: &Path, role: Role, name: &str) -> Self {
        let file = |port: &str| data_dir.join(format!("{name}.{port}.addr"));
        Self { http: file("http"), admin: file("admin"), role }
    }

    /// Forgets what the process before has told; there is none the first time.
    fn forget(&self) {
        for stale in [&self.http, &self.admin] {
            let _ = fs::remove_file(stale);
        }
    }

    /// `None` as long as it hasn't told.
    fn addresses(&self) -> Option<Addresses> {
        let admin = address_in(&self.admin)?;
        let http = match self.role {
            Role::Serve => address_in(&self.http)?,
            Role::Worker => admin,
        };
        Some(Addresses { http, admin })
    }
}

fn kept(variable: &str) -> Option<(String, OsString)> {
    Some((variable.to_owned(), env::var_os(variable)?))
}

/// The address in the file, if it is there.
fn address_in(file: &Path) -> Option<SocketAddr> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

impl Process {
    pub(crate) fn log(&self) -> Log {
        self.log.clone()
    }

    /// Fails the test if the process has ended by itself.
    pub(crate) fn assert_running(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("a process ended by itself: {status}");
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the process to end and waits until it has.
    pub(crate) async fn stop(mut self, signal: Signal) -> ExitStatus {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).unwrap();
        within(START, "a process ends when it is asked to", || ready(self.child.try_wait().unwrap())).await
    }
}

/// As by `kill -9`: nothing is flushed, nobody is told.
impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        if thread::panicking() {
            eprintln!("--- the log of a process ---\n{}--- the end of the log ---", self.log.text());
        }
    }
}

impl Log {
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn follow(&self, output: impl Read + Send + 'static) -> JoinHandle<()> {
        let log = self.clone();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let mut text = log.0.lock().unwrap_or_else(PoisonError::into_inner);
                // Writing to a `String` can't fail.
                let _ = writeln!(text, "{line}");
            }
        })
    }
}
