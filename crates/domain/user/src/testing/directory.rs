//! What every [`crate::UserDirectory`] promises.

use kernel::UserId;

use super::{UserStores, a_dreamer, a_maker, a_social_account, a_social_dreamer, ids};
use crate::{Email, NickName, UserCard};

pub async fn a_committed_user_is_found_in_the_directory_by_all_that_is_theirs(stores: UserStores) {
    let ((local, profile), (social, socials_profile)) = (a_dreamer(), a_social_dreamer());
    stores.hold(&[(local.clone(), profile), (social.clone(), socials_profile)]).await;
    let directory = &stores.directory;

    assert_eq!(directory.find(local.id()).await.unwrap().as_ref(), Some(&local));
    let email = local.email().unwrap();
    for spelling in [email.as_str().to_owned(), email.as_str().to_uppercase(), email.folded().to_owned()] {
        let found = directory.find_by_email(&spelling.try_into().unwrap()).await.unwrap().unwrap();
        assert_eq!(found, local);
        assert_eq!(found.email().map(Email::as_str), Some(email.as_str()));
    }
    let account = social.social_account().unwrap();
    assert_eq!(directory.find_by_social(account).await.unwrap().as_ref(), Some(&social));

    assert_eq!(directory.find_by_email(&"nobody@example.com".try_into().unwrap()).await.unwrap(), None);
    assert_eq!(directory.find_by_social(&a_social_account()).await.unwrap(), None);
}

pub async fn what_somebody_has_is_not_free(stores: UserStores) {
    let (user, profile) = a_dreamer();
    stores.hold(&[(user.clone(), profile)]).await;
    let directory = &stores.directory;

    let shouted: Email = user.email().unwrap().as_str().to_uppercase().try_into().unwrap();
    assert!(!directory.email_is_free(&shouted).await.unwrap());
    assert!(directory.email_is_free(&"nobody@example.com".try_into().unwrap()).await.unwrap());

    assert!(!directory.nick_name_is_free(user.nick_name()).await.unwrap());
    let shouted = NickName::try_from(user.nick_name().as_str().to_uppercase()).unwrap();
    assert!(directory.nick_name_is_free(&shouted).await.unwrap());
}

pub async fn cards_come_each_once_and_for_known_users_only(stores: UserStores) {
    let users = [a_dreamer(), a_maker(), a_social_dreamer()];
    stores.hold(&users).await;
    let [dreamer, maker, _] = &users;

    let nobody: UserId = ids().next();
    let asked = [maker.0.id(), nobody, dreamer.0.id(), maker.0.id()];
    let mut cards = stores.directory.cards(&asked).await.unwrap();
    cards.sort_by_key(|card| card.id);

    let mut expected = [dreamer, maker].map(|(user, profile)| UserCard {
        id: user.id(),
        role: user.role(),
        nick_name: user.nick_name().clone(),
        image: profile.details().image(),
    });
    expected.sort_by_key(|card| card.id);
    assert_eq!(cards, expected);
    assert_eq!(stores.directory.cards(&[]).await.unwrap(), []);
}
