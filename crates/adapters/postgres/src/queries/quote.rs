//! Quotes, with their plans and both sides.

use application::queries::{PlanQuoteView, QuotePlanView, QuoteQueries, QuoteView, UserName};
use async_trait::async_trait;
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel::sql_types::{self, BigInt, Bool};
use kernel::{Page, PageOf, PlanId, QuoteId, StoreError, UserId};

use super::maker::{card_columns, followed_by_viewer};
use super::{Columns, Shown};
use crate::database::Postgres;
use crate::schema::sql_types as stored;
use crate::sql::sql;

pub(super) const OF_PLAN: &str = concat!(
    "SELECT counted.total, page.id, page.created_at, page.updated_at, page.price, page.content,
        page.confirmed_at IS NOT NULL, page.is_assigned, ",
    card_columns!(followed_by_viewer!()),
    " FROM (SELECT count(*) AS total FROM quotes
            WHERE plan_id = $4 AND deleted_at IS NULL AND (NOT $5 OR confirmed_at IS NOT NULL)) AS counted
        LEFT JOIN ((SELECT id, maker_id, created_at, updated_at, price, content, confirmed_at, is_assigned
                FROM quotes
                WHERE plan_id = $4 AND deleted_at IS NULL AND (NOT $5 OR confirmed_at IS NOT NULL)
                ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3) AS page
            JOIN maker_stats ON maker_stats.maker_id = page.maker_id
            JOIN users ON users.id = page.maker_id
            JOIN profiles ON profiles.user_id = page.maker_id) ON true
    ORDER BY page.created_at DESC, page.id DESC"
);

/// What a quote is read from, of `quotes`, `plans`, and `users` as `maker` and as `dreamer`.
macro_rules! quote_columns {
    () => {
        "quotes.id, quotes.created_at, quotes.updated_at, quotes.price, quotes.content,
        quotes.confirmed_at IS NOT NULL, quotes.is_assigned,
        maker.id, maker.nick_name, dreamer.id, dreamer.nick_name,
        plans.id, plans.created_at, plans.title, plans.trip_date, plans.trip_type, plans.service_area,
        plans.details, plans.status, plans.address"
    };
}
macro_rules! with_plan_and_sides {
    () => {
        " JOIN plans ON plans.id = quotes.plan_id
        JOIN users AS maker ON maker.id = quotes.maker_id
        JOIN users AS dreamer ON dreamer.id = quotes.dreamer_id"
    };
}

/// Those of a maker's quotes that the condition is about, in that order.
macro_rules! quotes_of_maker {
    ($condition:literal, $order:literal) => {
        concat!(
            "WITH mine AS MATERIALIZED (
                SELECT quotes.id AS quote_id, quotes.created_at AS sent_at, plans.status AS plan_status
                FROM quotes JOIN plans ON plans.id = quotes.plan_id
                WHERE quotes.maker_id = $1 AND quotes.deleted_at IS NULL AND plans.deleted_at IS NULL AND ",
            $condition,
            ")
            SELECT counted.total, ",
            quote_columns!(),
            " FROM (SELECT count(*) AS total FROM mine) AS counted
                LEFT JOIN ((SELECT * FROM mine ORDER BY ",
            $order,
            " LIMIT $2 OFFSET $3) AS page JOIN quotes ON quotes.id = page.quote_id",
            with_plan_and_sides!(),
            ") ON true ORDER BY ",
            $order
        )
    };
}
pub(super) const SENT: &str = quotes_of_maker!(
    "(quotes.confirmed_at IS NOT NULL OR plans.status = 'PENDING')",
    "plan_status, sent_at DESC, quote_id DESC"
);
pub(super) const NOT_CHOSEN: &str = quotes_of_maker!(
    "quotes.confirmed_at IS NULL AND plans.status <> 'PENDING'",
    "sent_at DESC, quote_id DESC"
);

pub(super) const QUOTE: &str = concat!(
    "SELECT ",
    quote_columns!(),
    " FROM quotes",
    with_plan_and_sides!(),
    " WHERE quotes.id = $1 AND quotes.deleted_at IS NULL AND plans.deleted_at IS NULL"
);

#[async_trait]
impl QuoteQueries for Postgres {
    async fn of_plan(
        &self,
        plan: PlanId,
        dreamer: UserId,
        only_confirmed: bool,
        page: Page,
    ) -> Result<PageOf<PlanQuoteView>, StoreError> {
        let quotes = sql(OF_PLAN)
            .bind::<sql_types::Uuid, _>(dreamer.to_uuid())
            .bind::<BigInt, _>(page.limit())
            .bind::<BigInt, _>(page.offset())
            .bind::<sql_types::Uuid, _>(plan.to_uuid())
            .bind::<Bool, _>(only_confirmed);
        self.show_page(quotes).await
    }

    async fn sent_by(&self, maker: UserId, page: Page) -> Result<PageOf<QuoteView>, StoreError> {
        self.quotes_of_maker(SENT, maker, page).await
    }

    async fn not_chosen_of(&self, maker: UserId, page: Page) -> Result<PageOf<QuoteView>, StoreError> {
        self.quotes_of_maker(NOT_CHOSEN, maker, page).await
    }

    async fn find(&self, quote: QuoteId) -> Result<Option<QuoteView>, StoreError> {
        self.show(sql(QUOTE).bind::<sql_types::Uuid, _>(quote.to_uuid())).await
    }
}

impl Postgres {
    async fn quotes_of_maker(
        &self,
        statement: &'static str,
        maker: UserId,
        page: Page,
    ) -> Result<PageOf<QuoteView>, StoreError> {
        let quotes = sql(statement)
            .bind::<sql_types::Uuid, _>(maker.to_uuid())
            .bind::<BigInt, _>(page.limit())
            .bind::<BigInt, _>(page.offset());
        self.show_page(quotes).await
    }
}

impl Shown for PlanQuoteView {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            created_at: columns.at()?,
            updated_at: columns.at()?,
            price: columns.number()?,
            content: columns.text()?,
            is_confirmed: columns.flag()?,
            is_assigned: columns.flag()?,
            maker: Shown::read(columns)?,
        })
    }
}

impl Shown for QuoteView {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            created_at: columns.at()?,
            updated_at: columns.at()?,
            price: columns.number()?,
            content: columns.text()?,
            is_confirmed: columns.flag()?,
            is_assigned: columns.flag()?,
            maker: UserName { id: columns.id()?, nick_name: columns.text()? },
            dreamer: UserName { id: columns.id()?, nick_name: columns.text()? },
            plan: QuotePlanView {
                id: columns.id()?,
                created_at: columns.at()?,
                title: columns.text()?,
                trip_date: columns.day()?,
                trip_type: columns.named::<stored::TripType, _>()?,
                service_area: columns.named::<stored::ServiceArea, _>()?,
                details: columns.text()?,
                status: columns.named::<stored::PlanStatus, _>()?,
                address: columns.text_or_null()?,
            },
        })
    }
}
