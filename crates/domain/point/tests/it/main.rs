//! The contract of the ports, held against the simplest ledger that keeps it: what passes here and not
//! on an adapter is the adapter's fault.

mod memory;

goforme_point::ledger_contract!(std::future::ready(memory::stores()));
