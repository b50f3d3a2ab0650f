//! Quotes, with their plans and both sides.

use application::queries::{PlanQuoteView, QuotePlanView, QuoteQueries, QuoteView, UserName};
use async_trait::async_trait;
use kernel::{Page, PageOf, PlanId, QuoteId, StoreError, UserId};
use rusqlite::{Connection, named_params};
use uuid::Uuid;

use super::maker::{card, card_columns};
use super::{Columns, count, ids_json, ids_on};
use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row::list;

pub(super) const HOW_MANY_OF_PLAN: &str = "SELECT count(*) FROM quotes
    WHERE plan_id = :plan AND deleted_at IS NULL AND (NOT :confirmed OR confirmed_at IS NOT NULL)";

pub(super) const OF_PLAN: &str = concat!(
    "SELECT quotes.id, quotes.created_at, quotes.updated_at, quotes.price, quotes.content,
        quotes.confirmed_at IS NOT NULL, quotes.is_assigned, ",
    card_columns!(),
    " FROM quotes
        CROSS JOIN maker_list ON maker_list.maker_id = quotes.maker_id
        CROSS JOIN profiles ON profiles.user_id = maker_list.maker_id
    WHERE quotes.plan_id = :plan AND quotes.deleted_at IS NULL
        AND (NOT :confirmed OR quotes.confirmed_at IS NOT NULL)
    ORDER BY quotes.created_at DESC, quotes.id DESC LIMIT :limit OFFSET :offset"
);

/// The statuses sort as the contract lists them.
pub(super) const SENT: &str = "SELECT quotes.id FROM quotes CROSS JOIN plans ON plans.id = quotes.plan_id
    WHERE quotes.maker_id = :maker AND quotes.deleted_at IS NULL AND plans.deleted_at IS NULL
        AND (quotes.confirmed_at IS NOT NULL OR plans.status = 'PENDING')
    ORDER BY CASE plans.status WHEN 'PENDING' THEN 1 WHEN 'CONFIRMED' THEN 2 WHEN 'COMPLETED' THEN 3 ELSE 4 END,
        quotes.created_at DESC, quotes.id DESC";

pub(super) const NOT_CHOSEN: &str = "SELECT quotes.id FROM quotes
        CROSS JOIN plans ON plans.id = quotes.plan_id
    WHERE quotes.maker_id = :maker AND quotes.deleted_at IS NULL AND quotes.confirmed_at IS NULL
        AND plans.deleted_at IS NULL AND plans.status <> 'PENDING'
    ORDER BY quotes.created_at DESC, quotes.id DESC";

pub(super) const QUOTES: &str = "SELECT quotes.id, quotes.created_at, quotes.updated_at, quotes.price,
        quotes.content, quotes.confirmed_at IS NOT NULL, quotes.is_assigned,
        maker.id, maker.nick_name, dreamer.id, dreamer.nick_name,
        plans.id, plans.created_at, plans.title, plans.trip_date, plans.trip_type, plans.service_area,
        plans.details, plans.status, plans.address
    FROM json_each(:ids) AS page
        CROSS JOIN quotes ON quotes.id = unhex(page.value)
        CROSS JOIN plans ON plans.id = quotes.plan_id
        CROSS JOIN users AS maker ON maker.id = quotes.maker_id
        CROSS JOIN users AS dreamer ON dreamer.id = quotes.dreamer_id
    WHERE quotes.deleted_at IS NULL AND plans.deleted_at IS NULL
    ORDER BY page.key";

#[async_trait]
impl QuoteQueries for Sqlite {
    async fn of_plan(
        &self,
        plan: PlanId,
        dreamer: UserId,
        only_confirmed: bool,
        page: Page,
    ) -> Result<PageOf<PlanQuoteView>, StoreError> {
        self.look(move |connection| {
            let plan = plan.to_uuid();
            let counted = named_params! { ":plan": plan, ":confirmed": only_confirmed };
            let total = count(connection, HOW_MANY_OF_PLAN, counted)?;
            let params = named_params! {
                ":plan": plan,
                ":viewer": dreamer.to_uuid(),
                ":confirmed": only_confirmed,
                ":limit": page.limit(),
                ":offset": page.offset(),
            };
            let list = list(connection, OF_PLAN, params, |row| of_plan(&mut Columns::of(row)))?;
            Ok(PageOf { total, list })
        })
        .await
    }

    async fn sent_by(&self, maker: UserId, page: Page) -> Result<PageOf<QuoteView>, StoreError> {
        self.look(move |connection| of_maker(connection, SENT, maker, page)).await
    }

    async fn not_chosen_of(&self, maker: UserId, page: Page) -> Result<PageOf<QuoteView>, StoreError> {
        self.look(move |connection| of_maker(connection, NOT_CHOSEN, maker, page)).await
    }

    async fn find(&self, quote: QuoteId) -> Result<Option<QuoteView>, StoreError> {
        self.read(move |connection| Ok(quotes(connection, &[quote.to_uuid()])?.pop())).await
    }
}

/// The page of those of the maker's quotes that `sql` is about.
fn of_maker(
    connection: &Connection,
    sql: &str,
    maker: UserId,
    page: Page,
) -> Result<PageOf<QuoteView>, Failure> {
    let PageOf { total, list } = ids_on(connection, sql, named_params! { ":maker": maker.to_uuid() }, page)?;
    Ok(PageOf { total, list: quotes(connection, &list)? })
}

/// These quotes, in this order; deleted ones are left out.
fn quotes(connection: &Connection, ids: &[Uuid]) -> Result<Vec<QuoteView>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    list(connection, QUOTES, named_params! { ":ids": ids_json(ids) }, |row| read(&mut Columns::of(row)))
}

fn of_plan(columns: &mut Columns<'_, '_>) -> rusqlite::Result<PlanQuoteView> {
    Ok(PlanQuoteView {
        id: columns.id()?,
        created_at: columns.at()?,
        updated_at: columns.at()?,
        price: columns.value()?,
        content: columns.value()?,
        is_confirmed: columns.value()?,
        is_assigned: columns.value()?,
        maker: card(columns)?,
    })
}

fn read(columns: &mut Columns<'_, '_>) -> rusqlite::Result<QuoteView> {
    Ok(QuoteView {
        id: columns.id()?,
        created_at: columns.at()?,
        updated_at: columns.at()?,
        price: columns.value()?,
        content: columns.value()?,
        is_confirmed: columns.value()?,
        is_assigned: columns.value()?,
        maker: UserName { id: columns.id()?, nick_name: columns.value()? },
        dreamer: UserName { id: columns.id()?, nick_name: columns.value()? },
        plan: QuotePlanView {
            id: columns.id()?,
            created_at: columns.at()?,
            title: columns.value()?,
            trip_date: columns.day()?,
            trip_type: columns.named()?,
            service_area: columns.named()?,
            details: columns.value()?,
            status: columns.named()?,
            address: columns.value()?,
        },
    })
}
