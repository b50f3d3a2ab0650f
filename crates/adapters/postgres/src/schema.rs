//! The tables as diesel sees them: what `migrations/` make, column for column. A test compares the two.

/// The enums of the database.
pub mod sql_types {
    macro_rules! sql_types {
        ($($name:ident = $sql_name:literal),* $(,)?) => {$(
            #[doc = concat!("`", $sql_name, "`")]
            #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
            #[diesel(postgres_type(name = $sql_name))]
            pub struct $name;
        )*};
    }
    sql_types! {
        AccountKind = "account_kind",
        OauthProvider = "oauth_provider",
        PaymentStatus = "payment_status",
        PlanStatus = "plan_status",
        PointEvent = "point_event",
        ProfileImage = "profile_image",
        ServiceArea = "service_area",
        TripType = "trip_type",
        UserRole = "user_role",
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid};
    use super::sql_types::{OauthProvider, UserRole};

    users (id) {
        id -> Uuid,
        role -> UserRole,
        nick_name -> Text,
        nick_name_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        phone_number -> Text,
        password_hash -> Nullable<Text>,
        provider -> Nullable<OauthProvider>,
        subject -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid};
    use super::sql_types::{ProfileImage, ServiceArea, TripType};

    profiles (user_id) {
        user_id -> Uuid,
        image -> ProfileImage,
        service_areas -> Array<ServiceArea>,
        trip_types -> Array<TripType>,
        gallery -> Nullable<Text>,
        description -> Nullable<Text>,
        detail_description -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Double, Nullable, Timestamptz, Uuid};

    maker_stats (maker_id) {
        maker_id -> Uuid,
        rating_sum -> BigInt,
        total_reviews -> BigInt,
        total_follows -> BigInt,
        total_confirms -> BigInt,
        average_rating -> Double,
        rebuilt_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Timestamptz, Uuid};

    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Nullable, Timestamptz, Uuid};

    refresh_tokens (hash) {
        hash -> Binary,
        session_id -> Uuid,
        parent_hash -> Nullable<Binary>,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        successor_used -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Timestamptz, Uuid};

    follows (id) {
        id -> Uuid,
        dreamer_id -> Uuid,
        maker_id -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text, Timestamptz, Uuid};
    use super::sql_types::{PlanStatus, ServiceArea, TripType};

    plans (id) {
        id -> Uuid,
        dreamer_id -> Uuid,
        title -> Text,
        title_key -> Text,
        trip_date -> Date,
        trip_type -> TripType,
        service_area -> ServiceArea,
        details -> Text,
        address -> Nullable<Text>,
        status -> PlanStatus,
        confirmed_quote_id -> Nullable<Uuid>,
        deleted_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, SmallInt};
    use super::sql_types::{ServiceArea, TripType};

    plan_counts (service_area, trip_type, slot) {
        service_area -> ServiceArea,
        trip_type -> TripType,
        slot -> SmallInt,
        plans -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Uuid};

    plan_assignees (plan_id, maker_id) {
        plan_id -> Uuid,
        maker_id -> Uuid,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid};

    quotes (id) {
        id -> Uuid,
        plan_id -> Uuid,
        dreamer_id -> Uuid,
        maker_id -> Uuid,
        price -> BigInt,
        content -> Text,
        is_assigned -> Bool,
        confirmed_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{SmallInt, Text, Timestamptz, Uuid};

    reviews (id) {
        id -> Uuid,
        writer_id -> Uuid,
        owner_id -> Uuid,
        plan_id -> Uuid,
        rating -> SmallInt,
        content -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Uuid};
    use super::sql_types::AccountKind;

    point_accounts (kind, owner) {
        kind -> AccountKind,
        owner -> Uuid,
        balance -> BigInt,
        user_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text, Timestamptz};
    use super::sql_types::PointEvent;

    point_transactions (id) {
        id -> BigInt,
        key -> Text,
        event -> PointEvent,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid};
    use super::sql_types::AccountKind;

    point_entries (id) {
        id -> Uuid,
        transaction_id -> BigInt,
        account_kind -> AccountKind,
        account_owner -> Nullable<Uuid>,
        value -> BigInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid};
    use super::sql_types::PaymentStatus;

    payments (id) {
        id -> Uuid,
        merchant_id -> Text,
        user_id -> Uuid,
        order_name -> Text,
        method -> Text,
        amount -> BigInt,
        status -> PaymentStatus,
        settled_at -> Nullable<Timestamptz>,
        refund_due -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    sandbox_payments (merchant_id) {
        merchant_id -> Text,
        total -> BigInt,
        status -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Jsonb, Nullable, Timestamptz, Uuid};

    outbox (position) {
        position -> BigInt,
        id -> Uuid,
        aggregate -> Uuid,
        envelope -> Jsonb,
        leased_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz};

    jobs (position) {
        position -> BigInt,
        key -> Text,
        kind -> Text,
        envelope -> Jsonb,
        tries -> Integer,
        due_at -> Timestamptz,
        last_error -> Nullable<Text>,
        parked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text, Timestamptz};

    schedule_runs (day) {
        day -> Date,
        owner -> Text,
        claimed_until -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(profiles -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(profiles, users);
diesel::allow_tables_to_appear_in_same_query!(refresh_tokens, sessions);
