//! A MongoDB-compatible server for tests: `mongod` if it's on the `PATH`, else FerretDB, which is built
//! from `tests/ferretdb` with the machine's Go.

use std::ffi::OsString;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use std::{env, fs, process};

use crate::keeper::{Keeper, unused_name};
use crate::report::say;

/// A MongoDB-compatible server of one's own.
pub struct PrivateMongo {
    uri: String,
    /// `None` for a server that somebody else keeps.
    keeper: Option<Keeper>,
}

impl PrivateMongo {
    /// The server that all tests of this process share, each with its own database: the one at
    /// `TEST_MONGODB_URI`, or one of their own, which ends with the process.
    ///
    /// If no server can be had this ends the process with a line that says so, and without the summary
    /// of tests: what was not run has neither passed nor failed.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PrivateMongo> = OnceLock::new();
        SHARED.get_or_init(|| match env::var("TEST_MONGODB_URI") {
            Ok(uri) => Self { uri, keeper: None },
            Err(_) => Self::start(),
        })
    }

    /// A server for one test, which may stop it. Ends the process as [`Self::shared`] does.
    pub fn start() -> Self {
        let program = program();
        let keeper = Keeper::start("mongo", |address| program.command(address), accepts);
        Self { uri: format!("mongodb://{}", keeper.address), keeper: Some(keeper) }
    }

    /// Its address.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// A name for a database that nobody else uses.
    pub fn unused_database(&self) -> String {
        unused_name()
    }

    /// Ends the server as `kill -9` does.
    pub fn stop(&self) {
        self.keeper().stop();
    }

    /// Starts a server that was stopped, at the same address and with its data.
    pub fn start_again(&self) {
        self.keeper().start_again(accepts);
    }

    /// Has the server hang: it keeps its connections, accepts more, and answers nothing.
    pub fn pause(&self) {
        self.keeper().pause();
    }

    /// Has it go on.
    pub fn resume(&self) {
        self.keeper().resume();
    }

    fn keeper(&self) -> &Keeper {
        self.keeper.as_ref().expect("a server that is this process's own")
    }
}

/// Whether the server searches by its indexes. FerretDB 1.24 on SQLite reads a whole collection for whatever it's
/// asked, so that thousands of messages in one database take hours.
pub fn searches_by_index() -> bool {
    matches!(program(), Program::Mongod)
}

/// What serves.
enum Program {
    Mongod,
    FerretDb(PathBuf),
}

impl Program {
    fn command(&self, address: SocketAddr) -> Vec<OsString> {
        match self {
            Self::Mongod => {
                let port = address.port().to_string();
                ["mongod", "--bind_ip", "127.0.0.1", "--port", &port, "--dbpath", "."].map(Into::into).into()
            }
            Self::FerretDb(binary) => vec![binary.into(), address.to_string().into(), ".".into()],
        }
    }
}

fn program() -> &'static Program {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if Command::new("mongod").arg("--version").output().is_ok_and(|output| output.status.success()) {
            return Program::Mongod;
        }
        Program::FerretDb(ferretdb().unwrap_or_else(|error| skip(&error)))
    })
}

/// FerretDB's binary, which is built if it isn't there or older than its sources.
fn ferretdb() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sources = root.join("tests/ferretdb");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let (binary, fresh) =
        (target.join("tools/ferretdb"), target.join(format!("tools/ferretdb.{}", process::id())));
    let written = |file: &Path| fs::metadata(file).and_then(|file| file.modified()).ok();
    if written(&binary) > ["main.go", "go.mod"].iter().filter_map(|file| written(&sources.join(file))).max() {
        return Ok(binary);
    }
    fs::create_dir_all(target.join("tools")).map_err(|error| error.to_string())?;
    let mut build = Command::new("go");
    build.current_dir(&sources).args(["build", "-buildvcs=false", "-o"]).arg(&fresh).arg(".");
    let output = build.output().map_err(|error| format!("`go build` could not be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("`go build` failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    // Several processes may be at it; the last one wins, with the same binary.
    fs::rename(&fresh, &binary).map_err(|error| error.to_string())?;
    Ok(binary)
}

fn skip(reason: &str) -> ! {
    say(&format!(
        "SKIPPED, not passed: every test that needs MongoDB. There is no `mongod` on the PATH, and FerretDB \
         could not be built: {reason}"
    ));
    process::exit(0)
}

fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}
