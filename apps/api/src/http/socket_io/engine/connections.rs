//! The connections of this node by their names.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::link::{Carrier, Heard, Link};
use super::refusal::Refusal;
use super::sid::Sid;

/// The connections of this node by their names, whichever thread serves them.
#[derive(Default)]
pub struct Connections(Mutex<HashMap<Sid, Arc<Link>>>);

/// A connection that can be found by its name, until this is dropped.
pub struct Listed {
    connections: Arc<Connections>,
    pub link: Arc<Link>,
}

impl Connections {
    /// Begins a connection; what its client says comes out of the receiver.
    pub fn begin(
        self: &Arc<Self>,
        carrier: Carrier,
    ) -> Result<(Listed, mpsc::Receiver<Heard>), getrandom::Error> {
        let sid = Sid::random()?;
        let (link, heard) = Link::new(sid, carrier);
        let link = Arc::new(link);
        self.locked(|links| links.insert(sid, Arc::clone(&link)));
        Ok((Listed { connections: Arc::clone(self), link }, heard))
    }

    /// The connection that a request belongs to.
    pub fn find(&self, sid: &str) -> Result<Arc<Link>, Refusal> {
        let sid: Sid = sid.parse().map_err(|_| Refusal::UnknownSid)?;
        self.locked(|links| links.get(&sid).cloned()).ok_or(Refusal::UnknownSid)
    }

    fn locked<T>(&self, work: impl FnOnce(&mut HashMap<Sid, Arc<Link>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.connections.locked(|links| links.remove(&self.link.sid()));
        // Whatever still holds on to it learns that nobody is there any more.
        self.link.hang_up();
    }
}
