//! The bus, where there is one node.

use std::num::NonZeroUsize;
use std::sync::Arc;

use application::bus::{Bus, Signal};
use async_trait::async_trait;
use tokio::sync::broadcast;

/// Carries signals within this process. Clones are the same bus.
#[derive(Debug, Clone)]
pub struct LocalBus(broadcast::Sender<Arc<Signal>>);

impl LocalBus {
    /// How many signals wait for a slow listener by default: some seconds' worth on a busy node.
    const CAPACITY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(8191);

    /// A bus that keeps about `capacity` signals; a listener who is further behind loses the oldest.
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self(broadcast::Sender::new(capacity.get()))
    }
}

impl Default for LocalBus {
    fn default() -> Self {
        Self::new(Self::CAPACITY)
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish(&self, signal: Signal) {
        // It fails only if nobody listens, who then misses nothing.
        let _ = self.0.send(Arc::new(signal));
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<Signal>> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use kernel::SessionId;
    use tokio::sync::broadcast::error::{RecvError, TryRecvError};
    use uuid::Uuid;

    use super::*;

    /// A signal that can be told from others.
    fn signal(number: u128) -> Signal {
        Signal::SessionsEnded { sessions: vec![SessionId::from(Uuid::from_u128(number))] }
    }

    fn bus_of(capacity: usize) -> LocalBus {
        LocalBus::new(NonZeroUsize::new(capacity).unwrap())
    }

    #[tokio::test]
    async fn every_listener_hears_everything_in_order() {
        let bus = LocalBus::default();
        let mut listeners = [bus.subscribe(), bus.clone().subscribe()];
        for number in 0..100 {
            bus.publish(signal(number)).await;
        }
        for listener in &mut listeners {
            for number in 0..100 {
                assert_eq!(*listener.recv().await.unwrap(), signal(number));
            }
        }
    }

    #[tokio::test]
    async fn a_listener_hears_what_is_published_after_it_came() {
        let bus = LocalBus::default();
        bus.publish(signal(1)).await;
        let mut listener = bus.subscribe();
        bus.publish(signal(2)).await;
        assert_eq!(*listener.recv().await.unwrap(), signal(2));
        assert_eq!(listener.try_recv(), Err(TryRecvError::Empty));
    }

    #[tokio::test]
    async fn a_listener_that_falls_behind_is_told_so_and_goes_on_with_what_is_left() {
        let bus = bus_of(4);
        let mut listener = bus.subscribe();
        for number in 0..10 {
            bus.publish(signal(number)).await;
        }
        assert_eq!(listener.recv().await, Err(RecvError::Lagged(6)));
        for number in 6..10 {
            assert_eq!(*listener.recv().await.unwrap(), signal(number));
        }
    }

    #[tokio::test]
    async fn listeners_learn_that_the_bus_is_gone() {
        let bus = bus_of(4);
        let mut listener = bus.subscribe();
        drop(bus);
        assert_eq!(listener.recv().await, Err(RecvError::Closed));
    }
}
