//! What must be true of the workspace as a whole.

mod crate_graph;
mod dependency_rule;
