//! What every [`crate::UserRepository`] promises.

use futures_util::future::join;
use kernel::testing::FakeClock;
use kernel::{Clock, ErrorCode, Kind, OAuthProvider, ServiceArea, StoreError, Timestamp, TripType, finish};

use super::{
    UserStores, a_dreamer, a_maker, a_new_dreamer, a_new_maker, a_new_maker_in, a_social_account,
    a_social_dreamer, added, ids, now,
};
use crate::{
    AddUser, Choices, Credentials, Email, NewUser, NickName, Profile, ProfileUpdate, SaveUser, SocialAccount,
    User,
};

fn later() -> Timestamp {
    FakeClock::at("2031-02-01T00:00:00.123Z").now()
}

/// A dreamer who signed up by `account`, with an address that its provider told.
fn a_dreamer_by(account: SocialAccount, email: Option<&str>) -> (User, Profile) {
    let email = email.map(|text| Email::try_from(text).unwrap());
    User::register(NewUser { credentials: Credentials::Social { account, email }, ..a_new_dreamer() }, now())
}

/// A maker who signed up by a password with this address.
fn a_maker_at(email: &str) -> (User, Profile) {
    let email = email.try_into().unwrap();
    let credentials = Credentials::Password { email, hash: "hash".to_owned().into() };
    User::register(NewUser { credentials, ..a_new_maker() }, now())
}

fn a_dreamer_called(nick_name: &str) -> (User, Profile) {
    User::register(NewUser { nick_name: nick_name.try_into().unwrap(), ..a_new_dreamer() }, now())
}

async fn add(stores: &UserStores, (user, profile): &(User, Profile)) -> AddUser {
    let mut tx = stores.store.begin().await.unwrap();
    let outcome = tx.users().add(user, profile).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

/// The user as stored; compares e-mail addresses to the letter, which `==` does not.
async fn assert_stored(stores: &UserStores, user: &User, profile: &Profile) {
    let mut tx = stores.store.begin().await.unwrap();
    let stored = tx.users().find_for_update(user.id()).await.unwrap().unwrap();
    assert_eq!(&stored, user);
    assert_eq!(stored.email().map(Email::as_str), user.email().map(Email::as_str));
    assert_eq!(tx.users().find_profile_for_update(user.id()).await.unwrap().as_ref(), Some(profile));
    tx.rollback().await.unwrap();
}

pub async fn a_user_and_their_profile_are_found_as_they_were_added(stores: UserStores) {
    let users = [
        a_dreamer(),
        a_maker(),
        a_social_dreamer(),
        a_dreamer_by(a_social_account(), Some("Told.By@Provider.example")),
    ];
    stores.hold(&users).await;
    for (user, profile) in &users {
        assert_stored(&stores, user, profile).await;
    }
}

pub async fn an_email_address_is_taken_in_whatever_letter_case(stores: UserStores) {
    assert_eq!(add(&stores, &a_maker_at("Mina@Example.com")).await, AddUser::Added);
    assert_eq!(add(&stores, &a_maker_at("mina@example.COM")).await, AddUser::EmailTaken);
    let social = a_dreamer_by(a_social_account(), Some("MINA@example.com"));
    assert_eq!(add(&stores, &social).await, AddUser::EmailTaken);

    assert_eq!(add(&stores, &a_dreamer_by(a_social_account(), Some("Öz@example.com"))).await, AddUser::Added);
    assert_eq!(add(&stores, &a_maker_at("öz@example.com")).await, AddUser::EmailTaken);
}

pub async fn a_nick_name_is_taken_in_exactly_its_spelling(stores: UserStores) {
    assert_eq!(add(&stores, &a_dreamer_called("Mina")).await, AddUser::Added);
    assert_eq!(add(&stores, &a_dreamer_called("Mina")).await, AddUser::NickNameTaken);
    for other in ["mina", "Mina ", "미나"] {
        assert_eq!(add(&stores, &a_dreamer_called(other)).await, AddUser::Added, "{other:?}");
    }
}

pub async fn a_social_account_is_taken_at_its_own_provider_only(stores: UserStores) {
    let at = |provider| SocialAccount::new(provider, "4711".try_into().unwrap()).unwrap();
    assert_eq!(add(&stores, &a_dreamer_by(at(OAuthProvider::Google), None)).await, AddUser::Added);
    let again = a_dreamer_by(at(OAuthProvider::Google), Some("other@example.com"));
    assert_eq!(add(&stores, &again).await, AddUser::SocialAccountTaken);
    assert_eq!(add(&stores, &a_dreamer_by(at(OAuthProvider::Naver), None)).await, AddUser::Added);
}

pub async fn users_without_an_email_address_do_not_collide(stores: UserStores) {
    assert_eq!(add(&stores, &a_social_dreamer()).await, AddUser::Added);
    assert_eq!(add(&stores, &a_social_dreamer()).await, AddUser::Added);
}

pub async fn a_refused_user_leaves_nothing_and_the_transaction_goes_on(stores: UserStores) {
    let (refused, next) = (a_maker_at("mina@example.com"), a_dreamer());
    let mut tx = stores.store.begin().await.unwrap();
    added(&mut *tx, a_maker_at("mina@example.com")).await;
    assert_eq!(tx.users().add(&refused.0, &refused.1).await.unwrap(), AddUser::EmailTaken);
    assert_eq!(tx.users().find_for_update(refused.0.id()).await.unwrap(), None);
    added(&mut *tx, next.clone()).await;
    tx.commit().await.unwrap();

    assert_stored(&stores, &next.0, &next.1).await;
    assert!(stores.directory.nick_name_is_free(refused.0.nick_name()).await.unwrap());
    assert_eq!(stores.directory.find(refused.0.id()).await.unwrap(), None);
}

/// Whether a transaction that raced with another got what it wanted; to be given up for the other's sake
/// is a way of losing.
fn has_won<T: PartialEq>(outcome: Result<T, StoreError>, wanted: &T) -> bool {
    match outcome {
        Ok(outcome) => outcome == *wanted,
        Err(error) => {
            assert_eq!(error.code().kind, Kind::Contended, "{error}");
            false
        }
    }
}

pub async fn of_two_who_sign_up_at_once_with_one_nick_name_one_is_refused(stores: UserStores) {
    let sign_up = async |(user, profile): (User, Profile)| {
        let mut tx = stores.store.begin().await?;
        let outcome = tx.users().add(&user, &profile).await;
        finish(tx, outcome).await
    };
    let (first, second) = (a_dreamer_called("Mina"), a_dreamer_called("Mina"));
    let ids = (first.0.id(), second.0.id());
    let (one, other) = join(sign_up(first), sign_up(second)).await;
    assert!(has_won(one, &AddUser::Added) ^ has_won(other, &AddUser::Added));
    let (one, other) =
        (stores.directory.find(ids.0).await.unwrap(), stores.directory.find(ids.1).await.unwrap());
    assert!(one.is_some() ^ other.is_some());
}

pub async fn what_changed_about_a_user_is_saved(stores: UserStores) {
    let (mut user, profile) = a_dreamer();
    stores.hold(&[(user.clone(), profile.clone())]).await;

    let mut tx = stores.store.begin().await.unwrap();
    user.rename("이름".try_into().unwrap(), later());
    user.change_phone_number("02 123 4567".try_into().unwrap(), later());
    let hash = user.password_hash().unwrap().clone();
    user.change_password(&hash, "another hash".to_owned().into(), later()).unwrap();
    assert_eq!(tx.users().save(&user).await.unwrap(), SaveUser::Saved);
    tx.commit().await.unwrap();

    assert_stored(&stores, &user, &profile).await;
}

pub async fn a_user_keeps_their_own_nick_name_but_gets_nobody_elses(stores: UserStores) {
    let ((mut user, profile), (other, others_profile)) = (a_dreamer(), a_maker());
    stores.hold(&[(user.clone(), profile.clone()), (other.clone(), others_profile.clone())]).await;

    let mut tx = stores.store.begin().await.unwrap();
    user.rename(user.nick_name().clone(), later());
    assert_eq!(tx.users().save(&user).await.unwrap(), SaveUser::Saved);
    let mut renamed = user.clone();
    renamed.rename(other.nick_name().clone(), later());
    assert_eq!(tx.users().save(&renamed).await.unwrap(), SaveUser::NickNameTaken);
    assert_eq!(tx.users().nick_name(user.id()).await.unwrap().as_ref(), Some(user.nick_name()));
    tx.commit().await.unwrap();

    assert_stored(&stores, &user, &profile).await;
    assert_stored(&stores, &other, &others_profile).await;
}

pub async fn of_two_who_take_one_nick_name_at_once_one_is_refused(stores: UserStores) {
    let (first, second) = (a_dreamer(), a_maker());
    stores.hold(&[first.clone(), second.clone()]).await;
    let take = async |mut user: User| {
        let mut tx = stores.store.begin().await?;
        user.rename("Mina".try_into().unwrap(), later());
        let outcome = tx.users().save(&user).await;
        finish(tx, outcome).await
    };
    let (one, other) = join(take(first.0.clone()), take(second.0.clone())).await;
    assert!(has_won(one, &SaveUser::Saved) ^ has_won(other, &SaveUser::Saved));

    let mut tx = stores.store.begin().await.unwrap();
    let mina = NickName::try_from("Mina").unwrap();
    let mut holders = 0;
    for id in [first.0.id(), second.0.id()] {
        holders += usize::from(tx.users().nick_name(id).await.unwrap().as_ref() == Some(&mina));
    }
    assert_eq!(holders, 1);
    tx.rollback().await.unwrap();
}

/// Loads the user, changes them and saves them, again if another transaction was in the way.
async fn change(stores: &UserStores, user: &User, change: impl Fn(&mut User)) {
    loop {
        let mut tx = stores.store.begin().await.unwrap();
        let outcome = async {
            let mut user = tx.users().find_for_update(user.id()).await?.unwrap();
            change(&mut user);
            tx.users().save(&user).await
        };
        let outcome = outcome.await;
        match finish(tx, outcome).await {
            Err(error) if error.code().kind == Kind::Contended => {}
            outcome => break assert_eq!(outcome.unwrap(), SaveUser::Saved),
        }
    }
}

pub async fn changes_made_at_once_are_made_one_after_the_other(stores: UserStores) {
    let (user, profile) = a_dreamer();
    stores.hold(&[(user.clone(), profile)]).await;
    join(
        change(&stores, &user, |user| user.rename("이름".try_into().unwrap(), later())),
        change(&stores, &user, |user| user.change_phone_number("112".try_into().unwrap(), later())),
    )
    .await;
    let stored = stores.directory.find(user.id()).await.unwrap().unwrap();
    assert_eq!((stored.nick_name().as_str(), stored.phone_number().as_str()), ("이름", "112"));
}

pub async fn what_changed_about_a_profile_is_saved(stores: UserStores) {
    let ((dreamer, mut dreams), (maker, mut offer)) = (a_dreamer(), a_maker());
    stores.hold(&[(dreamer.clone(), dreams.clone()), (maker.clone(), offer.clone())]).await;
    let types = || Choices::try_from(vec![TripType::Festival, TripType::Activity]).ok();
    dreams.update(ProfileUpdate { trip_types: types(), ..ProfileUpdate::default() }, later());
    let update = ProfileUpdate {
        service_area: vec![ServiceArea::Jeju, ServiceArea::Busan, ServiceArea::Seoul].try_into().ok(),
        service_types: types(),
        gallery: "없음".try_into().ok(),
        description: "짧게".try_into().ok(),
        detail_description: "길게\n더 길게".try_into().ok(),
        ..ProfileUpdate::default()
    };
    offer.update(update, later());

    let mut tx = stores.store.begin().await.unwrap();
    tx.users().save_profile(dreamer.id(), &dreams).await.unwrap();
    tx.users().save_profile(maker.id(), &offer).await.unwrap();
    tx.commit().await.unwrap();

    assert_stored(&stores, &dreamer, &dreams).await;
    assert_stored(&stores, &maker, &offer).await;
}

pub async fn a_maker_is_found_with_their_areas_and_a_dreamer_is_no_maker(stores: UserStores) {
    let areas = [ServiceArea::Jeju, ServiceArea::Busan];
    let (dreamer, maker) = (a_dreamer(), User::register(a_new_maker_in(&areas), now()));
    stores.hold(&[dreamer.clone(), maker.clone()]).await;
    let mut tx = stores.store.begin().await.unwrap();
    assert_eq!(tx.users().find_maker(maker.0.id()).await.unwrap().as_deref(), Some(&areas[..]));
    assert_eq!(tx.users().find_maker(dreamer.0.id()).await.unwrap(), None);
    assert_eq!(tx.users().nick_name(dreamer.0.id()).await.unwrap().as_ref(), Some(dreamer.0.nick_name()));
    tx.rollback().await.unwrap();
}

pub async fn a_user_who_is_unknown_is_nobody(stores: UserStores) {
    let nobody = ids().next();
    let mut tx = stores.store.begin().await.unwrap();
    assert_eq!(tx.users().find_for_update(nobody).await.unwrap(), None);
    assert_eq!(tx.users().find_profile_for_update(nobody).await.unwrap(), None);
    assert_eq!(tx.users().find_maker(nobody).await.unwrap(), None);
    assert_eq!(tx.users().nick_name(nobody).await.unwrap(), None);
    tx.rollback().await.unwrap();
    assert_eq!(stores.directory.find(nobody).await.unwrap(), None);
}

pub async fn a_transaction_that_is_rolled_back_or_dropped_leaves_no_user(stores: UserStores) {
    let (rolled_back, dropped) = (a_dreamer(), a_maker());
    let mut tx = stores.store.begin().await.unwrap();
    added(&mut *tx, rolled_back.clone()).await;
    tx.rollback().await.unwrap();
    let mut tx = stores.store.begin().await.unwrap();
    added(&mut *tx, dropped.clone()).await;
    drop(tx);

    for (user, _) in [&rolled_back, &dropped] {
        assert_eq!(stores.directory.find(user.id()).await.unwrap(), None);
    }
    stores.hold(&[rolled_back, dropped]).await;
}
