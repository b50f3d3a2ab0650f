//! The plans that a maker may quote on: which are on the page, and how many there are of each type.

use application::queries::{MakerPlanFilter, PlanOrder};
use kernel::{Page, TripType, UserId};
use rusqlite::{Connection, named_params};
use uuid::Uuid;

use super::functions::folded;
use super::{Columns, any_of, counts};
use crate::connection::Failure;
use crate::row::list;

/// What a maker's list of plans consists of.
pub(super) struct OpenPlans {
    /// Those on the page.
    pub ids: Vec<Uuid>,
    /// All that match.
    pub total: i64,
    /// All that match but for their type.
    pub by_trip_type: Vec<(TripType, i64)>,
}

/// The areas that the maker serves.
macro_rules! served {
    () => {
        "(SELECT value FROM json_each((SELECT service_areas FROM profiles WHERE user_id = :maker)))"
    };
}

/// That the maker may quote on the plan.
macro_rules! open_to_maker {
    () => {
        "plans.deleted_at IS NULL AND plans.status = 'PENDING' AND NOT EXISTS (SELECT 1 FROM quotes
            WHERE quotes.plan_id = plans.id AND quotes.maker_id = :maker AND quotes.deleted_at IS NULL)"
    };
}

/// All PENDING plans less those that the maker has quoted on: far fewer rows than the plans themselves.
pub(super) const SERVED_BY_TRIP_TYPE: &str = concat!(
    "SELECT trip_type, sum(plans) FROM (
        SELECT trip_type, plans FROM plan_counts WHERE status = 'PENDING' AND service_area IN ",
    served!(),
    " UNION ALL
        SELECT plans.trip_type, -1 FROM quotes CROSS JOIN plans ON plans.id = quotes.plan_id
        WHERE quotes.maker_id = :maker AND quotes.deleted_at IS NULL AND quotes.confirmed_at IS NULL
            AND plans.status = 'PENDING' AND plans.deleted_at IS NULL AND plans.service_area IN ",
    served!(),
    ") GROUP BY trip_type HAVING sum(plans) > 0"
);

// The indexes are named since SQLite, which knows nothing of the data, would take a worse one. With these it
// stops in each area as soon as the page is full.
macro_rules! served_plans {
    ($index:literal, $order:literal) => {
        concat!(
            "SELECT id FROM plans INDEXED BY ",
            $index,
            " WHERE ",
            open_to_maker!(),
            " AND service_area IN ",
            served!(),
            " AND (:types IS NULL OR trip_type IN (SELECT value FROM json_each(:types)))
            ORDER BY ",
            $order,
            " LIMIT :limit OFFSET :offset"
        )
    };
}
pub(super) const SERVED: &str = served_plans!("plans_open_by_recency", "created_at DESC, id DESC");
pub(super) const SERVED_BY_DAY: &str = served_plans!("plans_open_by_day", "trip_date, id DESC");

macro_rules! found_plans {
    ($among:literal, $those:expr) => {
        concat!(
            "SELECT plans.trip_type, plans.id FROM ",
            $among,
            " CROSS JOIN users AS dreamer ON dreamer.id = plans.dreamer_id WHERE ",
            $those,
            " AND ",
            open_to_maker!(),
            " AND (:keyword IS NULL OR contains_folded(plans.title, :keyword)
                OR contains_folded(dreamer.nick_name, :keyword))
            ORDER BY CASE WHEN :by_day THEN plans.trip_date END,
                CASE WHEN NOT :by_day THEN plans.created_at END DESC, plans.id DESC"
        )
    };
}
pub(super) const FOUND_IN_AREAS: &str =
    found_plans!("plans INDEXED BY plans_open_by_recency", concat!("plans.service_area IN ", served!()));
pub(super) const FOUND_AMONG_ASKED: &str = found_plans!(
    "plan_assignees CROSS JOIN plans ON plans.id = plan_assignees.plan_id",
    "plan_assignees.maker_id = :maker"
);

/// The plans that `maker` may quote on and that match.
pub(super) fn for_maker(
    connection: &Connection,
    maker: UserId,
    filter: &MakerPlanFilter,
    page: Page,
) -> Result<OpenPlans, Failure> {
    if filter.only_assigned || filter.keyword.is_some() {
        found(connection, maker, filter, page)
    } else {
        served(connection, maker, filter, page)
    }
}

/// Without a keyword nothing but the page has to be looked at.
fn served(
    connection: &Connection,
    maker: UserId,
    filter: &MakerPlanFilter,
    page: Page,
) -> Result<OpenPlans, Failure> {
    let sql = match filter.order_by {
        PlanOrder::Recent => SERVED,
        PlanOrder::ScheduleFirst => SERVED_BY_DAY,
    };
    let maker = maker.to_uuid();
    let by_trip_type = counts(connection, SERVED_BY_TRIP_TYPE, named_params! { ":maker": maker })?;
    let total = by_trip_type.iter().filter(|(kind, _)| wants(filter, *kind)).map(|(_, plans)| plans).sum();
    let params = named_params! {
        ":maker": maker,
        ":types": any_of(&filter.trip_types),
        ":limit": page.limit(),
        ":offset": page.offset(),
    };
    let ids = list(connection, sql, params, |row| row.get(0))?;
    Ok(OpenPlans { ids, total, by_trip_type })
}

/// With a keyword every plan in question has to be looked at, so they are counted on the way.
fn found(
    connection: &Connection,
    maker: UserId,
    filter: &MakerPlanFilter,
    page: Page,
) -> Result<OpenPlans, Failure> {
    let sql = if filter.only_assigned { FOUND_AMONG_ASKED } else { FOUND_IN_AREAS };
    let params = named_params! {
        ":maker": maker.to_uuid(),
        ":keyword": filter.keyword.as_deref().map(folded),
        ":by_day": filter.order_by == PlanOrder::ScheduleFirst,
    };
    let shown = page.offset()..page.offset() + page.limit();
    let mut open = OpenPlans { ids: Vec::new(), total: 0, by_trip_type: Vec::new() };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        let mut columns = Columns::of(row);
        let kind = columns.named()?;
        open.count(kind);
        if wants(filter, kind) {
            if shown.contains(&open.total) {
                open.ids.push(columns.id()?);
            }
            open.total += 1;
        }
    }
    Ok(open)
}

impl OpenPlans {
    fn count(&mut self, kind: TripType) {
        match self.by_trip_type.iter_mut().find(|(counted, _)| *counted == kind) {
            Some((_, plans)) => *plans += 1,
            None => self.by_trip_type.push((kind, 1)),
        }
    }
}

fn wants(filter: &MakerPlanFilter, kind: TripType) -> bool {
    filter.trip_types.is_empty() || filter.trip_types.contains(&kind)
}
