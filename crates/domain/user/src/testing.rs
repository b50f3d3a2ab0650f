//! Users for tests, and the contract of the ports as a suite that runs on every adapter.
//!
//! In an adapter's tests: `user::user_contract!(async { UserStores { store, directory } });`

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "for tests only")]

mod directory;
mod repository;

use std::sync::{Arc, LazyLock};

use kernel::testing::{CountingIds, FakeClock};
use kernel::{
    Begin, Clock, IdGenerator, OAuthProvider, ProfileImage, ServiceArea, Timestamp, TripType, UserId,
};

use crate::{
    AddUser, Credentials, DreamerProfile, HasUsers, MakerProfile, NewUser, Profile, ProfileDetails,
    SocialAccount, User, UserDirectory, UserTx,
};

pub use directory::*;
pub use repository::*;

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures were made: where [`FakeClock`] stands at first.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// What a dreamer brings who signs up by a password: no e-mail address or nickname comes twice.
pub fn a_new_dreamer() -> NewUser {
    a_new_user(ProfileDetails::Dreamer(DreamerProfile {
        image: ProfileImage::Default1,
        service_area: vec![ServiceArea::Jeju, ServiceArea::Seoul].try_into().expect("some areas"),
        trip_types: vec![TripType::FoodTour, TripType::Culture].try_into().expect("some types"),
    }))
}

/// What a maker brings who guides in Seoul and Busan and signs up by a password.
pub fn a_new_maker() -> NewUser {
    a_new_maker_in(&[ServiceArea::Seoul, ServiceArea::Busan])
}

/// What a maker brings who guides in these areas.
pub fn a_new_maker_in(areas: &[ServiceArea]) -> NewUser {
    a_new_user(ProfileDetails::Maker(MakerProfile {
        image: ProfileImage::Default2,
        service_area: areas.to_vec().try_into().expect("some areas"),
        service_types: vec![TripType::Shopping, TripType::FoodTour].try_into().expect("some types"),
        gallery: "https://gallery.example/서울".try_into().expect("a gallery"),
        description: "골목을 아는 사람".try_into().expect("a description"),
        detail_description: "을지로에서 태어나 지금도 삽니다.".try_into().expect("a description"),
    }))
}

fn a_new_user(profile: ProfileDetails) -> NewUser {
    let id: UserId = ids().next();
    let distinct = id.to_uuid().simple();
    NewUser {
        id,
        nick_name: format!("n{distinct}").try_into().expect("a nickname"),
        phone_number: "010-1234-5678".try_into().expect("a telephone number"),
        credentials: Credentials::Password {
            email: format!("User.{distinct}@Example.com").try_into().expect("an e-mail address"),
            hash: format!("$not$a$hash${distinct}").into(),
        },
        profile,
    }
}

/// A social account that nobody else has.
pub fn a_social_account() -> SocialAccount {
    let subject = ids().next_uuid().to_string().try_into().expect("a subject");
    SocialAccount::new(OAuthProvider::Kakao, subject).expect("a social account")
}

/// A dreamer who signed up by a password.
pub fn a_dreamer() -> (User, Profile) {
    User::register(a_new_dreamer(), now())
}

/// A maker who guides in Seoul and Busan.
pub fn a_maker() -> (User, Profile) {
    User::register(a_new_maker(), now())
}

/// A dreamer who signed up by Kakao, which told no e-mail address.
pub fn a_social_dreamer() -> (User, Profile) {
    let credentials = Credentials::Social { account: a_social_account(), email: None };
    User::register(NewUser { credentials, ..a_new_dreamer() }, now())
}

/// [`a_dreamer`], stored.
pub async fn add_a_dreamer<Tx: HasUsers + ?Sized>(tx: &mut Tx) -> User {
    added(tx, a_dreamer()).await
}

/// [`a_maker`], stored.
pub async fn add_a_maker<Tx: HasUsers + ?Sized>(tx: &mut Tx) -> User {
    added(tx, a_maker()).await
}

/// A user with their profile, stored.
pub async fn added<Tx: HasUsers + ?Sized>(tx: &mut Tx, (user, profile): (User, Profile)) -> User {
    assert_eq!(tx.users().add(&user, &profile).await.unwrap(), AddUser::Added);
    user
}

/// What the contract runs on: both ports, over the same, empty store.
#[derive(Clone)]
pub struct UserStores {
    /// Opens transactions.
    pub store: Arc<dyn Begin<dyn UserTx>>,
    /// Reads what they committed.
    pub directory: Arc<dyn UserDirectory>,
}

impl UserStores {
    /// Commits these users.
    pub async fn hold(&self, users: &[(User, Profile)]) {
        let mut tx = self.store.begin().await.unwrap();
        for registered in users {
            added(&mut *tx, registered.clone()).await;
        }
        tx.commit().await.unwrap();
    }
}

/// Turns each case of the contract into a test of its own, against a fresh store: a future of
/// [`UserStores`].
#[macro_export]
macro_rules! user_contract {
    ($fresh:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh.await).await; })*
    };
    ($fresh:expr) => {
        $crate::user_contract!($fresh;
            a_user_and_their_profile_are_found_as_they_were_added,
            an_email_address_is_taken_in_whatever_letter_case,
            a_nick_name_is_taken_in_exactly_its_spelling,
            a_social_account_is_taken_at_its_own_provider_only,
            users_without_an_email_address_do_not_collide,
            a_refused_user_leaves_nothing_and_the_transaction_goes_on,
            of_two_who_sign_up_at_once_with_one_nick_name_one_is_refused,
            what_changed_about_a_user_is_saved,
            a_user_keeps_their_own_nick_name_but_gets_nobody_elses,
            of_two_who_take_one_nick_name_at_once_one_is_refused,
            changes_made_at_once_are_made_one_after_the_other,
            what_changed_about_a_profile_is_saved,
            a_maker_is_found_with_their_areas_and_a_dreamer_is_no_maker,
            a_user_who_is_unknown_is_nobody,
            a_transaction_that_is_rolled_back_or_dropped_leaves_no_user,
            a_committed_user_is_found_in_the_directory_by_all_that_is_theirs,
            what_somebody_has_is_not_free,
            cards_come_each_once_and_for_known_users_only,
        );
    };
}
