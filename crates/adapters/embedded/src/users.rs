//! Users and their profiles: `users`, `profiles`, and the makers' first row in `maker_stats`.

use async_trait::async_trait;
use kernel::enums::Named;
use kernel::{OAuthProvider, Role, ServiceArea, StoreError, UserId};
use rusqlite::{Connection, Row, named_params};
use user::{
    AddUser, Choices, Credentials, DreamerProfile, Email, HasUsers, MakerProfile, NickName, NothingChosen,
    PasswordHash, Profile, ProfileDetails, SaveUser, SocialAccount, User, UserParts, UserRepository,
};

use crate::connection::Failure;
use crate::database::SqliteTx;
use crate::row::{
    at, change, exists, find, id, millis, named, named_or_null, names, names_json, no_such, parsed_or_null,
    text,
};

mod directory;

impl HasUsers for SqliteTx {
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }
}

#[async_trait]
impl UserRepository for SqliteTx {
    async fn add(&mut self, user: &User, profile: &Profile) -> Result<AddUser, StoreError> {
        let (user, profile) = (user.clone(), profile.clone());
        self.run(move |connection| {
            if !insert(connection, &user)? {
                return what_is_taken(connection, &user);
            }
            write_profile(connection, user.id(), &profile)?;
            // Last, since it's by this row that the list of makers takes them in, with name and profile.
            if user.role() == Role::Maker {
                let first = "INSERT INTO maker_stats (maker_id) VALUES (:id)";
                change(connection, first, named_params! { ":id": user.id().to_uuid() })?;
            }
            Ok(AddUser::Added)
        })
        .await
    }

    async fn find_for_update(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        self.run(move |connection| by_id(connection, id)).await
    }

    async fn save(&mut self, user: &User) -> Result<SaveUser, StoreError> {
        let user = user.clone();
        self.run(move |connection| update(connection, &user)).await
    }

    async fn find_profile_for_update(&mut self, id: UserId) -> Result<Option<Profile>, StoreError> {
        self.run(move |connection| find_profile(connection, id)).await
    }

    async fn save_profile(&mut self, id: UserId, profile: &Profile) -> Result<(), StoreError> {
        let profile = profile.clone();
        self.run(move |connection| Ok(write_profile(connection, id, &profile)?)).await
    }

    async fn find_maker(&mut self, id: UserId) -> Result<Option<Vec<ServiceArea>>, StoreError> {
        const SQL: &str = "SELECT service_areas FROM profiles JOIN users ON users.id = profiles.user_id
            WHERE profiles.user_id = :id AND users.role = 'MAKER'";
        self.run(move |connection| {
            find(connection, SQL, named_params! { ":id": id.to_uuid() }, |row| names(row, "service_areas"))
        })
        .await
    }

    async fn nick_name(&mut self, id: UserId) -> Result<Option<NickName>, StoreError> {
        const SQL: &str = "SELECT nick_name FROM users WHERE id = :id";
        self.run(move |connection| {
            find(connection, SQL, named_params! { ":id": id.to_uuid() }, |row| text(row, "nick_name"))
        })
        .await
    }
}

fn by_id(connection: &Connection, id: UserId) -> Result<Option<User>, Failure> {
    const SQL: &str = "SELECT * FROM users WHERE id = :id";
    find(connection, SQL, named_params! { ":id": id.to_uuid() }, read)
}

fn read(row: &Row<'_>) -> Result<User, Failure> {
    Ok(User::restore(UserParts {
        id: id(row, "id")?,
        role: named(row, "role")?,
        nick_name: text(row, "nick_name")?,
        phone_number: text(row, "phone_number")?,
        credentials: read_credentials(row)?,
        created_at: at(row, "created_at")?,
        updated_at: at(row, "updated_at")?,
    }))
}

fn read_credentials(row: &Row<'_>) -> Result<Credentials, Failure> {
    let email = parsed_or_null(row, "email", |email: String| Email::try_from(email))?;
    let hash = row.get::<_, Option<String>>("password_hash")?.map(PasswordHash::from);
    let account = match named_or_null::<OAuthProvider>(row, "provider")? {
        Some(provider) => Some(
            SocialAccount::new(provider, text(row, "subject")?)
                .map_err(|error| StoreError::corrupt(error.to_string()))?,
        ),
        None => None,
    };
    Ok(Credentials::restore(email, hash, account).map_err(|error| StoreError::corrupt(error.to_string()))?)
}

/// Whether the user was added; if not, something of theirs is taken.
fn insert(connection: &Connection, user: &User) -> rusqlite::Result<bool> {
    const SQL: &str = "INSERT INTO users (id, role, nick_name, email, email_key, phone_number, password_hash,
            provider, subject, created_at, updated_at)
        VALUES (:id, :role, :nick_name, :email, :email_key, :phone_number, :password_hash,
            :provider, :subject, :created_at, :updated_at)
        ON CONFLICT (email_key) DO NOTHING
        ON CONFLICT (nick_name) DO NOTHING
        ON CONFLICT (provider, subject) DO NOTHING";
    let params = named_params! {
        ":id": user.id().to_uuid(),
        ":role": user.role().as_str(),
        ":nick_name": user.nick_name().as_str(),
        ":email": user.email().map(Email::as_str),
        ":email_key": user.email().map(Email::folded),
        ":phone_number": user.phone_number().as_str(),
        ":password_hash": user.password_hash().map(PasswordHash::as_str),
        ":provider": user.social_account().map(|account| account.provider().as_str()),
        ":subject": user.social_account().map(SocialAccount::subject),
        ":created_at": millis(user.created_at()),
        ":updated_at": millis(user.updated_at()),
    };
    Ok(change(connection, SQL, params)? == 1)
}

/// What kept the user from being added.
fn what_is_taken(connection: &Connection, user: &User) -> Result<AddUser, Failure> {
    const EMAIL: &str = "SELECT 1 FROM users WHERE email_key = :email_key";
    const NICK_NAME: &str = "SELECT 1 FROM users WHERE nick_name = :nick_name";
    let email = named_params! { ":email_key": user.email().map(Email::folded) };
    let nick_name = named_params! { ":nick_name": user.nick_name().as_str() };
    Ok(if exists(connection, EMAIL, email)? {
        AddUser::EmailTaken
    } else if exists(connection, NICK_NAME, nick_name)? {
        AddUser::NickNameTaken
    } else {
        AddUser::SocialAccountTaken
    })
}

fn update(connection: &Connection, user: &User) -> Result<SaveUser, Failure> {
    // What never changes is left alone: the role, the e-mail address, the social account.
    const SQL: &str = "UPDATE users SET nick_name = :nick_name, phone_number = :phone_number,
            password_hash = :password_hash, updated_at = :updated_at
        WHERE id = :id AND NOT EXISTS (SELECT 1 FROM users WHERE nick_name = :nick_name AND id <> :id)";
    const KNOWN: &str = "SELECT 1 FROM users WHERE id = :id";
    let id = user.id().to_uuid();
    let params = named_params! {
        ":id": id,
        ":nick_name": user.nick_name().as_str(),
        ":phone_number": user.phone_number().as_str(),
        ":password_hash": user.password_hash().map(PasswordHash::as_str),
        ":updated_at": millis(user.updated_at()),
    };
    if change(connection, SQL, params)? == 1 {
        Ok(SaveUser::Saved)
    } else if exists(connection, KNOWN, named_params! { ":id": id })? {
        Ok(SaveUser::NickNameTaken)
    } else {
        Err(no_such(format_args!("user {id}")))
    }
}

/// The profile of whoever has this id.
pub(crate) fn find_profile(connection: &Connection, id: UserId) -> Result<Option<Profile>, Failure> {
    const SQL: &str = "SELECT role, profiles.* FROM profiles JOIN users ON users.id = profiles.user_id
        WHERE profiles.user_id = :id";
    find(connection, SQL, named_params! { ":id": id.to_uuid() }, read_profile)
}

fn read_profile(row: &Row<'_>) -> Result<Profile, Failure> {
    let image = named(row, "image")?;
    let service_area = choices(row, "service_areas")?;
    let trip_types = choices(row, "trip_types")?;
    let details = match named(row, "role")? {
        Role::Dreamer => ProfileDetails::Dreamer(DreamerProfile { image, service_area, trip_types }),
        Role::Maker => ProfileDetails::Maker(MakerProfile {
            image,
            service_area,
            service_types: trip_types,
            gallery: text(row, "gallery")?,
            description: text(row, "description")?,
            detail_description: text(row, "detail_description")?,
        }),
    };
    Ok(Profile::restore(details, at(row, "created_at")?, at(row, "updated_at")?))
}

fn choices<E: Named + PartialEq>(row: &Row<'_>, column: &str) -> Result<Choices<E>, Failure> {
    let listed: Vec<E> = names(row, column)?;
    Ok(listed.try_into().map_err(|error: NothingChosen| StoreError::corrupt(error.to_string()))?)
}

/// Stores the profile of a stored user, whether or not there is one.
fn write_profile(connection: &Connection, user: UserId, profile: &Profile) -> rusqlite::Result<()> {
    const SQL: &str = "INSERT INTO profiles (user_id, image, service_areas, trip_types,
            gallery, description, detail_description, created_at, updated_at)
        VALUES (:user_id, :image, :service_areas, :trip_types,
            :gallery, :description, :detail_description, :created_at, :updated_at)
        ON CONFLICT (user_id) DO UPDATE SET image = excluded.image, service_areas = excluded.service_areas,
            trip_types = excluded.trip_types, gallery = excluded.gallery,
            description = excluded.description, detail_description = excluded.detail_description,
            updated_at = excluded.updated_at";
    let (areas, types, maker) = match profile.details() {
        ProfileDetails::Dreamer(dreamer) => (&dreamer.service_area, &dreamer.trip_types, None),
        ProfileDetails::Maker(maker) => (&maker.service_area, &maker.service_types, Some(maker)),
    };
    let params = named_params! {
        ":user_id": user.to_uuid(),
        ":image": profile.details().image().as_str(),
        ":service_areas": names_json(areas.as_slice()),
        ":trip_types": names_json(types.as_slice()),
        ":gallery": maker.map(|maker| maker.gallery.as_str()),
        ":description": maker.map(|maker| maker.description.as_str()),
        ":detail_description": maker.map(|maker| maker.detail_description.as_str()),
        ":created_at": millis(profile.created_at()),
        ":updated_at": millis(profile.updated_at()),
    };
    change(connection, SQL, params).map(drop)
}
