//! Reviews: `reviews`.

use async_trait::async_trait;
use kernel::StoreError;
use review::{AddReview, HasReviews, Review, ReviewParts, ReviewRepository};
use rusqlite::named_params;

use crate::database::SqliteTx;
use crate::row::{change, millis};

impl HasReviews for SqliteTx {
    fn reviews(&mut self) -> &mut dyn ReviewRepository {
        self
    }
}

#[async_trait]
impl ReviewRepository for SqliteTx {
    async fn add(&mut self, review: &Review) -> Result<AddReview, StoreError> {
        const SQL: &str =
            "INSERT INTO reviews (id, writer_id, owner_id, plan_id, rating, content, created_at,
                updated_at)
            VALUES (:id, :writer_id, :owner_id, :plan_id, :rating, :content, :created_at, :updated_at)
            ON CONFLICT (plan_id) DO NOTHING";
        let ReviewParts { id, writer, owner, plan, rating, content, created_at, updated_at } =
            review.clone().into_parts();
        self.run(move |connection| {
            let params = named_params! {
                ":id": id.to_uuid(),
                ":writer_id": writer.to_uuid(),
                ":owner_id": owner.to_uuid(),
                ":plan_id": plan.to_uuid(),
                ":rating": rating.get(),
                ":content": content.as_str(),
                ":created_at": millis(created_at),
                ":updated_at": millis(updated_at),
            };
            Ok(match change(connection, SQL, params)? {
                0 => AddReview::AlreadyReviewed,
                _ => AddReview::Added,
            })
        })
        .await
    }
}
