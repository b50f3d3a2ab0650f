//! Plans: for everybody, for the dreamer who posted them, and one alone.

use application::queries::{
    ConfirmedQuoteView, DreamerPlanFilter, DreamerPlanView, MakerPlanFilter, MakerPlanList, PlanOrder,
    PlanQueries, PlanView, UserName,
};
use async_trait::async_trait;
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel::sql_types::{self, Array, BigInt, Bool, Date, Nullable};
use kernel::{Page, PageOf, PlanId, ServiceArea, StoreError, TripType, UserId};

use super::{Columns, Shown, any_of};
use crate::database::Postgres;
use crate::row::Stored;
use crate::schema::sql_types as stored;
use crate::sql::sql;

pub(super) const COUNT_BY_AREA: &str = "SELECT service_area, sum(plans)::bigint FROM plan_counts
    GROUP BY service_area HAVING sum(plans) > 0";

pub(super) const COUNT_BY_TRIP_TYPE: &str = "SELECT trip_type, sum(plans)::bigint FROM plan_counts
    WHERE service_area = $1 GROUP BY trip_type HAVING sum(plans) > 0";

/// What a plan is read from, of `plans` and of `users` as `dreamer`; `$host` is its confirmed maker.
macro_rules! plan_columns {
    ($host:literal) => {
        concat!(
            "plans.id, plans.created_at, plans.updated_at, plans.title, plans.trip_date, plans.trip_type,
            plans.service_area, plans.details, plans.address, plans.status,
            ARRAY(SELECT ROW(asked.id, asked.nick_name)
                FROM plan_assignees JOIN users AS asked ON asked.id = plan_assignees.maker_id
                WHERE plan_assignees.plan_id = plans.id ORDER BY plan_assignees.position),
            dreamer.id, dreamer.nick_name, ",
            $host
        )
    };
}
pub(super) use plan_columns;

pub(super) const PLAN: &str = concat!(
    "SELECT ",
    plan_columns!("quotes.maker_id"),
    " FROM plans JOIN users AS dreamer ON dreamer.id = plans.dreamer_id
        LEFT JOIN quotes ON quotes.id = plans.confirmed_quote_id
    WHERE plans.id = $1 AND plans.deleted_at IS NULL"
);

/// A dreamer has no more plans than can be sorted at once.
macro_rules! in_order {
    () => {
        "CASE WHEN $4 THEN page.trip_date END, CASE WHEN NOT $4 THEN page.created_at END DESC, page.id DESC"
    };
}
pub(super) const OF_DREAMER: &str = concat!(
    // The review is looked up one by one: an EXISTS might be answered by reading all there are.
    "WITH mine AS MATERIALIZED (SELECT id, created_at, trip_date FROM plans
        WHERE dreamer_id = $1 AND deleted_at IS NULL AND status = ANY ($5)
            AND ($6::boolean IS NULL OR (status = 'COMPLETED'
                AND $6 = ((SELECT true FROM reviews WHERE reviews.plan_id = plans.id) IS NOT NULL)))
            AND ($7::date IS NULL OR (status = 'CONFIRMED' AND trip_date <= $7)))
    SELECT counted.total, ",
    plan_columns!("maker.id"),
    ", quotes.id, quotes.price, maker.nick_name, profiles.image
    FROM (SELECT count(*) AS total FROM mine) AS counted
        LEFT JOIN ((SELECT * FROM mine AS page ORDER BY ",
    in_order!(),
    " LIMIT $2 OFFSET $3) AS page
            JOIN plans ON plans.id = page.id
            JOIN users AS dreamer ON dreamer.id = plans.dreamer_id
            LEFT JOIN quotes ON quotes.id = plans.confirmed_quote_id
            LEFT JOIN users AS maker ON maker.id = quotes.maker_id
            LEFT JOIN profiles ON profiles.user_id = maker.id) ON true
    ORDER BY ",
    in_order!()
);

#[async_trait]
impl PlanQueries for Postgres {
    async fn count_by_area(&self) -> Result<Vec<(ServiceArea, i64)>, StoreError> {
        self.show_few(sql(COUNT_BY_AREA)).await
    }

    async fn count_by_trip_type(&self, area: ServiceArea) -> Result<Vec<(TripType, i64)>, StoreError> {
        self.show_few(sql(COUNT_BY_TRIP_TYPE).bind::<stored::ServiceArea, _>(Stored(area))).await
    }

    async fn for_maker(
        &self,
        maker: UserId,
        filter: &MakerPlanFilter,
        page: Page,
    ) -> Result<MakerPlanList, StoreError> {
        self.open_plans(maker, filter, page).await
    }

    async fn of_dreamer(
        &self,
        dreamer: UserId,
        filter: &DreamerPlanFilter,
        page: Page,
    ) -> Result<PageOf<DreamerPlanView>, StoreError> {
        let plans = sql(OF_DREAMER)
            .bind::<sql_types::Uuid, _>(dreamer.to_uuid())
            .bind::<BigInt, _>(page.limit())
            .bind::<BigInt, _>(page.offset())
            .bind::<Bool, _>(filter.order_by == PlanOrder::ScheduleFirst)
            .bind::<Array<stored::PlanStatus>, _>(any_of(&filter.statuses))
            .bind::<Nullable<Bool>, _>(filter.reviewed)
            .bind::<Nullable<Date>, _>(filter.ready_to_complete_on.map(kernel::TripDate::day));
        self.show_page(plans).await
    }

    async fn find(&self, plan: PlanId) -> Result<Option<PlanView>, StoreError> {
        self.show(sql(PLAN).bind::<sql_types::Uuid, _>(plan.to_uuid())).await
    }
}

impl Shown for (ServiceArea, i64) {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok((columns.named::<stored::ServiceArea, _>()?, columns.number()?))
    }
}

impl Shown for (TripType, i64) {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok((columns.named::<stored::TripType, _>()?, columns.number()?))
    }
}

impl Shown for PlanView {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            created_at: columns.at()?,
            updated_at: columns.at()?,
            title: columns.text()?,
            trip_date: columns.day()?,
            trip_type: columns.named::<stored::TripType, _>()?,
            service_area: columns.named::<stored::ServiceArea, _>()?,
            details: columns.text()?,
            address: columns.text_or_null()?,
            status: columns.named::<stored::PlanStatus, _>()?,
            assignees: columns.user_names()?,
            dreamer: UserName { id: columns.id()?, nick_name: columns.text()? },
            confirmed_maker: columns.id_or_null()?,
        })
    }
}

impl Shown for DreamerPlanView {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        let plan = PlanView::read(columns)?;
        let confirmed_quote = match plan.confirmed_maker {
            Some(maker) => Some(ConfirmedQuoteView {
                id: columns.id()?,
                price: columns.number()?,
                maker: UserName { id: maker, nick_name: columns.text()? },
                maker_image: columns.named::<stored::ProfileImage, _>()?,
            }),
            None => None,
        };
        Ok(Self { plan, confirmed_quote })
    }
}
