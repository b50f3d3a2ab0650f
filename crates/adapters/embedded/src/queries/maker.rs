//! Makers: `maker_list` for what lists filter and sort by, `profiles` for the rest of a card.

use application::queries::{FollowedMaker, MakerCard, MakerFilter, MakerOrder, MakerQueries};
use async_trait::async_trait;
use kernel::{Page, PageOf, StoreError, UserId};
use rusqlite::{Connection, named_params};
use stats::MakerStats;
use uuid::Uuid;

use super::{Columns, any_of, count, functions::folded, ids_json, ids_on};
use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row::{find, list};

/// What [`card`] reads, of `maker_list` joined with `profiles`.
macro_rules! card_columns {
    () => {
        "maker_list.nick_name, profiles.image, profiles.gallery, maker_list.service_types,
        maker_list.service_areas, profiles.description, profiles.detail_description,
        EXISTS (SELECT 1 FROM follows
            WHERE follows.dreamer_id = :viewer AND follows.maker_id = maker_list.maker_id),
        maker_list.maker_id, maker_list.rating_sum, maker_list.total_reviews, maker_list.total_follows,
        maker_list.total_confirms"
    };
}
pub(super) use card_columns;

pub(super) const HOW_MANY: &str = "SELECT count(*) FROM maker_list";

pub(super) const MOST_REVIEWED: &str = "SELECT maker_id FROM maker_list
    ORDER BY total_reviews DESC, maker_id DESC LIMIT :limit OFFSET :offset";
pub(super) const BEST_RATED: &str = "SELECT maker_id FROM maker_list
    ORDER BY average_rating DESC, maker_id DESC LIMIT :limit OFFSET :offset";
pub(super) const MOST_CONFIRMED: &str = "SELECT maker_id FROM maker_list
    ORDER BY total_confirms DESC, maker_id DESC LIMIT :limit OFFSET :offset";

/// Reads every maker, but only what is narrow of them.
pub(super) const MATCHING: &str = "SELECT maker_id FROM maker_list
    WHERE (:areas IS NULL OR share_a_name(service_areas, :areas))
        AND (:types IS NULL OR share_a_name(service_types, :types))
        AND (:keyword IS NULL OR contains_folded(nick_name, :keyword))
    ORDER BY CASE :order WHEN 'reviews' THEN total_reviews WHEN 'ratings' THEN average_rating
        ELSE total_confirms END DESC, maker_id DESC";

pub(super) const CARDS: &str = concat!(
    "SELECT ",
    card_columns!(),
    " FROM json_each(:ids) AS page
        CROSS JOIN maker_list ON maker_list.maker_id = unhex(page.value)
        CROSS JOIN profiles ON profiles.user_id = maker_list.maker_id
    ORDER BY page.key"
);

pub(super) const CARD: &str = concat!(
    "SELECT ",
    card_columns!(),
    " FROM maker_list CROSS JOIN profiles ON profiles.user_id = maker_list.maker_id
    WHERE maker_list.maker_id = :maker"
);

pub(super) const HOW_MANY_FOLLOWED: &str = "SELECT count(*) FROM follows WHERE dreamer_id = :viewer";

pub(super) const FOLLOWED: &str = concat!(
    "SELECT entry.id, entry.created_at, entry.updated_at, ",
    card_columns!(),
    " FROM follows AS entry
        CROSS JOIN maker_list ON maker_list.maker_id = entry.maker_id
        CROSS JOIN profiles ON profiles.user_id = maker_list.maker_id
    WHERE entry.dreamer_id = :viewer
    ORDER BY entry.created_at DESC, entry.id DESC LIMIT :limit OFFSET :offset"
);

#[async_trait]
impl MakerQueries for Sqlite {
    async fn list(
        &self,
        filter: &MakerFilter,
        viewer: Option<UserId>,
        page: Page,
    ) -> Result<PageOf<MakerCard>, StoreError> {
        let filter = filter.clone();
        self.look(move |connection| {
            let PageOf { total, list } = matching(connection, &filter, page)?;
            Ok(PageOf { total, list: cards(connection, &list, viewer)? })
        })
        .await
    }

    async fn find(&self, maker: UserId, viewer: Option<UserId>) -> Result<Option<MakerCard>, StoreError> {
        self.read(move |connection| {
            let params = named_params! { ":maker": maker.to_uuid(), ":viewer": viewer.map(UserId::to_uuid) };
            find(connection, CARD, params, |row| card(&mut Columns::of(row)))
        })
        .await
    }

    async fn followed_by(&self, dreamer: UserId, page: Page) -> Result<PageOf<FollowedMaker>, StoreError> {
        self.look(move |connection| {
            let viewer = dreamer.to_uuid();
            let total = count(connection, HOW_MANY_FOLLOWED, named_params! { ":viewer": viewer })?;
            let params =
                named_params! { ":viewer": viewer, ":limit": page.limit(), ":offset": page.offset() };
            let list = list(connection, FOLLOWED, params, |row| {
                let mut columns = Columns::of(row);
                Ok::<_, Failure>(FollowedMaker {
                    id: columns.id()?,
                    dreamer,
                    created_at: columns.at()?,
                    updated_at: columns.at()?,
                    maker: card(&mut columns)?,
                })
            })?;
            Ok(PageOf { total, list })
        })
        .await
    }
}

/// Which makers are on the page.
fn matching(connection: &Connection, filter: &MakerFilter, page: Page) -> Result<PageOf<Uuid>, Failure> {
    let MakerFilter { order_by, service_areas, service_types, keyword } = filter;
    if service_areas.is_empty() && service_types.is_empty() && keyword.is_none() {
        return everybody(connection, *order_by, page);
    }
    let params = named_params! {
        ":areas": any_of(service_areas),
        ":types": any_of(service_types),
        ":keyword": keyword.as_deref().map(folded),
        ":order": match order_by {
            MakerOrder::Reviews => "reviews",
            MakerOrder::Ratings => "ratings",
            MakerOrder::Confirms => "confirms",
        },
    };
    ids_on(connection, MATCHING, params, page)
}

/// The page of all makers, from the index of its order.
fn everybody(connection: &Connection, order: MakerOrder, page: Page) -> Result<PageOf<Uuid>, Failure> {
    let sql = match order {
        MakerOrder::Reviews => MOST_REVIEWED,
        MakerOrder::Ratings => BEST_RATED,
        MakerOrder::Confirms => MOST_CONFIRMED,
    };
    let params = named_params! { ":limit": page.limit(), ":offset": page.offset() };
    let list = list(connection, sql, params, |row| row.get(0))?;
    Ok(PageOf { total: count(connection, HOW_MANY, [])?, list })
}

/// The cards of these makers, in this order.
fn cards(
    connection: &Connection,
    makers: &[Uuid],
    viewer: Option<UserId>,
) -> Result<Vec<MakerCard>, Failure> {
    if makers.is_empty() {
        return Ok(Vec::new());
    }
    let params = named_params! { ":ids": ids_json(makers), ":viewer": viewer.map(UserId::to_uuid) };
    list(connection, CARDS, params, |row| card(&mut Columns::of(row)))
}

/// Reads what `card_columns!` selects.
pub(super) fn card(columns: &mut Columns<'_, '_>) -> rusqlite::Result<MakerCard> {
    Ok(MakerCard {
        nick_name: columns.value()?,
        image: columns.named()?,
        gallery: columns.value()?,
        service_types: columns.names()?,
        service_areas: columns.names()?,
        description: columns.value()?,
        detail_description: columns.value()?,
        is_followed: columns.value()?,
        stats: MakerStats {
            maker: columns.id()?,
            rating_sum: columns.value()?,
            total_reviews: columns.value()?,
            total_follows: columns.value()?,
            total_confirms: columns.value()?,
        },
    })
}
