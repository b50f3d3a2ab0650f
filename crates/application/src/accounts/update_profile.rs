//! `PATCH /profile/update`: the profile of one's own kind.

use std::sync::Arc;

use kernel::UserId;
use user::{HasUsers, Profile, ProfileUpdate, UserNotFound};

use crate::Error;
use crate::environment::Environment;
use crate::queries::SharedViews;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What changing a profile needs.
    pub trait UpdateProfileTx: HasUsers;
}

/// Changes a profile; fields of the other role's kind are ignored.
pub struct UpdateProfile {
    pub store: Store<dyn UpdateProfileTx>,
    pub environment: Environment,
    pub views: Arc<dyn SharedViews>,
}

impl UpdateProfile {
    /// Answers the whole profile.
    pub async fn run(&self, id: UserId, update: ProfileUpdate) -> Result<Profile, Error> {
        let profile = atomically!(self.store, |tx| {
            let mut profile = tx.users().find_profile_for_update(id).await?.ok_or(UserNotFound)?;
            profile.update(update.clone(), self.environment.now());
            tx.users().save_profile(id, &profile).await?;
            Ok(profile)
        })?;
        self.views.maker_changed(id).await;
        Ok(profile)
    }
}
