//! Several nodes and workers on servers of their own, which a test may stop.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::app::{TestApp, fresh_folder};
use crate::keeper::free_port;
use crate::mongo::PrivateMongo;
use crate::node::{ClockAhead, Node};
use crate::postgres::PrivatePostgres;
use crate::process::{Launch, Role};
use crate::redis::PrivateRedis;
use crate::stores::fresh_on;

/// `goforme serve` and `goforme worker`, several times, on one PostgreSQL, one MongoDB and one Redis that
/// nobody else uses.
///
/// A node keeps its address when it is started again, as it would behind a load balancer. Everything ends
/// with the value.
pub struct Cluster {
    /// Those who answer clients; none of them has a worker of its own.
    pub nodes: Vec<TestApp>,
    /// Those who work in the background.
    pub workers: Vec<Node>,
    // After the processes, so that these end first.
    /// The relational store.
    pub postgres: PrivatePostgres,
    /// The document store.
    pub mongo: PrivateMongo,
    /// The queue, the cache and the bus.
    pub redis: PrivateRedis,
    database: String,
    clock: ClockAhead,
}

/// How a [`Cluster`] is to be started.
pub struct ClusterBuilder {
    launch: Launch,
    nodes: usize,
    workers: usize,
    data: TempDir,
}

impl ClusterBuilder {
    /// So many nodes; one unless said otherwise.
    #[must_use]
    pub fn nodes(mut self, count: usize) -> Self {
        self.nodes = count;
        self
    }

    /// So many workers; one unless said otherwise.
    #[must_use]
    pub fn workers(mut self, count: usize) -> Self {
        self.workers = count;
        self
    }

    /// Sets a variable of every process.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.launch.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Starts everything and waits until it is ready.
    pub async fn start(self) -> Cluster {
        let Self { mut launch, nodes, workers, data } = self;
        let (postgres, mongo, redis) = servers();
        for (name, value) in fresh_on(&postgres, &mongo, &redis, &launch).await {
            launch.env.entry(name).or_insert(value);
        }
        let database = launch.env["DATABASE_URL"].clone();
        let (data, clock) = (Arc::new(data), ClockAhead::default());
        let mut cluster =
            Cluster { nodes: Vec::new(), workers: Vec::new(), postgres, mongo, redis, database, clock };
        for number in 0..workers {
            cluster.add_worker(&launch, number).await;
        }
        for number in 0..nodes {
            cluster.add_node(&launch, number, &data).await;
        }
        cluster
    }
}

/// All three at once: each takes a second.
fn servers() -> (PrivatePostgres, PrivateMongo, PrivateRedis) {
    thread::scope(|scope| {
        let (postgres, mongo) = (scope.spawn(PrivatePostgres::start), scope.spawn(PrivateMongo::start));
        let redis = PrivateRedis::start();
        (postgres.join().unwrap(), mongo.join().unwrap(), redis)
    })
}

impl Cluster {
    /// One node and one worker, unless more are asked for.
    pub fn builder(binary: impl AsRef<Path>) -> ClusterBuilder {
        let data = fresh_folder();
        let (binary, data_dir) = (binary.as_ref().to_owned(), data.path().to_owned());
        let launch = Launch { binary, data_dir, env: BTreeMap::new() };
        ClusterBuilder { launch, nodes: 1, workers: 1, data }
    }

    async fn add_node(&mut self, launch: &Launch, number: usize, data: &Arc<TempDir>) {
        let mut launch = launch.clone();
        launch.env.insert("HTTP_ADDR".to_owned(), format!("127.0.0.1:{}", free_port()));
        let name = format!("serve-{number}");
        let node = Node::start(Role::Serve, &name, launch, self.clock.clone()).await;
        self.nodes.push(TestApp::of(node, self.clock.clone(), Arc::clone(data)));
    }

    async fn add_worker(&mut self, launch: &Launch, number: usize) {
        let name = format!("worker-{number}");
        let worker = Node::start(Role::Worker, &name, launch.clone(), self.clock.clone()).await;
        self.workers.push(worker);
    }

    /// Moves the clock of all processes, as if nobody had done anything for so long.
    pub async fn advance_clock(&self, by: Duration) {
        self.clock.add(by);
        let nodes = self.nodes.iter().map(|node| &node.serve);
        for node in nodes.chain(&self.workers).filter(|node| node.is_running()) {
            node.move_clock(by).await;
        }
    }

    /// What an SQL statement answers: a line for each row, its columns separated by `|`.
    pub async fn sql(&self, statement: &str) -> String {
        self.postgres.sql(&self.database, statement).await
    }

    /// All that all processes have logged.
    pub fn log(&self) -> String {
        let nodes = self.nodes.iter().map(TestApp::log);
        nodes.chain(self.workers.iter().map(Node::log)).collect()
    }
}
