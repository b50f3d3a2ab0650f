//! The plans that a maker may quote on: which are on the page, and how many there are of each type.

use application::queries::{MakerPlanFilter, PlanOrder};
use kernel::{Page, TripType, UserId};
use rusqlite::{Connection, named_params};
use uuid::Uuid;

use super::functions::folded;
use super::{Columns, any_of, counts};
use crate::connection::Failure;
use crate::row::find;

/// What a maker's list of plans consists of.
#[derive(Default)]
pub(super) struct OpenPlans {
    /// Those on the page.
    pub ids: Vec<Uuid>,
    /// All that match.
    pub total: i64,
    /// All that match but for their type.
    pub by_trip_type: Vec<(TripType, i64)>,
}

/// The areas that the maker serves, for the `:areas` of the other statements.
pub(super) const AREAS: &str = "SELECT service_areas FROM profiles WHERE user_id = :maker";

/// All PENDING plans by type, less those that the maker has quoted on: far fewer rows than the plans
/// themselves. A type comes in several rows, to be added up.
pub(super) const SERVED_BY_TRIP_TYPE: &str = "SELECT plan_counts.trip_type, plan_counts.plans
        FROM json_each(:areas) AS served
            CROSS JOIN plan_counts ON plan_counts.service_area = served.value
        WHERE plan_counts.status = 'PENDING'
    UNION ALL
    SELECT plans.trip_type, -1
        FROM quotes INDEXED BY quotes_of_maker CROSS JOIN plans ON plans.id = quotes.plan_id
        WHERE quotes.maker_id = :maker AND quotes.deleted_at IS NULL AND quotes.confirmed_at IS NULL
            AND plans.status = 'PENDING' AND plans.deleted_at IS NULL
            AND instr(:areas, '\"' || plans.service_area || '\"')";

// What makes SQLite stop in each area as soon as the page is full: that the plans of an area come in the order
// of the list, which takes the right index, and that the limit is part of the statement. So there is a
// statement for the usual pages and one for all others.
macro_rules! served_plans {
    ($index:literal, $order:literal, $limit:literal) => {
        concat!(
            "SELECT plans.id FROM json_each(:areas) AS served
                CROSS JOIN plans INDEXED BY ",
            $index,
            " ON plans.service_area = served.value
            WHERE plans.deleted_at IS NULL AND plans.status = 'PENDING'
                AND NOT EXISTS (SELECT 1 FROM quotes WHERE quotes.plan_id = plans.id
                    AND quotes.maker_id = :maker AND quotes.deleted_at IS NULL)
                AND (:types IS NULL OR instr(:types, '\"' || plans.trip_type || '\"')) ORDER BY ",
            $order,
            " LIMIT ",
            $limit,
            " OFFSET :offset"
        )
    };
}
macro_rules! in_both_orders {
    ($limit:literal) => {
        [
            served_plans!("plans_open_by_recency", "plans.created_at DESC, plans.id DESC", $limit),
            served_plans!("plans_open_by_day", "plans.trip_date, plans.id DESC", $limit),
        ]
    };
}
/// The newest first, and the soonest first; at most [`FEW`].
pub(super) const SERVED_FEW: [&str; 2] = in_both_orders!("10");
/// As many as a page can have.
pub(super) const SERVED_MANY: [&str; 2] = in_both_orders!("100");
const FEW: i64 = 10;

// All plans in question are looked at, so the maker's quotes are gathered once and not looked up for each.
macro_rules! found_plans {
    ($among:literal) => {
        concat!(
            "SELECT plans.trip_type, plans.id FROM ",
            $among,
            " CROSS JOIN users AS dreamer ON dreamer.id = plans.dreamer_id
            WHERE plans.deleted_at IS NULL AND plans.status = 'PENDING'
                AND plans.id NOT IN (SELECT plan_id FROM quotes INDEXED BY quotes_of_maker
                    WHERE maker_id = :maker AND deleted_at IS NULL)
                AND (:keyword IS NULL OR contains_folded(plans.title, :keyword)
                    OR contains_folded(dreamer.nick_name, :keyword))
            ORDER BY CASE WHEN :by_day THEN plans.trip_date END,
                CASE WHEN NOT :by_day THEN plans.created_at END DESC, plans.id DESC"
        )
    };
}
pub(super) const FOUND_IN_AREAS: &str = found_plans!(
    "json_each((SELECT service_areas FROM profiles WHERE user_id = :maker)) AS served
        CROSS JOIN plans INDEXED BY plans_open_by_recency ON plans.service_area = served.value"
);
pub(super) const FOUND_AMONG_ASKED: &str = found_plans!(
    "(SELECT plan_id FROM plan_assignees WHERE maker_id = :maker) AS asked
        CROSS JOIN plans ON plans.id = asked.plan_id"
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
    let maker = maker.to_uuid();
    let areas = find(connection, AREAS, named_params! { ":maker": maker }, |row| row.get::<_, String>(0))?;
    let mut open = OpenPlans::default();
    let params = named_params! { ":maker": maker, ":areas": areas };
    for (kind, plans) in counts(connection, SERVED_BY_TRIP_TYPE, params)? {
        open.count(kind, plans);
    }
    open.by_trip_type.retain(|(_, plans)| *plans > 0);
    open.total =
        open.by_trip_type.iter().filter(|(kind, _)| wants(filter, *kind)).map(|(_, plans)| plans).sum();

    let [recent, soonest] = if page.limit() <= FEW { SERVED_FEW } else { SERVED_MANY };
    let mut statement = connection.prepare_cached(match filter.order_by {
        PlanOrder::Recent => recent,
        PlanOrder::ScheduleFirst => soonest,
    })?;
    let mut rows = statement.query(named_params! {
        ":maker": maker,
        ":areas": areas,
        ":types": any_of(&filter.trip_types),
        ":offset": page.offset(),
    })?;
    for _ in 0..page.limit() {
        let Some(row) = rows.next()? else { break };
        open.ids.push(row.get(0)?);
    }
    Ok(open)
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
    let mut open = OpenPlans::default();
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        let mut columns = Columns::of(row);
        let kind = columns.named()?;
        open.count(kind, 1);
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
    /// There are so many more plans of that type.
    fn count(&mut self, kind: TripType, more: i64) {
        match self.by_trip_type.iter_mut().find(|(counted, _)| *counted == kind) {
            Some((_, plans)) => *plans += more,
            None => self.by_trip_type.push((kind, more)),
        }
    }
}

fn wants(filter: &MakerPlanFilter, kind: TripType) -> bool {
    filter.trip_types.is_empty() || filter.trip_types.contains(&kind)
}
