//! Reviews: `reviews`.

use async_trait::async_trait;
use diesel::prelude::*;
use kernel::StoreError;
use review::{AddReview, HasReviews, Review, ReviewParts, ReviewRepository};

use crate::database::PgTx;
use crate::schema::reviews;

impl HasReviews for PgTx {
    fn reviews(&mut self) -> &mut dyn ReviewRepository {
        self
    }
}

#[async_trait]
impl ReviewRepository for PgTx {
    async fn add(&mut self, review: &Review) -> Result<AddReview, StoreError> {
        let ReviewParts { id, writer, owner, plan, rating, content, created_at, updated_at } =
            review.clone().into_parts();
        let row = (
            reviews::id.eq(id.to_uuid()),
            reviews::writer_id.eq(writer.to_uuid()),
            reviews::owner_id.eq(owner.to_uuid()),
            reviews::plan_id.eq(plan.to_uuid()),
            reviews::rating.eq(i16::from(rating.get())),
            reviews::content.eq(content.into_string()),
            reviews::created_at.eq(created_at),
            reviews::updated_at.eq(updated_at),
        );
        let add = diesel::insert_into(reviews::table).values(row).on_conflict(reviews::plan_id).do_nothing();
        Ok(match self.conn.change(add).await? {
            0 => AddReview::AlreadyReviewed,
            _ => AddReview::Added,
        })
    }
}
