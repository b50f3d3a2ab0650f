//! Reviews, with the plans they are about, deleted or not.

use application::queries::{MakerReviewView, MakerReviews, MyReviewView, ReviewQueries};
use async_trait::async_trait;
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel::sql_types::{self, Array, BigInt, Record, SmallInt};
use kernel::{Page, PageOf, StoreError, UserId};

use super::{Columns, PageRow, Shown, page_of};
use crate::database::Postgres;
use crate::schema::sql_types as stored;
use crate::sql::sql;

pub(super) const WRITTEN: &str = "SELECT counted.total, page.id, page.created_at, page.rating, page.content,
        maker.nick_name, profiles.image, plans.trip_type, plans.trip_date, quotes.price, quotes.is_assigned
    FROM (SELECT count(*) AS total FROM reviews WHERE writer_id = $1) AS counted
        LEFT JOIN ((SELECT id, owner_id, plan_id, created_at, rating, content FROM reviews
                WHERE writer_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3) AS page
            JOIN users AS maker ON maker.id = page.owner_id
            JOIN profiles ON profiles.user_id = page.owner_id
            JOIN plans ON plans.id = page.plan_id
            JOIN quotes ON quotes.id = plans.confirmed_quote_id) ON true
    ORDER BY page.created_at DESC, page.id DESC";

pub(super) const ABOUT: &str =
    "SELECT counted.by_rating, page.id, page.created_at, page.rating, page.content,
        writer.nick_name
    FROM (SELECT ARRAY(SELECT ROW(rating, count(*)) FROM reviews WHERE owner_id = $1
            GROUP BY rating ORDER BY rating DESC) AS by_rating) AS counted
        LEFT JOIN ((SELECT id, writer_id, created_at, rating, content FROM reviews
                WHERE owner_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3) AS page
            JOIN users AS writer ON writer.id = page.writer_id) ON true
    ORDER BY page.created_at DESC, page.id DESC";

#[async_trait]
impl ReviewQueries for Postgres {
    async fn written_by(&self, dreamer: UserId, page: Page) -> Result<PageOf<MyReviewView>, StoreError> {
        let written = sql(WRITTEN)
            .bind::<sql_types::Uuid, _>(dreamer.to_uuid())
            .bind::<BigInt, _>(page.limit())
            .bind::<BigInt, _>(page.offset());
        self.show_page(written).await
    }

    async fn about(&self, maker: UserId, page: Page) -> Result<MakerReviews, StoreError> {
        let about = sql(ABOUT)
            .bind::<sql_types::Uuid, _>(maker.to_uuid())
            .bind::<BigInt, _>(page.limit())
            .bind::<BigInt, _>(page.offset());
        let rows: Vec<PageRow<ByRating, MakerReviewView>> = self.show_all(about).await?;
        let (by_rating, list) = page_of(rows);
        let by_rating = by_rating.map_or(Vec::new(), |ByRating(counts)| counts);
        let total = by_rating.iter().map(|(_, reviews)| reviews).sum();
        Ok(MakerReviews { reviews: PageOf { total, list }, by_rating })
    }
}

/// How often each rating was given, the best first.
struct ByRating(Vec<(i64, i64)>);

impl Shown for ByRating {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        let counts = columns.value::<Array<Record<(SmallInt, BigInt)>>, Vec<(i16, i64)>>()?;
        Ok(Self(counts.into_iter().map(|(rating, reviews)| (rating.into(), reviews)).collect()))
    }
}

impl Shown for MyReviewView {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            created_at: columns.at()?,
            rating: columns.value::<SmallInt, i16>()?.into(),
            content: columns.text()?,
            maker_nick_name: columns.text()?,
            maker_image: columns.named::<stored::ProfileImage, _>()?,
            trip_type: columns.named::<stored::TripType, _>()?,
            trip_date: columns.day()?,
            price: columns.number()?,
            is_assigned: columns.flag()?,
        })
    }
}

impl Shown for MakerReviewView {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            created_at: columns.at()?,
            rating: columns.value::<SmallInt, i16>()?.into(),
            content: columns.text()?,
            writer_nick_name: columns.text()?,
        })
    }
}
