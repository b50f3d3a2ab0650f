//! What must be true of the workspace as a whole.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod crate_graph;
mod dependency_rule;
