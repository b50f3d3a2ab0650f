//! The contract of the ports, held against the simplest store that keeps it: what passes here and not on
//! an adapter is the adapter's fault.

mod memory;

goforme_chat::chat_contract!(std::future::ready(memory::stores()));
