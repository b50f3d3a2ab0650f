//! Makers: `maker_stats` for who is on the page, `users` and `profiles` for the rest of a card.

use application::queries::{FollowedMaker, MakerCard, MakerFilter, MakerOrder, MakerQueries};
use async_trait::async_trait;
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel::sql_types::{self, Array, BigInt, Nullable, Text};
use kernel::{Page, PageOf, StoreError, UserId};
use stats::MakerStats;

use super::{Columns, Shown, any_of};
use crate::database::Postgres;
use crate::schema::sql_types as stored;
use crate::search::Sought;
use crate::sql::sql;

/// What a card is read from, of `maker_stats`, `users` and `profiles`.
macro_rules! card_columns {
    ($is_followed:expr) => {
        concat!(
            "users.nick_name, profiles.image, profiles.gallery, profiles.trip_types, profiles.service_areas,
            profiles.description, profiles.detail_description, ",
            $is_followed,
            ", maker_stats.maker_id, maker_stats.rating_sum, maker_stats.total_reviews,
            maker_stats.total_follows, maker_stats.total_confirms"
        )
    };
}
/// Whether the viewer, who is the first parameter and NULL for a guest, follows the maker.
macro_rules! followed_by_viewer {
    () => {
        "EXISTS (SELECT FROM follows WHERE dreamer_id = $1 AND follows.maker_id = maker_stats.maker_id)"
    };
}
pub(super) use {card_columns, followed_by_viewer};

/// The list of those makers that `$counted` counts and `$among` selects, in one order. A limit that isn't
/// known yet is planned for as a tenth of all, for which whole tables would be read; `OFFSET 0` keeps the
/// planner from it, since what has one is done for each maker by itself.
macro_rules! makers {
    ($matching:expr, $counted:expr, $among:expr, $order:literal) => {
        concat!(
            $matching,
            "SELECT counted.total, ",
            card_columns!(followed_by_viewer!()),
            " FROM (SELECT count(*) AS total FROM ",
            $counted,
            ") AS counted LEFT JOIN ((SELECT maker_stats.* FROM ",
            $among,
            " ORDER BY ",
            $order,
            " LIMIT $2 OFFSET $3) AS maker_stats
                CROSS JOIN LATERAL (SELECT * FROM users WHERE id = maker_stats.maker_id OFFSET 0) AS users
                CROSS JOIN LATERAL (SELECT * FROM profiles WHERE user_id = maker_stats.maker_id OFFSET 0)
                    AS profiles) ON true
            ORDER BY ",
            $order
        )
    };
}
/// In the orders of [`MakerOrder`], which [`in_order`] chooses from.
macro_rules! in_every_order {
    ($matching:expr, $counted:expr, $among:expr) => {
        [
            makers!($matching, $counted, $among, "maker_stats.total_reviews DESC, maker_stats.maker_id DESC"),
            makers!(
                $matching,
                $counted,
                $among,
                "maker_stats.average_rating DESC, maker_stats.maker_id DESC"
            ),
            makers!(
                $matching,
                $counted,
                $among,
                "maker_stats.total_confirms DESC, maker_stats.maker_id DESC"
            ),
        ]
    };
}
/// Those who match; everything is read of the few that are on the page only.
macro_rules! matching {
    ($with:expr) => {
        in_every_order!(
            $with,
            "matching",
            "matching CROSS JOIN LATERAL (
                SELECT * FROM maker_stats WHERE maker_id = matching.user_id OFFSET 0) AS maker_stats"
        )
    };
}

pub(super) const EVERYBODY: [&str; 3] = in_every_order!("", "maker_stats", "maker_stats");

pub(super) const WITH_SERVICES: [&str; 3] = matching!(
    "WITH matching AS MATERIALIZED (SELECT user_id FROM profiles
        WHERE gallery IS NOT NULL AND service_areas && $4 AND trip_types && $5) "
);

/// Names first; then, one by one, whether their bearers serve what is asked for. Brief keywords are looked
/// for by `strpos`: whatever is LIKE something would be planned with the index, and read all of it.
macro_rules! called {
    ($condition:literal) => {
        matching!(concat!(
            "WITH called AS MATERIALIZED (SELECT id FROM users WHERE role = 'MAKER' AND ",
            $condition,
            "), matching AS MATERIALIZED (SELECT user_id FROM called CROSS JOIN LATERAL (
                SELECT user_id FROM profiles
                WHERE user_id = called.id AND service_areas && $4 AND trip_types && $5 OFFSET 0) AS serving) "
        ))
    };
}
pub(super) const CALLED: [&str; 3] = called!("nick_name_key LIKE $6");
pub(super) const CALLED_BRIEFLY: [&str; 3] = called!("strpos(nick_name_key, $6) > 0");

pub(super) const CARD: &str = concat!(
    "SELECT ",
    card_columns!(followed_by_viewer!()),
    " FROM maker_stats JOIN users ON users.id = maker_stats.maker_id
        JOIN profiles ON profiles.user_id = maker_stats.maker_id
    WHERE maker_stats.maker_id = $2"
);

pub(super) const FOLLOWED: &str = concat!(
    "SELECT counted.total, page.id, page.dreamer_id, page.created_at, page.updated_at, ",
    card_columns!("true"),
    " FROM (SELECT count(*) AS total FROM follows WHERE dreamer_id = $1) AS counted
        LEFT JOIN ((SELECT id, dreamer_id, maker_id, created_at, updated_at FROM follows
                WHERE dreamer_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3) AS page
            JOIN maker_stats ON maker_stats.maker_id = page.maker_id
            JOIN users ON users.id = page.maker_id
            JOIN profiles ON profiles.user_id = page.maker_id) ON true
    ORDER BY page.created_at DESC, page.id DESC"
);

#[async_trait]
impl MakerQueries for Postgres {
    async fn list(
        &self,
        filter: &MakerFilter,
        viewer: Option<UserId>,
        page: Page,
    ) -> Result<PageOf<MakerCard>, StoreError> {
        let MakerFilter { order_by, service_areas, service_types, keyword } = filter;
        let page_in = |statements: [&'static str; 3]| {
            sql(in_order(statements, *order_by))
                .bind::<Nullable<sql_types::Uuid>, _>(viewer.map(UserId::to_uuid))
                .bind::<BigInt, _>(page.limit())
                .bind::<BigInt, _>(page.offset())
        };
        if service_areas.is_empty() && service_types.is_empty() && keyword.is_none() {
            return self.show_page(page_in(EVERYBODY)).await;
        }
        let page_with = |statements| {
            page_in(statements).bind::<Array<stored::ServiceArea>, _>(any_of(service_areas)).bind::<Array<
                stored::TripType,
            >, _>(
                any_of(service_types),
            )
        };
        let Some(keyword) = keyword else { return self.show_page(page_with(WITH_SERVICES)).await };
        let called = match Sought::of(keyword) {
            Some(Sought::Like(like)) => page_with(CALLED).bind::<Text, _>(like),
            Some(Sought::Brief(text)) => page_with(CALLED_BRIEFLY).bind::<Text, _>(text),
            None => return Ok(PageOf { total: 0, list: Vec::new() }),
        };
        self.show_page(called).await
    }

    async fn find(&self, maker: UserId, viewer: Option<UserId>) -> Result<Option<MakerCard>, StoreError> {
        let card = sql(CARD)
            .bind::<Nullable<sql_types::Uuid>, _>(viewer.map(UserId::to_uuid))
            .bind::<sql_types::Uuid, _>(maker.to_uuid());
        self.show(card).await
    }

    async fn followed_by(&self, dreamer: UserId, page: Page) -> Result<PageOf<FollowedMaker>, StoreError> {
        let followed = sql(FOLLOWED)
            .bind::<sql_types::Uuid, _>(dreamer.to_uuid())
            .bind::<BigInt, _>(page.limit())
            .bind::<BigInt, _>(page.offset());
        self.show_page(followed).await
    }
}

/// The statement of that order.
fn in_order([reviews, ratings, confirms]: [&'static str; 3], order: MakerOrder) -> &'static str {
    match order {
        MakerOrder::Reviews => reviews,
        MakerOrder::Ratings => ratings,
        MakerOrder::Confirms => confirms,
    }
}

impl Shown for MakerCard {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            nick_name: columns.text()?,
            image: columns.named::<stored::ProfileImage, _>()?,
            gallery: columns.text()?,
            service_types: columns.names::<stored::TripType, _>()?,
            service_areas: columns.names::<stored::ServiceArea, _>()?,
            description: columns.text()?,
            detail_description: columns.text()?,
            is_followed: columns.flag()?,
            stats: MakerStats {
                maker: columns.id()?,
                rating_sum: columns.number()?,
                total_reviews: columns.number()?,
                total_follows: columns.number()?,
                total_confirms: columns.number()?,
            },
        })
    }
}

impl Shown for FollowedMaker {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            dreamer: columns.id()?,
            created_at: columns.at()?,
            updated_at: columns.at()?,
            maker: MakerCard::read(columns)?,
        })
    }
}
