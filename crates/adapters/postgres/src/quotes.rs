//! Quotes: `quotes`.

use async_trait::async_trait;
use diesel::prelude::*;
use kernel::{PlanId, QuoteId, StoreError, Timestamp, UserId};
use quote::{AddQuote, HasQuotes, Quote, QuoteParts, QuoteRepository, QuoteState, SaveQuote};
use uuid::Uuid;

use crate::connection::Attempt;
use crate::database::PgTx;
use crate::row::parsed;
use crate::schema::quotes;
use crate::sql::Prepared;

impl HasQuotes for PgTx {
    fn quotes(&mut self) -> &mut dyn QuoteRepository {
        self
    }
}

#[async_trait]
impl QuoteRepository for PgTx {
    async fn add(&mut self, quote: &Quote) -> Result<AddQuote, StoreError> {
        let add = diesel::insert_into(quotes::table)
            .values(QuoteRow::from(quote.clone()))
            .on_conflict((quotes::plan_id, quotes::maker_id))
            .filter_target(quotes::deleted_at.is_null())
            .do_nothing();
        Ok(match self.conn.change(add).await? {
            0 => AddQuote::AlreadyQuoted,
            _ => AddQuote::Added,
        })
    }

    async fn find(&mut self, id: QuoteId) -> Result<Option<Quote>, StoreError> {
        let quote = quotes::table.find(id.to_uuid()).select(QuoteRow::as_select());
        self.conn.find(quote).await?.map(Quote::try_from).transpose()
    }

    async fn find_for_update(&mut self, id: QuoteId) -> Result<Option<Quote>, StoreError> {
        let quote = quotes::table.find(id.to_uuid()).select(QuoteRow::as_select()).for_no_key_update();
        self.conn.find(quote).await?.map(Quote::try_from).transpose()
    }

    async fn live_of_plan_for_update(&mut self, plan: PlanId) -> Result<Vec<Quote>, StoreError> {
        let live = quotes::table
            .filter(quotes::plan_id.eq(plan.to_uuid()))
            .filter(quotes::deleted_at.is_null())
            .order(quotes::id)
            .select(QuoteRow::as_select())
            .for_no_key_update();
        self.conn.list(live).await?.into_iter().map(Quote::try_from).collect()
    }

    async fn save(&mut self, quote: &Quote) -> Result<SaveQuote, StoreError> {
        let row = QuoteRow::from(quote.clone());
        let id = row.id;
        let save = diesel::update(quotes::table.find(id)).set(row);
        // Only a confirmed quote can be in another's way.
        let outcome = if quote.is_confirmed() {
            self.conn.attempt(save).await?
        } else {
            Attempt::Changed(self.conn.change(save).await?)
        };
        match outcome {
            Attempt::Changed(0) => Err(StoreError::corrupt(format!("there is no quote {id} to change"))),
            Attempt::Changed(_) => Ok(SaveQuote::Saved),
            Attempt::Taken => Ok(SaveQuote::PlanAlreadyHasConfirmed),
        }
    }

    async fn delete_all_of_plan(&mut self, plan: PlanId, at: Timestamp) -> Result<Vec<UserId>, StoreError> {
        let live =
            quotes::table.filter(quotes::plan_id.eq(plan.to_uuid())).filter(quotes::deleted_at.is_null());
        let delete = diesel::update(live)
            .set((quotes::deleted_at.eq(Some(at)), quotes::updated_at.eq(at)))
            .returning((quotes::id, quotes::maker_id));
        let mut deleted: Vec<(Uuid, Uuid)> = self.conn.list(Prepared(delete)).await?;
        deleted.sort_unstable();
        Ok(deleted.into_iter().map(|(_, maker)| maker.into()).collect())
    }
}

/// A row of `quotes`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = quotes, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct QuoteRow {
    id: Uuid,
    plan_id: Uuid,
    dreamer_id: Uuid,
    maker_id: Uuid,
    price: i64,
    content: String,
    is_assigned: bool,
    confirmed_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Quote> for QuoteRow {
    fn from(quote: Quote) -> Self {
        let QuoteParts {
            id,
            plan,
            dreamer,
            maker,
            price,
            content,
            is_assigned,
            state,
            deleted_at,
            created_at,
            updated_at,
        } = quote.into_parts();
        let confirmed_at = match state {
            QuoteState::Open => None,
            QuoteState::Confirmed { at } => Some(at),
        };
        Self {
            id: id.to_uuid(),
            plan_id: plan.to_uuid(),
            dreamer_id: dreamer.to_uuid(),
            maker_id: maker.to_uuid(),
            price: price.get(),
            content: content.into_string(),
            is_assigned,
            confirmed_at,
            deleted_at,
            created_at,
            updated_at,
        }
    }
}

impl TryFrom<QuoteRow> for Quote {
    type Error = StoreError;

    fn try_from(row: QuoteRow) -> Result<Self, StoreError> {
        Ok(Self::restore(QuoteParts {
            id: row.id.into(),
            plan: row.plan_id.into(),
            dreamer: row.dreamer_id.into(),
            maker: row.maker_id.into(),
            price: parsed("quotes.price", row.price)?,
            content: parsed("quotes.content", row.content)?,
            is_assigned: row.is_assigned,
            state: row.confirmed_at.map_or(QuoteState::Open, |at| QuoteState::Confirmed { at }),
            deleted_at: row.deleted_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }))
    }
}
