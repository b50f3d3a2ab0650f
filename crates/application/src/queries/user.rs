//! A user, as they see themselves.

use async_trait::async_trait;
use kernel::{Role, StoreError, UserId};
use user::Profile;

/// A user by name, wherever somebody else is mentioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName {
    pub id: UserId,
    pub nick_name: String,
}

/// One's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    pub id: UserId,
    pub role: Role,
    pub nick_name: String,
    pub email: Option<String>,
    pub phone_number: String,
    /// The spendable balance.
    pub coconut: i64,
}

/// Reads of one's own account.
#[async_trait]
pub trait UserQueries: Send + Sync {
    /// The account with its spendable balance (0 before the first movement).
    async fn me(&self, user: UserId) -> Result<Option<Me>, StoreError>;

    /// The profile of one's own kind.
    async fn profile(&self, user: UserId) -> Result<Option<Profile>, StoreError>;
}
