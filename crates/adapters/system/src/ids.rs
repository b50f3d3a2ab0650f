//! Ids that sort by the time at which they were made.

use kernel::IdGenerator;
use uuid::Uuid;

/// UUIDv7s by the machine's clock. They ascend within the process, also when several are made in one
/// millisecond or the machine's clock is set back.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7Ids;

impl IdGenerator for UuidV7Ids {
    #[expect(clippy::disallowed_methods, reason = "the one place where ids come from")]
    fn next_uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_and_are_of_version_seven() {
        let made: Vec<Uuid> = (0..10_000).map(|_| UuidV7Ids.next_uuid()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(made[0].get_version_num(), 7);
    }
}
