//! Which crate may depend on which. Rules in the middle, systems at the edge, and nothing in the middle
//! knows what is at the edge; a rule that only review enforces is broken within a month.
//!
//! | layer | may depend on | and must not reach |
//! |---|---|---|
//! | domain | domain | a runtime, a web framework, a database, a queue, an HTTP client, a cloud |
//! | application | domain | the same, but for tokio's channels and timers |
//! | adapters | domain, application | |
//! | apps | all of these | |
//! | testkit | everything; nothing depends on it except tests | |
//! | clients | none of ours: they speak the public protocols | |

use crate::crate_graph::{Crate, CrateGraph, Layer};

/// Technologies that belong to the edge. A `*` at the end stands for any ending.
const EDGE: [&str; 10] = [
    "actix*",
    "aws-*",
    "deadpool*",
    "diesel*",
    "hyper",
    "libsqlite3-sys",
    "mongodb",
    "redis",
    "reqwest",
    "rusqlite",
];

/// The runtime: not for the domain, which is plain functions and ports.
const RUNTIME: &str = "tokio";

/// Whether a crate of the layer `from` may name one of the layer `to` among its dependencies.
fn may_need(from: Layer, to: Layer) -> bool {
    use Layer::{Adapter, App, Application, Client, Domain, Outside, Testkit};
    match (from, to) {
        (_, Outside) => true,
        (Client, _) => false,
        (_, Domain) | (Testkit, _) | (Adapter | App, Application) | (App, Adapter) => true,
        (_, Application | Adapter | App | Testkit | Client) => false,
    }
}

fn must_not_reach(layer: Layer, technology: &str) -> bool {
    let at_the_edge = EDGE.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => technology.starts_with(beginning),
        None => technology == *pattern,
    });
    match layer {
        Layer::Domain => at_the_edge || technology == RUNTIME,
        Layer::Application => at_the_edge,
        Layer::Adapter | Layer::App | Layer::Testkit | Layer::Client | Layer::Outside => false,
    }
}

/// Every arrow that points the wrong way, as a sentence with the path that offends.
fn violations(graph: &CrateGraph) -> Vec<String> {
    let arrows = graph.own().flat_map(|(_, one)| {
        let wrong = graph.needs(one).filter(|needed| !may_need(one.layer, needed.layer));
        wrong.map(|needed| wrong_arrow(one, needed))
    });
    let technologies = graph.own().flat_map(|(id, one)| {
        let ways = graph.reaches(id).into_iter();
        ways.filter(|way| way.last().is_some_and(|reached| must_not_reach(one.layer, reached)))
            .map(|way| format!("{:?} must not reach this: {}", one.layer, way.join(" -> ")))
    });
    arrows.chain(technologies).collect()
}

fn wrong_arrow(one: &Crate, needed: &Crate) -> String {
    let (from, to) = (one.layer, needed.layer);
    format!("{from:?} must not depend on {to:?}: {} -> {}", one.name, needed.name)
}

#[test]
fn every_arrow_of_this_workspace_points_inwards() {
    let graph = CrateGraph::of_this_workspace();
    assert!(graph.own().any(|(_, one)| one.layer == Layer::Domain), "the workspace was not understood");
    let violations = violations(&graph);
    assert!(violations.is_empty(), "the dependency rule is broken:\n{}", violations.join("\n"));
}

#[test]
fn a_technology_is_found_however_many_crates_lie_between() {
    let graph = CrateGraph::invented(
        &[
            ("goforme-plan", Layer::Domain),
            ("goforme-kernel", Layer::Domain),
            ("handy", Layer::Outside),
            ("diesel-async", Layer::Outside),
        ],
        &[("goforme-plan", "goforme-kernel"), ("goforme-kernel", "handy"), ("handy", "diesel-async")],
    );
    assert_eq!(
        violations(&graph),
        [
            "Domain must not reach this: goforme-kernel -> handy -> diesel-async",
            "Domain must not reach this: goforme-plan -> goforme-kernel -> handy -> diesel-async",
        ]
    );
}

#[test]
fn the_application_may_use_the_runtime_and_the_domain_may_not() {
    let graph = CrateGraph::invented(
        &[("application", Layer::Application), ("plan", Layer::Domain), ("tokio", Layer::Outside)],
        &[("application", "tokio"), ("plan", "tokio")],
    );
    assert_eq!(violations(&graph), ["Domain must not reach this: plan -> tokio"]);
}

#[test]
fn arrows_outwards_and_between_adapters_are_found() {
    let graph = CrateGraph::invented(
        &[
            ("plan", Layer::Domain),
            ("application", Layer::Application),
            ("embedded", Layer::Adapter),
            ("system", Layer::Adapter),
            ("api", Layer::App),
            ("testkit", Layer::Testkit),
            ("chat-client", Layer::Client),
        ],
        &[
            ("plan", "application"),
            ("application", "embedded"),
            ("embedded", "system"),
            ("system", "api"),
            ("api", "testkit"),
            ("api", "embedded"),
            ("embedded", "application"),
            ("testkit", "api"),
            ("chat-client", "plan"),
            ("api", "chat-client"),
        ],
    );
    assert_eq!(
        violations(&graph),
        [
            "App must not depend on Client: api -> chat-client",
            "App must not depend on Testkit: api -> testkit",
            "Application must not depend on Adapter: application -> embedded",
            "Client must not depend on Domain: chat-client -> plan",
            "Adapter must not depend on Adapter: embedded -> system",
            "Domain must not depend on Application: plan -> application",
            "Adapter must not depend on App: system -> api",
        ]
    );
}
