//! Which crate needs which, as Cargo sees it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::process::Command;

use cargo_metadata::camino::Utf8Path;
use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand};

/// Where a crate stands in the architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Domain,
    Application,
    Adapter,
    App,
    Testkit,
    /// Talks to the app from outside, by its public protocols.
    Client,
    /// Somebody else's crate.
    Outside,
}

/// A crate, and the ids of those that it needs to run (what only its tests or its build script need
/// doesn't count).
#[derive(Debug)]
pub struct Crate {
    pub name: String,
    pub layer: Layer,
    pub needs: BTreeSet<String>,
}

/// All crates, by id. (A name won't do: one crate may be there in two versions.)
#[derive(Debug, Default)]
pub struct CrateGraph(BTreeMap<String, Crate>);

impl CrateGraph {
    /// The graph of this workspace, with every feature on.
    pub fn of_this_workspace() -> Self {
        let metadata = MetadataCommand::new()
            .features(CargoOpt::AllFeatures)
            // Crates for other platforms are not on this machine, so Cargo can't look into them.
            .other_options(["--offline".to_owned(), "--filter-platform".to_owned(), host()])
            .exec()
            .unwrap();
        let mut graph = Self::default();
        for package in &metadata.packages {
            let layer = match package.manifest_path.strip_prefix(&metadata.workspace_root) {
                Ok(manifest) if metadata.workspace_members.contains(&package.id) => layer_at(manifest),
                _ => Layer::Outside,
            };
            let found = Crate { name: package.name.to_string(), layer, needs: BTreeSet::new() };
            graph.0.insert(package.id.repr.clone(), found);
        }
        for node in metadata.resolve.unwrap().nodes {
            let at_run_time = node
                .deps
                .into_iter()
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal))
                .map(|dep| dep.pkg.repr);
            graph.0.get_mut(&node.id.repr).unwrap().needs.extend(at_run_time);
        }
        graph
    }

    /// A graph for tests of the rules: `needs` are pairs of names.
    pub fn invented(crates: &[(&str, Layer)], needs: &[(&str, &str)]) -> Self {
        let mut graph = Self::default();
        for (name, layer) in crates {
            let needs = needs.iter().filter(|(from, _)| from == name).map(|(_, to)| (*to).to_owned());
            let invented = Crate { name: (*name).to_owned(), layer: *layer, needs: needs.collect() };
            graph.0.insert((*name).to_owned(), invented);
        }
        graph
    }

    /// The crates of this workspace.
    pub fn own(&self) -> impl Iterator<Item = (&String, &Crate)> {
        self.0.iter().filter(|(_, one)| one.layer != Layer::Outside)
    }

    /// What `one` needs itself.
    pub fn needs<'a>(&'a self, one: &'a Crate) -> impl Iterator<Item = &'a Crate> {
        one.needs.iter().map(|id| &self.0[id])
    }

    /// Everything that the crate `id` reaches, each with the shortest way there, as names.
    pub fn reaches(&self, id: &str) -> Vec<Vec<&str>> {
        let mut ways = Vec::new();
        let mut seen = BTreeSet::from([id]);
        let mut next = VecDeque::from([(id, vec![self.0[id].name.as_str()])]);
        while let Some((id, way)) = next.pop_front() {
            for needed in &self.0[id].needs {
                if seen.insert(needed) {
                    let mut longer = way.clone();
                    longer.push(&self.0[needed].name);
                    ways.push(longer.clone());
                    next.push_back((needed, longer));
                }
            }
        }
        ways
    }
}

/// The layer of the crate whose manifest lies at this path, seen from the root of the workspace.
fn layer_at(manifest: &Utf8Path) -> Layer {
    let path = manifest.as_str();
    match path {
        _ if path.starts_with("crates/domain/") => Layer::Domain,
        _ if path.starts_with("crates/application/") => Layer::Application,
        _ if path.starts_with("crates/adapters/") => Layer::Adapter,
        _ if path.starts_with("crates/testkit/") => Layer::Testkit,
        _ if path.starts_with("apps/") => Layer::App,
        _ if path.starts_with("tests/clients/") => Layer::Client,
        _ => panic!("{path} is in no layer of the architecture; see the table in dependency_rule.rs"),
    }
}

fn host() -> String {
    let told = Command::new("rustc").args(["--print", "host-tuple"]).output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}
