//! The server under test, and requests to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitStatus, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::answer::Answer;
use crate::eventually::within;
use crate::people::User;
use crate::process::{Addresses, Launch, Log, Server};

/// A real `goforme serve` with data and ports of its own, and a client to talk to it.
///
/// It ends with the value: nothing is left running or on the disk. When the test fails, its log is
/// printed.
#[derive(Debug)]
pub struct TestApp {
    launch: Launch,
    server: Option<Server>,
    addresses: Addresses,
    /// The logs of all servers that ran on this data, oldest first.
    logs: Vec<Log>,
    client: Client,
    /// How far the clock was moved, in seconds.
    clock_ahead: AtomicU64,
    // Last, so that the server is gone before its files.
    _data: TempDir,
}

/// How a [`TestApp`] is to be started.
#[derive(Debug)]
pub struct TestAppBuilder {
    launch: Launch,
    data: TempDir,
}

/// Whoever sends a request: a [`User`], a bare token (`str`), or a [`Guest`].
pub trait Caller {
    /// The bearer token to send.
    fn bearer(&self) -> Option<&str>;
}

/// Somebody without a token.
#[derive(Debug, Clone, Copy)]
pub struct Guest;

impl Caller for Guest {
    fn bearer(&self) -> Option<&str> {
        None
    }
}

impl Caller for str {
    fn bearer(&self) -> Option<&str> {
        Some(self)
    }
}

impl Caller for User {
    fn bearer(&self) -> Option<&str> {
        Some(&self.token)
    }
}

impl TestAppBuilder {
    /// Sets a variable of the server's environment, which holds nothing else but what a test needs.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.launch.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Where the server will keep its data, for files that it is to find there.
    pub fn data_dir(&self) -> &Path {
        self.data.path()
    }

    /// Starts the server and waits until it is ready to serve.
    pub async fn start(self) -> TestApp {
        let (server, addresses) = self.launch.serve().await;
        // Redirects are answers to look at, not to follow.
        let client =
            Client::builder().redirect(Policy::none()).timeout(Duration::from_mins(1)).build().unwrap();
        let logs = vec![server.log()];
        let mut app = TestApp {
            launch: self.launch,
            server: Some(server),
            addresses,
            logs,
            client,
            clock_ahead: AtomicU64::default(),
            _data: self.data,
        };
        app.wait_until_ready().await;
        app
    }
}

impl TestApp {
    /// A server on fresh data: `TestApp::start(env!("CARGO_BIN_EXE_goforme")).await`.
    pub async fn start(binary: impl AsRef<Path>) -> Self {
        Self::builder(binary).start().await
    }

    /// The same with something changed.
    pub fn builder(binary: impl AsRef<Path>) -> TestAppBuilder {
        let data = tempfile::Builder::new().prefix("goforme-test-").tempdir().unwrap();
        let launch = Launch {
            binary: binary.as_ref().to_owned(),
            data_dir: data.path().to_owned(),
            env: BTreeMap::new(),
        };
        TestAppBuilder { launch, data }
    }

    /// `http://127.0.0.1:…/path` at the public port.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addresses.http)
    }

    /// The same with `ws://`.
    pub fn ws_url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.addresses.http)
    }

    /// `http://127.0.0.1:…/path` at the admin port.
    pub fn admin_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addresses.admin)
    }

    /// Where the server keeps its data.
    pub fn data_dir(&self) -> &Path {
        &self.launch.data_dir
    }

    /// All that the server has logged, those before restarts included.
    pub fn log(&self) -> String {
        self.logs.iter().map(Log::text).collect()
    }

    /// Kills the server as `kill -9` does. Start it again with [`Self::restart`].
    pub fn kill9(&mut self) {
        self.server = None;
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
        self.server.take().expect("the server runs").stop(signal).await
    }

    /// The id of the server's process.
    pub fn pid(&self) -> u32 {
        self.server.as_ref().expect("the server runs").pid()
    }

    /// Starts the server again on the same data, on new ports, with the clock as it was moved. One that
    /// still runs is killed before.
    pub async fn restart(&mut self) {
        self.kill9();
        let clock_ahead = self.clock_ahead.load(Ordering::Relaxed);
        if clock_ahead > 0 {
            self.set_env("TEST_CLOCK_AHEAD", &format!("{clock_ahead}s"));
        }
        let (server, addresses) = self.launch.serve().await;
        self.logs.push(server.log());
        (self.server, self.addresses) = (Some(server), addresses);
        self.wait_until_ready().await;
    }

    /// Changes a variable for the next [`Self::restart`].
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.launch.env.insert(name.to_owned(), value.to_owned());
    }

    /// What `goforme` with these arguments (a subcommand) did on the same data.
    pub async fn run(&self, args: &[&str]) -> Output {
        tokio::process::Command::from(self.launch.command(args)).kill_on_drop(true).output().await.unwrap()
    }

    async fn wait_until_ready(&mut self) {
        let (client, url) = (self.client.clone(), self.url("/health/ready"));
        let server = self.server.as_mut().expect("the server runs");
        within(Duration::from_mins(1), "the server is ready", || {
            server.assert_running();
            let answer = client.get(&url).send();
            async { answer.await.ok()?.status().is_success().then_some(()) }
        })
        .await;
    }

    /// Moves the server's clock forward, as if nobody had done anything for so long. While the server
    /// doesn't run, it is as if it had been down for so long.
    pub async fn advance_clock(&self, by: Duration) {
        self.clock_ahead.fetch_add(by.as_secs(), Ordering::Relaxed);
        if self.server.is_some() {
            self.move_clock(by).await;
        }
    }

    /// What time it is for the server, as answers write times.
    pub async fn now(&self) -> String {
        self.move_clock(Duration::ZERO).await.text_of("now")
    }

    async fn move_clock(&self, by: Duration) -> Answer {
        let request = self.client.post(self.admin_url("/test/clock"));
        let answer = self.send(request.json(&json!({ "advanceSeconds": by.as_secs() }))).await;
        assert!(answer.status < 300, "the clock was not moved: {} {}", answer.status, answer.text);
        answer
    }

    /// A request to build on, for what the methods below can't send: headers, files, streams.
    pub fn request(&self, method: Method, path: &str, by: &(impl Caller + ?Sized)) -> RequestBuilder {
        let request = self.client.request(method, self.url(path));
        match by.bearer() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and reads the answer to its end.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let name = format!("{} {}", request.method(), request.url().path());
        match self.client.execute(request).await {
            Ok(response) => Answer::read(name, response).await,
            Err(error) => panic!("{name} was not answered: {error:?}"),
        }
    }

    /// `GET`; `path` may have a query.
    pub async fn get(&self, path: &str, by: &(impl Caller + ?Sized)) -> Answer {
        self.send(self.request(Method::GET, path, by)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, by: &(impl Caller + ?Sized), body: Value) -> Answer {
        self.send(self.request(Method::POST, path, by).json(&body)).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, by: &(impl Caller + ?Sized), body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path, by).json(&body)).await
    }

    /// `DELETE` without a body.
    pub async fn delete(&self, path: &str, by: &(impl Caller + ?Sized)) -> Answer {
        self.send(self.request(Method::DELETE, path, by)).await
    }

    /// `DELETE` with a JSON body, as `/follow` has it.
    pub async fn delete_with(&self, path: &str, by: &(impl Caller + ?Sized), body: Value) -> Answer {
        self.send(self.request(Method::DELETE, path, by).json(&body)).await
    }
}
