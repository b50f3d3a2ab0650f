//! Plans and the makers they asked: `plans` and `plan_assignees`.

use async_trait::async_trait;
use kernel::enums::Named;
use kernel::{PlanId, PlanStatus, QuoteId, StoreError, TripDate, UserId};
use plan::{Address, HasPlans, Plan, PlanParts, PlanRepository, PlanState};
use rusqlite::{Connection, Row, named_params};

use crate::connection::Failure;
use crate::database::SqliteTx;
use crate::row::{
    at, at_or_null, change, day, find, id, id_or_null, list, millis, named, no_such, text, text_or_null,
};

impl HasPlans for SqliteTx {
    fn plans(&mut self) -> &mut dyn PlanRepository {
        self
    }
}

#[async_trait]
impl PlanRepository for SqliteTx {
    async fn add(&mut self, plan: &Plan) -> Result<(), StoreError> {
        let plan = plan.clone().into_parts();
        self.run(move |connection| {
            insert(connection, &plan)?;
            Ok(insert_assignees(connection, &plan)?)
        })
        .await
    }

    async fn find_for_update(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        const SQL: &str = "SELECT * FROM plans WHERE id = :id";
        self.run(move |connection| {
            find(connection, SQL, named_params! { ":id": id.to_uuid() }, |row| {
                Ok::<_, Failure>(Plan::restore(read(row, assignees(connection, id)?)?)?)
            })
        })
        .await
    }

    async fn save(&mut self, plan: &Plan) -> Result<(), StoreError> {
        const FORGET: &str = "DELETE FROM plan_assignees WHERE plan_id = :id";
        let plan = plan.clone().into_parts();
        self.run(move |connection| {
            update(connection, &plan)?;
            change(connection, FORGET, named_params! { ":id": plan.id.to_uuid() })?;
            Ok(insert_assignees(connection, &plan)?)
        })
        .await
    }

    async fn pending_due(
        &mut self,
        today: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError> {
        self.run(move |connection| batch(connection, PlanStatus::Pending, None, today, limit, after)).await
    }

    async fn confirmed_due(
        &mut self,
        trip_day_at_or_before: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError> {
        let last = trip_day_at_or_before;
        self.run(move |connection| batch(connection, PlanStatus::Confirmed, None, last, limit, after)).await
    }

    async fn confirmed_on(
        &mut self,
        day: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError> {
        self.run(move |connection| batch(connection, PlanStatus::Confirmed, Some(day), day, limit, after))
            .await
    }
}

/// The plans of that status with their day from `first` (or ever) to `last`.
fn batch(
    connection: &Connection,
    status: PlanStatus,
    first: Option<TripDate>,
    last: TripDate,
    limit: i64,
    after: Option<PlanId>,
) -> Result<Vec<PlanId>, Failure> {
    const SQL: &str = "SELECT id FROM plans
        WHERE deleted_at IS NULL AND status = :status AND trip_date BETWEEN :first AND :last
            AND id > coalesce(:after, x'')
        ORDER BY id LIMIT :limit";
    let params = named_params! {
        ":status": status.as_str(),
        ":first": first.map_or_else(String::new, |day| day.to_string()),
        ":last": last.to_string(),
        ":after": after.map(PlanId::to_uuid),
        ":limit": limit,
    };
    list(connection, SQL, params, |row| id(row, "id"))
}

fn read(row: &Row<'_>, assignees: Vec<UserId>) -> Result<PlanParts, Failure> {
    Ok(PlanParts {
        id: id(row, "id")?,
        dreamer: id(row, "dreamer_id")?,
        title: text(row, "title")?,
        trip_date: day(row, "trip_date")?,
        trip_type: named(row, "trip_type")?,
        service_area: named(row, "service_area")?,
        details: text(row, "details")?,
        address: text_or_null(row, "address")?,
        state: PlanState::restore(named(row, "status")?, id_or_null(row, "confirmed_quote_id")?)?,
        assignees,
        deleted_at: at_or_null(row, "deleted_at")?,
        created_at: at(row, "created_at")?,
        updated_at: at(row, "updated_at")?,
    })
}

fn assignees(connection: &Connection, plan: PlanId) -> Result<Vec<UserId>, Failure> {
    const SQL: &str = "SELECT maker_id FROM plan_assignees WHERE plan_id = :plan_id ORDER BY position";
    list(connection, SQL, named_params! { ":plan_id": plan.to_uuid() }, |row| id(row, "maker_id"))
}

fn insert_assignees(connection: &Connection, plan: &PlanParts) -> rusqlite::Result<()> {
    const SQL: &str = "INSERT INTO plan_assignees (plan_id, maker_id, position)
        VALUES (:plan_id, :maker_id, :position)";
    (0_i64..).zip(&plan.assignees).try_for_each(|(position, maker)| {
        let params = named_params! {
            ":plan_id": plan.id.to_uuid(),
            ":maker_id": maker.to_uuid(),
            ":position": position,
        };
        change(connection, SQL, params).map(drop)
    })
}

fn insert(connection: &Connection, plan: &PlanParts) -> rusqlite::Result<()> {
    const SQL: &str = "INSERT INTO plans (id, dreamer_id, title, trip_date, trip_type, service_area, details,
            address, status, confirmed_quote_id, deleted_at, created_at, updated_at)
        VALUES (:id, :dreamer_id, :title, :trip_date, :trip_type, :service_area, :details,
            :address, :status, :confirmed_quote_id, :deleted_at, :created_at, :updated_at)";
    written(connection, SQL, plan).map(drop)
}

fn update(connection: &Connection, plan: &PlanParts) -> Result<(), Failure> {
    const SQL: &str = "UPDATE plans SET dreamer_id = :dreamer_id, title = :title, trip_date = :trip_date,
            trip_type = :trip_type, service_area = :service_area, details = :details, address = :address,
            status = :status, confirmed_quote_id = :confirmed_quote_id, deleted_at = :deleted_at,
            created_at = :created_at, updated_at = :updated_at
        WHERE id = :id";
    match written(connection, SQL, plan)? {
        0 => Err(no_such(format_args!("plan {}", plan.id))),
        _ => Ok(()),
    }
}

/// Runs a statement that takes the whole plan but its assignees, and answers how many rows it changed.
fn written(connection: &Connection, sql: &str, plan: &PlanParts) -> rusqlite::Result<usize> {
    let params = named_params! {
        ":id": plan.id.to_uuid(),
        ":dreamer_id": plan.dreamer.to_uuid(),
        ":title": plan.title.as_str(),
        ":trip_date": plan.trip_date.to_string(),
        ":trip_type": plan.trip_type.as_str(),
        ":service_area": plan.service_area.as_str(),
        ":details": plan.details.as_str(),
        ":address": plan.address.as_ref().map(Address::as_str),
        ":status": plan.state.status().as_str(),
        ":confirmed_quote_id": plan.state.quote().map(QuoteId::to_uuid),
        ":deleted_at": plan.deleted_at.map(millis),
        ":created_at": millis(plan.created_at),
        ":updated_at": millis(plan.updated_at),
    };
    change(connection, sql, params)
}
