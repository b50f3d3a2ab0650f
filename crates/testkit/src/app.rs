//! The server under test.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitStatus, Output};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::node::{ClockAhead, Node};
use crate::process::{Launch, Role};
use crate::stores::Chosen;

/// A real `goforme serve` with data and ports of its own, and a client to talk to it. On servers (see
/// `GOFORME_TEST_STORES`) there is a `goforme worker` beside it, and what is done to one of them is done
/// to the other.
///
/// It ends with the value: nothing is left running or on the disk. When the test fails, its log is
/// printed.
#[derive(Debug)]
pub struct TestApp {
    pub(crate) client: Client,
    pub(crate) serve: Node,
    worker: Option<Node>,
    clock: ClockAhead,
    // Last, so that the processes are gone before their files.
    _data: Arc<TempDir>,
}

/// How a [`TestApp`] is to be started.
#[derive(Debug)]
pub struct TestAppBuilder {
    launch: Launch,
    stores: Chosen,
    data: TempDir,
}

/// An empty folder for the data of a test.
pub(crate) fn fresh_folder() -> TempDir {
    tempfile::Builder::new().prefix("goforme-test-").tempdir().unwrap()
}

impl TestAppBuilder {
    /// Sets a variable of the server's environment, which holds nothing else but what a test needs.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.launch.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Chooses the servers that it has in place of embedded stores, as a comma list of `postgres`, `mongo` and
    /// `redis`, whatever the environment says.
    #[must_use]
    pub fn stores(mut self, names: &str) -> Self {
        self.stores = Chosen::parse(names);
        self
    }

    /// Where the server will keep its data, for files that it is to find there.
    pub fn data_dir(&self) -> &Path {
        self.data.path()
    }

    /// Starts the server and waits until it is ready to serve.
    pub async fn start(self) -> TestApp {
        let (mut launch, clock) = (self.launch, ClockAhead::default());
        for (name, value) in self.stores.fresh(&launch).await {
            launch.env.entry(name).or_insert(value);
        }
        let worker = if self.stores.all() {
            Some(Node::start(Role::Worker, "worker", launch.clone(), clock.clone()).await)
        } else {
            None
        };
        let serve = Node::start(Role::Serve, "serve", launch, clock.clone()).await;
        TestApp { worker, ..TestApp::of(serve, clock, Arc::new(self.data)) }
    }
}

impl TestApp {
    /// A server on fresh data: `TestApp::start(env!("CARGO_BIN_EXE_goforme")).await`.
    pub async fn start(binary: impl AsRef<Path>) -> Self {
        Self::builder(binary).start().await
    }

    /// The same with something changed.
    pub fn builder(binary: impl AsRef<Path>) -> TestAppBuilder {
        let data = fresh_folder();
        let (binary, data_dir) = (binary.as_ref().to_owned(), data.path().to_owned());
        let launch = Launch { binary, data_dir, env: BTreeMap::new() };
        TestAppBuilder { launch, stores: Chosen::by_environment(), data }
    }

    /// A server that others are beside.
    pub(crate) fn of(serve: Node, clock: ClockAhead, data: Arc<TempDir>) -> Self {
        // Redirects are answers to look at, not to follow.
        let client =
            Client::builder().redirect(Policy::none()).timeout(Duration::from_mins(1)).build().unwrap();
        Self { client, serve, worker: None, clock, _data: data }
    }

    /// Where the server keeps its data.
    pub fn data_dir(&self) -> &Path {
        self.serve.data_dir()
    }

    /// All that the server has logged, before restarts too, and after that all that the worker has.
    pub fn log(&self) -> String {
        self.nodes().map(Node::log).collect()
    }

    /// Kills the server as `kill -9` does. Start it again with [`Self::restart`].
    pub fn kill9(&mut self) {
        self.nodes_mut().for_each(Node::kill9);
    }

    /// Asks the server to end (SIGTERM) and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.stop_by(Signal::TERM).await
    }

    /// The same as Ctrl-C does it (SIGINT).
    pub async fn interrupt(&mut self) -> ExitStatus {
        self.stop_by(Signal::INT).await
    }

    async fn stop_by(&mut self, signal: Signal) -> ExitStatus {
        let status = self.serve.stop_by(signal).await;
        if let Some(worker) = &mut self.worker {
            assert!(worker.stop_by(signal).await.success(), "the worker failed at its end");
        }
        status
    }

    /// The id of the server's process.
    pub fn pid(&self) -> u32 {
        self.serve.pid()
    }

    /// The ids of the server's process and of the worker's.
    pub fn pids(&self) -> Vec<u32> {
        self.nodes().map(Node::pid).collect()
    }

    /// Starts the server again on the same data, with the clock as it was moved. One that still runs is
    /// killed before. Its ports are new unless they were chosen.
    pub async fn restart(&mut self) {
        self.kill9();
        for node in self.nodes_mut() {
            node.restart().await;
        }
    }

    /// Changes a variable for the next [`Self::restart`].
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.nodes_mut().for_each(|node| node.set_env(name, value));
    }

    /// What `goforme` with these arguments (a subcommand) did on the same data.
    pub async fn run(&self, args: &[&str]) -> Output {
        let command = self.serve.command(args);
        tokio::process::Command::from(command).kill_on_drop(true).output().await.unwrap()
    }

    /// Moves the server's clock forward, as if nobody had done anything for so long. While the server
    /// doesn't run, it is as if it had been down for so long.
    pub async fn advance_clock(&self, by: Duration) {
        self.clock.add(by);
        for node in self.nodes().filter(|node| node.is_running()) {
            node.move_clock(by).await;
        }
    }

    /// What time it is for the server, as answers write times.
    pub async fn now(&self) -> String {
        self.serve.move_clock(Duration::ZERO).await
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        [&self.serve].into_iter().chain(&self.worker)
    }

    fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        [&mut self.serve].into_iter().chain(&mut self.worker)
    }
}
