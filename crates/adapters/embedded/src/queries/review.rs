//! Reviews, with the plans they are about, deleted or not.

use application::queries::{MakerReviewView, MakerReviews, MyReviewView, ReviewQueries};
use async_trait::async_trait;
use kernel::{Page, PageOf, StoreError, UserId};
use rusqlite::named_params;

use super::{Columns, count};
use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row::list;

pub(super) const HOW_MANY_WRITTEN: &str = "SELECT count(*) FROM reviews WHERE writer_id = :writer";

pub(super) const WRITTEN: &str = "SELECT reviews.id, reviews.created_at, reviews.rating, reviews.content,
        maker.nick_name, profiles.image, plans.trip_type, plans.trip_date, quotes.price, quotes.is_assigned
    FROM reviews
        CROSS JOIN users AS maker ON maker.id = reviews.owner_id
        CROSS JOIN profiles ON profiles.user_id = reviews.owner_id
        CROSS JOIN plans ON plans.id = reviews.plan_id
        CROSS JOIN quotes ON quotes.id = plans.confirmed_quote_id
    WHERE reviews.writer_id = :writer
    ORDER BY reviews.created_at DESC, reviews.id DESC LIMIT :limit OFFSET :offset";

pub(super) const BY_RATING: &str = "SELECT rating, count(*) FROM reviews WHERE owner_id = :owner
    GROUP BY rating ORDER BY rating DESC";

pub(super) const ABOUT: &str = "SELECT reviews.id, reviews.created_at, reviews.rating, reviews.content,
        writer.nick_name
    FROM reviews CROSS JOIN users AS writer ON writer.id = reviews.writer_id
    WHERE reviews.owner_id = :owner
    ORDER BY reviews.created_at DESC, reviews.id DESC LIMIT :limit OFFSET :offset";

#[async_trait]
impl ReviewQueries for Sqlite {
    async fn written_by(&self, dreamer: UserId, page: Page) -> Result<PageOf<MyReviewView>, StoreError> {
        self.look(move |connection| {
            let writer = dreamer.to_uuid();
            let total = count(connection, HOW_MANY_WRITTEN, named_params! { ":writer": writer })?;
            let params =
                named_params! { ":writer": writer, ":limit": page.limit(), ":offset": page.offset() };
            let list = list(connection, WRITTEN, params, |row| mine(&mut Columns::of(row)))?;
            Ok(PageOf { total, list })
        })
        .await
    }

    async fn about(&self, maker: UserId, page: Page) -> Result<MakerReviews, StoreError> {
        self.look(move |connection| {
            let owner = maker.to_uuid();
            let by_rating = list(connection, BY_RATING, named_params! { ":owner": owner }, |row| {
                let mut columns = Columns::of(row);
                Ok::<(i64, i64), Failure>((columns.value()?, columns.value()?))
            })?;
            let params = named_params! { ":owner": owner, ":limit": page.limit(), ":offset": page.offset() };
            let list = list(connection, ABOUT, params, |row| of_maker(&mut Columns::of(row)))?;
            let total = by_rating.iter().map(|(_, reviews)| reviews).sum();
            Ok(MakerReviews { reviews: PageOf { total, list }, by_rating })
        })
        .await
    }
}

fn mine(columns: &mut Columns<'_, '_>) -> rusqlite::Result<MyReviewView> {
    Ok(MyReviewView {
        id: columns.id()?,
        created_at: columns.at()?,
        rating: columns.value()?,
        content: columns.value()?,
        maker_nick_name: columns.value()?,
        maker_image: columns.named()?,
        trip_type: columns.named()?,
        trip_date: columns.day()?,
        price: columns.value()?,
        is_assigned: columns.value()?,
    })
}

fn of_maker(columns: &mut Columns<'_, '_>) -> rusqlite::Result<MakerReviewView> {
    Ok(MakerReviewView {
        id: columns.id()?,
        created_at: columns.at()?,
        rating: columns.value()?,
        content: columns.value()?,
        writer_nick_name: columns.value()?,
    })
}
