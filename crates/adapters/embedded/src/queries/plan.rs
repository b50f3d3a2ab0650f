//! Plans: which ones from the indexes of `plans`, how many from `plan_counts`.

use application::queries::{
    ConfirmedQuoteView, DreamerPlanFilter, DreamerPlanView, MakerPlanFilter, MakerPlanList, PlanOrder,
    PlanQueries, PlanView, UserName,
};
use async_trait::async_trait;
use kernel::enums::Named;
use kernel::{Page, PageOf, PlanId, ServiceArea, StoreError, TripType, UserId};
use rusqlite::{Connection, named_params};
use uuid::Uuid;

use super::{Columns, any_of, counts, ids_json, ids_on, open_plans};
use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row::list;

pub(super) const COUNT_BY_AREA: &str = "SELECT service_area, sum(plans) FROM plan_counts
    GROUP BY service_area HAVING sum(plans) > 0";

pub(super) const COUNT_BY_TRIP_TYPE: &str = "SELECT trip_type, sum(plans) FROM plan_counts
    WHERE service_area = :area GROUP BY trip_type HAVING sum(plans) > 0";

macro_rules! plans_of_dreamer {
    ($order:literal) => {
        concat!(
            "SELECT id FROM plans
            WHERE dreamer_id = :dreamer AND deleted_at IS NULL
                AND (:statuses IS NULL OR status IN (SELECT value FROM json_each(:statuses)))
                AND (:reviewed IS NULL OR (status = 'COMPLETED'
                    AND :reviewed = EXISTS (SELECT 1 FROM reviews WHERE reviews.plan_id = plans.id)))
                AND (:ready_on IS NULL OR (status = 'CONFIRMED' AND trip_date <= :ready_on))
            ORDER BY ",
            $order
        )
    };
}
pub(super) const OF_DREAMER: &str = plans_of_dreamer!("created_at DESC, id DESC");
pub(super) const OF_DREAMER_BY_DAY: &str = plans_of_dreamer!("trip_date, id DESC");

/// Whole plans, with the makers they asked and the confirmed quote.
pub(super) const PLANS: &str = "SELECT plans.id, plans.created_at, plans.updated_at, plans.title,
        plans.trip_date, plans.trip_type, plans.service_area, plans.details, plans.address, plans.status,
        (SELECT json_group_array(json_array(hex(asked.id), asked.nick_name) ORDER BY position)
            FROM plan_assignees CROSS JOIN users AS asked ON asked.id = plan_assignees.maker_id
            WHERE plan_assignees.plan_id = plans.id),
        dreamer.id, dreamer.nick_name,
        quotes.id, quotes.price, maker.id, maker.nick_name, profiles.image
    FROM json_each(:ids) AS page
        CROSS JOIN plans ON plans.id = unhex(page.value)
        CROSS JOIN users AS dreamer ON dreamer.id = plans.dreamer_id
        LEFT JOIN quotes ON quotes.id = plans.confirmed_quote_id
        LEFT JOIN users AS maker ON maker.id = quotes.maker_id
        LEFT JOIN profiles ON profiles.user_id = maker.id
    WHERE plans.deleted_at IS NULL
    ORDER BY page.key";

#[async_trait]
impl PlanQueries for Sqlite {
    async fn count_by_area(&self) -> Result<Vec<(ServiceArea, i64)>, StoreError> {
        self.read(|connection| counts(connection, COUNT_BY_AREA, [])).await
    }

    async fn count_by_trip_type(&self, area: ServiceArea) -> Result<Vec<(TripType, i64)>, StoreError> {
        self.read(move |connection| {
            counts(connection, COUNT_BY_TRIP_TYPE, named_params! { ":area": area.as_str() })
        })
        .await
    }

    async fn for_maker(
        &self,
        maker: UserId,
        filter: &MakerPlanFilter,
        page: Page,
    ) -> Result<MakerPlanList, StoreError> {
        let filter = filter.clone();
        self.look(move |connection| {
            let open = open_plans::for_maker(connection, maker, &filter, page)?;
            let list = plans(connection, &open.ids)?.into_iter().map(|entry| entry.plan).collect();
            Ok(MakerPlanList { plans: PageOf { total: open.total, list }, by_trip_type: open.by_trip_type })
        })
        .await
    }

    async fn of_dreamer(
        &self,
        dreamer: UserId,
        filter: &DreamerPlanFilter,
        page: Page,
    ) -> Result<PageOf<DreamerPlanView>, StoreError> {
        let filter = filter.clone();
        self.look(move |connection| {
            let PageOf { total, list } = ids_of_dreamer(connection, dreamer, &filter, page)?;
            Ok(PageOf { total, list: plans(connection, &list)? })
        })
        .await
    }

    async fn find(&self, plan: PlanId) -> Result<Option<PlanView>, StoreError> {
        self.read(move |connection| Ok(plans(connection, &[plan.to_uuid()])?.pop().map(|entry| entry.plan)))
            .await
    }
}

/// Which of the dreamer's plans are on the page.
fn ids_of_dreamer(
    connection: &Connection,
    dreamer: UserId,
    filter: &DreamerPlanFilter,
    page: Page,
) -> Result<PageOf<Uuid>, Failure> {
    let sql = match filter.order_by {
        PlanOrder::Recent => OF_DREAMER,
        PlanOrder::ScheduleFirst => OF_DREAMER_BY_DAY,
    };
    let params = named_params! {
        ":dreamer": dreamer.to_uuid(),
        ":statuses": any_of(&filter.statuses),
        ":reviewed": filter.reviewed,
        ":ready_on": filter.ready_to_complete_on.map(|day| day.to_string()),
    };
    ids_on(connection, sql, params, page)
}

/// These plans, in this order; deleted ones are left out.
fn plans(connection: &Connection, ids: &[Uuid]) -> Result<Vec<DreamerPlanView>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    list(connection, PLANS, named_params! { ":ids": ids_json(ids) }, |row| read(&mut Columns::of(row)))
}

fn read(columns: &mut Columns<'_, '_>) -> rusqlite::Result<DreamerPlanView> {
    let mut plan = PlanView {
        id: columns.id()?,
        created_at: columns.at()?,
        updated_at: columns.at()?,
        title: columns.value()?,
        trip_date: columns.day()?,
        trip_type: columns.named()?,
        service_area: columns.named()?,
        details: columns.value()?,
        address: columns.value()?,
        status: columns.named()?,
        assignees: columns.user_names()?,
        dreamer: UserName { id: columns.id()?, nick_name: columns.value()? },
        confirmed_maker: None,
    };
    let confirmed_quote = match columns.id_or_null()? {
        Some(id) => Some(ConfirmedQuoteView {
            id,
            price: columns.value()?,
            maker: UserName { id: columns.id()?, nick_name: columns.value()? },
            maker_image: columns.named()?,
        }),
        None => None,
    };
    plan.confirmed_maker = confirmed_quote.as_ref().map(|quote| quote.maker.id);
    Ok(DreamerPlanView { plan, confirmed_quote })
}
