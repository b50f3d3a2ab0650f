//! The PostgreSQL adapters, held to the contracts of their ports on a real server, and what only they
//! promise.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "for tests only")]

mod constraints;
mod contract;
mod fresh;
mod migrations;
mod outages;
mod plan_counts;
mod proxy;
mod queries;
mod query_plans;
mod races;
mod schema;
mod shared_reads;
mod tls;
mod transactions;
mod wake_ups;
