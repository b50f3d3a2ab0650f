//! Users and their profiles: `users`, `profiles`, and the makers' first row in `maker_stats`.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use kernel::{OAuthProvider, ProfileImage, Role, ServiceArea, StoreError, Timestamp, TripType, UserId};
use user::{
    AddUser, Credentials, DreamerProfile, Email, HasUsers, MakerProfile, NickName, PasswordHash, Profile,
    ProfileDetails, SaveUser, SocialAccount, User, UserParts, UserRepository,
};
use uuid::Uuid;

use crate::connection::Attempt;
use crate::database::PgTx;
use crate::row::{Stored, parsed, parsed_or_null, stored, variants};
use crate::schema::{maker_stats, profiles, users};
use crate::search::folded;

mod directory;

pub(crate) use directory::profile_of;

impl HasUsers for PgTx {
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }
}

#[async_trait]
impl UserRepository for PgTx {
    async fn add(&mut self, user: &User, profile: &Profile) -> Result<AddUser, StoreError> {
        let row = UserRow::from(user);
        let added =
            self.conn.change(diesel::insert_into(users::table).values(&row).on_conflict_do_nothing()).await?;
        if added == 0 {
            return self.what_is_taken(&row).await;
        }
        let profile = ProfileRow::new(user.id(), profile);
        self.conn.change(diesel::insert_into(profiles::table).values(profile)).await?;
        if user.role() == Role::Maker {
            let first = maker_stats::maker_id.eq(row.id);
            self.conn.change(diesel::insert_into(maker_stats::table).values(first)).await?;
        }
        Ok(AddUser::Added)
    }

    async fn find_for_update(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let user = users::table.find(id.to_uuid()).select(UserRow::as_select()).for_no_key_update();
        self.conn.find(user).await?.map(User::try_from).transpose()
    }

    async fn save(&mut self, user: &User) -> Result<SaveUser, StoreError> {
        let row = UserRow::from(user);
        // What never changes is left alone: the role, the e-mail address, the social account.
        let save = diesel::update(users::table.find(row.id)).set((
            users::nick_name.eq(row.nick_name),
            users::nick_name_key.eq(row.nick_name_key),
            users::phone_number.eq(row.phone_number),
            users::password_hash.eq(row.password_hash),
            users::updated_at.eq(row.updated_at),
        ));
        match self.conn.attempt(save).await? {
            Attempt::Changed(0) => Err(StoreError::corrupt(format!("there is no user {} to change", row.id))),
            Attempt::Changed(_) => Ok(SaveUser::Saved),
            Attempt::Taken => Ok(SaveUser::NickNameTaken),
        }
    }

    async fn find_profile_for_update(&mut self, id: UserId) -> Result<Option<Profile>, StoreError> {
        let profile = profiles::table.find(id.to_uuid()).select(ProfileRow::as_select()).for_no_key_update();
        self.conn.find(profile).await?.map(Profile::try_from).transpose()
    }

    async fn save_profile(&mut self, id: UserId, profile: &Profile) -> Result<(), StoreError> {
        let row = ProfileRow::new(id, profile);
        let save = diesel::update(profiles::table.find(row.user_id)).set(row);
        self.conn.change_one("profile", save).await
    }

    async fn find_maker(&mut self, id: UserId) -> Result<Option<Vec<ServiceArea>>, StoreError> {
        let areas = profiles::table
            .inner_join(users::table)
            .filter(users::id.eq(id.to_uuid()))
            .filter(users::role.eq(Stored(Role::Maker)))
            .select(profiles::service_areas);
        Ok(self.conn.find::<Vec<Stored<ServiceArea>>, _>(areas).await?.map(variants))
    }

    async fn nick_name(&mut self, id: UserId) -> Result<Option<NickName>, StoreError> {
        let nick_name = users::table.find(id.to_uuid()).select(users::nick_name);
        parsed_or_null("users.nick_name", self.conn.find::<String, _>(nick_name).await?)
    }
}

impl PgTx {
    /// What kept the user from being added.
    async fn what_is_taken(&mut self, user: &UserRow) -> Result<AddUser, StoreError> {
        let email = users::table.filter(users::email_key.eq(user.email_key.as_ref()));
        let nick_name = users::table.filter(users::nick_name.eq(&user.nick_name));
        let (email, nick_name) =
            self.conn.get::<(bool, bool), _>(diesel::select((exists(email), exists(nick_name)))).await?;
        Ok(match (email, nick_name) {
            (true, _) => AddUser::EmailTaken,
            (false, true) => AddUser::NickNameTaken,
            (false, false) => AddUser::SocialAccountTaken,
        })
    }
}

/// A row of `users`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct UserRow {
    id: Uuid,
    role: Stored<Role>,
    nick_name: String,
    nick_name_key: String,
    email: Option<String>,
    email_key: Option<String>,
    phone_number: String,
    password_hash: Option<String>,
    provider: Option<Stored<OAuthProvider>>,
    subject: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: user.id().to_uuid(),
            role: Stored(user.role()),
            nick_name: user.nick_name().as_str().to_owned(),
            nick_name_key: folded(user.nick_name().as_str()),
            email: user.email().map(|email| email.as_str().to_owned()),
            email_key: user.email().map(|email| email.folded().to_owned()),
            phone_number: user.phone_number().as_str().to_owned(),
            password_hash: user.password_hash().map(|hash| hash.as_str().to_owned()),
            provider: user.social_account().map(|account| Stored(account.provider())),
            subject: user.social_account().map(|account| account.subject().to_owned()),
            created_at: user.created_at(),
            updated_at: user.updated_at(),
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let account = match (row.provider, row.subject) {
            (None, None) => None,
            (Some(Stored(provider)), Some(subject)) => {
                let subject = parsed("users.subject", subject)?;
                Some(SocialAccount::new(provider, subject).map_err(corrupt)?)
            }
            _ => return Err(StoreError::corrupt("half a social account")),
        };
        let email: Option<Email> = parsed_or_null("users.email", row.email)?;
        let hash = row.password_hash.map(PasswordHash::from);
        Ok(Self::restore(UserParts {
            id: row.id.into(),
            role: row.role.0,
            nick_name: parsed("users.nick_name", row.nick_name)?,
            phone_number: parsed("users.phone_number", row.phone_number)?,
            credentials: Credentials::restore(email, hash, account).map_err(corrupt)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }))
    }
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt(error.to_string())
}

/// A row of `profiles`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = profiles, primary_key(user_id), treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub(crate) struct ProfileRow {
    user_id: Uuid,
    image: Stored<ProfileImage>,
    service_areas: Vec<Stored<ServiceArea>>,
    trip_types: Vec<Stored<TripType>>,
    gallery: Option<String>,
    description: Option<String>,
    detail_description: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl ProfileRow {
    fn new(user: UserId, profile: &Profile) -> Self {
        let (areas, types, maker) = match profile.details() {
            ProfileDetails::Dreamer(dreamer) => (&dreamer.service_area, &dreamer.trip_types, None),
            ProfileDetails::Maker(maker) => (&maker.service_area, &maker.service_types, Some(maker)),
        };
        Self {
            user_id: user.to_uuid(),
            image: Stored(profile.details().image()),
            service_areas: stored(areas.as_slice()),
            trip_types: stored(types.as_slice()),
            gallery: maker.map(|maker| maker.gallery.as_str().to_owned()),
            description: maker.map(|maker| maker.description.as_str().to_owned()),
            detail_description: maker.map(|maker| maker.detail_description.as_str().to_owned()),
            created_at: profile.created_at(),
            updated_at: profile.updated_at(),
        }
    }
}

impl TryFrom<ProfileRow> for Profile {
    type Error = StoreError;

    /// Whose profile it is shows from what it has: makers have three more fields, dreamers none of them.
    fn try_from(row: ProfileRow) -> Result<Self, StoreError> {
        let Stored(image) = row.image;
        let service_area = parsed("profiles.service_areas", variants(row.service_areas))?;
        let trip_types = parsed("profiles.trip_types", variants(row.trip_types))?;
        let details = match (row.gallery, row.description, row.detail_description) {
            (None, None, None) => ProfileDetails::Dreamer(DreamerProfile { image, service_area, trip_types }),
            (Some(gallery), Some(description), Some(detail_description)) => {
                ProfileDetails::Maker(MakerProfile {
                    image,
                    service_area,
                    service_types: trip_types,
                    gallery: parsed("profiles.gallery", gallery)?,
                    description: parsed("profiles.description", description)?,
                    detail_description: parsed("profiles.detail_description", detail_description)?,
                })
            }
            _ => return Err(StoreError::corrupt("half a maker's profile")),
        };
        Ok(Self::restore(details, row.created_at, row.updated_at))
    }
}
