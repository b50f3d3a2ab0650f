//! The contracts of what the live side of the chat needs.

use std::future::{Ready, ready};
use std::sync::Arc;

use application::bus::testing::Nodes;
use application::realtime::testing::Book;
use goforme_embedded::{LocalBus, LocalPresence};

fn nodes() -> Ready<Nodes> {
    let bus = LocalBus::default();
    ready(Nodes { one: Arc::new(bus.clone()), other: Arc::new(bus) })
}

fn book() -> Ready<Book> {
    ready(Arc::new(LocalPresence::default()))
}

mod bus {
    application::bus_contract!(super::nodes());
}

mod presence {
    application::presence_contract!(super::book());
}
