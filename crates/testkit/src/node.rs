//! One process of several, which may end and be started again.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Client;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::eventually::within;
use crate::process::{Addresses, Launch, Log, Process, Role};

/// How far the clock of all processes on the same data was moved, in seconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClockAhead(Arc<AtomicU64>);

impl ClockAhead {
    /// Notes that it is moved. The processes have to be told, those that are to start are told by themselves.
    pub(crate) fn add(&self, by: Duration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    fn seconds(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A `goforme serve` or a `goforme worker`. It is killed when it goes out of scope.
#[derive(Debug)]
pub struct Node {
    role: Role,
    name: String,
    launch: Launch,
    clock: ClockAhead,
    client: Client,
    process: Option<Process>,
    addresses: Addresses,
    /// The logs of all its processes, oldest first.
    logs: Vec<Log>,
}

impl Node {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(role: Role, name: &str, launch: Launch, clock: ClockAhead) -> Self {
        let (process, addresses) = launch.start(role, name).await;
        let logs = vec![process.log()];
        let client = Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        let name = name.to_owned();
        let mut node = Self { role, name, launch, clock, client, process: Some(process), addresses, logs };
        node.wait_until_ready().await;
        node
    }

    pub(crate) fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Where it keeps what it keeps by itself.
    pub fn data_dir(&self) -> &Path {
        &self.launch.data_dir
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.running().pid()
    }

    /// Whether it runs, as far as anybody here has to do with it.
    pub fn is_running(&self) -> bool {
        self.process.is_some()
    }

    /// All that it has logged, before restarts too.
    pub fn log(&self) -> String {
        self.logs.iter().map(Log::text).collect()
    }

    /// The most memory that its process ever had, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Kills it as `kill -9` does. Start it again with [`Self::restart`].
    pub fn kill9(&mut self) {
        self.process = None;
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.stop_by(Signal::TERM).await
    }

    pub(crate) async fn stop_by(&mut self, signal: Signal) -> ExitStatus {
        self.process.take().expect("it runs").stop(signal).await
    }

    /// Starts it again, on new ports unless they were chosen, with the clock as it was moved. A process
    /// that still runs is killed before.
    pub async fn restart(&mut self) {
        self.kill9();
        let (process, addresses) = self.with_clock().start(self.role, &self.name).await;
        self.logs.push(process.log());
        (self.process, self.addresses) = (Some(process), addresses);
        self.wait_until_ready().await;
    }

    /// Changes a variable for the next [`Self::restart`].
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.launch.env.insert(name.to_owned(), value.to_owned());
    }

    /// `goforme` with these arguments, with the same environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.with_clock().command(args)
    }

    fn with_clock(&self) -> Launch {
        let mut launch = self.launch.clone();
        // Zero is no duration.
        if let seconds @ 1.. = self.clock.seconds() {
            launch.env.insert("TEST_CLOCK_AHEAD".to_owned(), format!("{seconds}s"));
        }
        launch
    }

    /// Moves the clock of its process forward and answers what it says then, as answers write times.
    pub(crate) async fn move_clock(&self, by: Duration) -> String {
        let url = format!("http://{}/test/clock", self.addresses.admin);
        let request = self.client.post(url).json(&json!({ "advanceSeconds": by.as_secs() }));
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        answer.json::<Value>().await.unwrap()["now"].as_str().unwrap().to_owned()
    }

    async fn wait_until_ready(&mut self) {
        let (client, url) = (&self.client, format!("http://{}/health/ready", self.addresses.admin));
        let process = self.process.as_mut().expect("it runs");
        within(Duration::from_mins(1), "a process is ready", || {
            process.assert_running();
            let answer = client.get(&url).send();
            async { answer.await.ok()?.status().is_success().then_some(()) }
        })
        .await;
    }

    fn running(&self) -> &Process {
        self.process.as_ref().expect("it runs")
    }
}
