//! The contract of the port, held against the simplest store that keeps it: what passes here and not on
//! an adapter is the adapter's fault.

mod memory;

goforme_notification::notification_contract!(std::future::ready(memory::store()));
