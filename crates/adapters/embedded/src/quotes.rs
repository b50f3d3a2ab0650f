//! Quotes: `quotes`.

use async_trait::async_trait;
use kernel::{PlanId, QuoteId, StoreError, Timestamp, UserId};
use quote::{AddQuote, HasQuotes, Quote, QuoteParts, QuoteRepository, QuoteState, SaveQuote};
use rusqlite::{Connection, Row, named_params};

use crate::connection::Failure;
use crate::database::SqliteTx;
use crate::row::{at, at_or_null, change, coconuts, exists, find, id, list, millis, no_such, text};

impl HasQuotes for SqliteTx {
    fn quotes(&mut self) -> &mut dyn QuoteRepository {
        self
    }
}

#[async_trait]
impl QuoteRepository for SqliteTx {
    async fn add(&mut self, quote: &Quote) -> Result<AddQuote, StoreError> {
        const SQL: &str =
            "INSERT INTO quotes (id, plan_id, dreamer_id, maker_id, price, content, is_assigned,
                confirmed_at, deleted_at, created_at, updated_at)
            VALUES (:id, :plan_id, :dreamer_id, :maker_id, :price, :content, :is_assigned,
                :confirmed_at, :deleted_at, :created_at, :updated_at)
            ON CONFLICT (plan_id, maker_id) WHERE deleted_at IS NULL DO NOTHING";
        let quote = quote.clone().into_parts();
        self.run(move |connection| {
            Ok(match written(connection, SQL, &quote)? {
                0 => AddQuote::AlreadyQuoted,
                _ => AddQuote::Added,
            })
        })
        .await
    }

    async fn find(&mut self, id: QuoteId) -> Result<Option<Quote>, StoreError> {
        const SQL: &str = "SELECT * FROM quotes WHERE id = :id";
        self.run(move |connection| find(connection, SQL, named_params! { ":id": id.to_uuid() }, read)).await
    }

    async fn find_for_update(&mut self, id: QuoteId) -> Result<Option<Quote>, StoreError> {
        self.find(id).await
    }

    async fn live_of_plan_for_update(&mut self, plan: PlanId) -> Result<Vec<Quote>, StoreError> {
        const SQL: &str = "SELECT * FROM quotes WHERE plan_id = :plan_id AND deleted_at IS NULL ORDER BY id";
        self.run(move |connection| list(connection, SQL, named_params! { ":plan_id": plan.to_uuid() }, read))
            .await
    }

    async fn save(&mut self, quote: &Quote) -> Result<SaveQuote, StoreError> {
        let quote = quote.clone().into_parts();
        self.run(move |connection| update(connection, &quote)).await
    }

    async fn delete_all_of_plan(&mut self, plan: PlanId, at: Timestamp) -> Result<Vec<UserId>, StoreError> {
        const SQL: &str = "UPDATE quotes SET deleted_at = :at, updated_at = :at
            WHERE plan_id = :plan_id AND deleted_at IS NULL RETURNING id, maker_id";
        self.run(move |connection| {
            let params = named_params! { ":plan_id": plan.to_uuid(), ":at": millis(at) };
            let mut deleted: Vec<(QuoteId, UserId)> = list(connection, SQL, params, |row| {
                Ok::<_, Failure>((id(row, "id")?, id(row, "maker_id")?))
            })?;
            deleted.sort_unstable();
            Ok(deleted.into_iter().map(|(_, maker)| maker).collect())
        })
        .await
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Quote> {
    Ok(Quote::restore(QuoteParts {
        id: id(row, "id")?,
        plan: id(row, "plan_id")?,
        dreamer: id(row, "dreamer_id")?,
        maker: id(row, "maker_id")?,
        price: coconuts(row, "price")?,
        content: text(row, "content")?,
        is_assigned: row.get("is_assigned")?,
        state: at_or_null(row, "confirmed_at")?.map_or(QuoteState::Open, |at| QuoteState::Confirmed { at }),
        deleted_at: at_or_null(row, "deleted_at")?,
        created_at: at(row, "created_at")?,
        updated_at: at(row, "updated_at")?,
    }))
}

fn update(connection: &Connection, quote: &QuoteParts) -> Result<SaveQuote, Failure> {
    const SQL: &str = "UPDATE quotes SET plan_id = :plan_id, dreamer_id = :dreamer_id, maker_id = :maker_id,
            price = :price, content = :content, is_assigned = :is_assigned, confirmed_at = :confirmed_at,
            deleted_at = :deleted_at, created_at = :created_at, updated_at = :updated_at
        WHERE id = :id AND (:confirmed_at IS NULL OR NOT EXISTS (
            SELECT 1 FROM quotes WHERE plan_id = :plan_id AND confirmed_at IS NOT NULL AND id <> :id))";
    const KNOWN: &str = "SELECT 1 FROM quotes WHERE id = :id";
    if written(connection, SQL, quote)? == 1 {
        Ok(SaveQuote::Saved)
    } else if exists(connection, KNOWN, named_params! { ":id": quote.id.to_uuid() })? {
        Ok(SaveQuote::PlanAlreadyHasConfirmed)
    } else {
        Err(no_such(format_args!("quote {}", quote.id)))
    }
}

/// Runs a statement that takes the whole quote, and answers how many rows it changed.
fn written(connection: &Connection, sql: &str, quote: &QuoteParts) -> rusqlite::Result<usize> {
    let confirmed_at = match quote.state {
        QuoteState::Open => None,
        QuoteState::Confirmed { at } => Some(millis(at)),
    };
    let params = named_params! {
        ":id": quote.id.to_uuid(),
        ":plan_id": quote.plan.to_uuid(),
        ":dreamer_id": quote.dreamer.to_uuid(),
        ":maker_id": quote.maker.to_uuid(),
        ":price": quote.price.get(),
        ":content": quote.content.as_str(),
        ":is_assigned": quote.is_assigned,
        ":confirmed_at": confirmed_at,
        ":deleted_at": quote.deleted_at.map(millis),
        ":created_at": millis(quote.created_at),
        ":updated_at": millis(quote.updated_at),
    };
    change(connection, sql, params)
}
