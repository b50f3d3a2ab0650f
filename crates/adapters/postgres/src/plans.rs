//! Plans and the makers they asked: `plans` and `plan_assignees`.

use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types;
use kernel::{PlanId, PlanStatus, ServiceArea, StoreError, Timestamp, TripDate, TripType, UserId};
use plan::{HasPlans, Plan, PlanParts, PlanRepository, PlanState};
use uuid::Uuid;

use crate::database::PgTx;
use crate::row::{IdRow, Stored, parsed, parsed_or_null};
use crate::schema::{plan_assignees, plans};
use crate::search::folded;
use crate::sql::{Prepared, sql};

/// Makes the plan's assignees the given ones, in their order.
const SAVE_ASSIGNEES: &str = "
    WITH gone AS (DELETE FROM plan_assignees WHERE plan_id = $1 AND maker_id <> ALL ($2))
    INSERT INTO plan_assignees (plan_id, maker_id, position)
    SELECT $1, maker_id, position FROM unnest($2) WITH ORDINALITY AS asked (maker_id, position)
    ON CONFLICT (plan_id, maker_id) DO UPDATE SET position = excluded.position
        WHERE plan_assignees.position <> excluded.position";

// The states are spelled out, so that the planner sees which of the partial indexes fits.
const PENDING_DUE: &str = "SELECT id FROM plans
    WHERE status = 'PENDING' AND deleted_at IS NULL AND trip_date <= $1 AND id > $2 ORDER BY id LIMIT $3";
const CONFIRMED_DUE: &str = "SELECT id FROM plans
    WHERE status = 'CONFIRMED' AND deleted_at IS NULL AND trip_date <= $1 AND id > $2 ORDER BY id LIMIT $3";
const CONFIRMED_ON: &str = "SELECT id FROM plans
    WHERE status = 'CONFIRMED' AND deleted_at IS NULL AND trip_date = $1 AND id > $2 ORDER BY id LIMIT $3";

impl HasPlans for PgTx {
    fn plans(&mut self) -> &mut dyn PlanRepository {
        self
    }
}

#[async_trait]
impl PlanRepository for PgTx {
    async fn add(&mut self, plan: &Plan) -> Result<(), StoreError> {
        let (row, assignees) = taken_apart(plan);
        self.conn.change(diesel::insert_into(plans::table).values(&row)).await?;
        if !assignees.is_empty() {
            self.save_assignees(row.id, assignees).await?;
        }
        Ok(())
    }

    async fn find_for_update(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError> {
        let plan = plans::table.find(id.to_uuid()).select(PlanRow::as_select()).for_no_key_update();
        let Some(row) = self.conn.find(plan).await? else { return Ok(None) };
        // Only now, in a statement of its own: it sees what the transaction did that held the lock.
        let assignees = plan_assignees::table
            .filter(plan_assignees::plan_id.eq(row.id))
            .order(plan_assignees::position)
            .select(plan_assignees::maker_id);
        let assignees: Vec<Uuid> = self.conn.list(assignees).await?;
        restored(row, assignees).map(Some)
    }

    async fn save(&mut self, plan: &Plan) -> Result<(), StoreError> {
        let (row, assignees) = taken_apart(plan);
        let id = row.id;
        self.conn.change_one("plan", diesel::update(plans::table.find(id)).set(row)).await?;
        self.save_assignees(id, assignees).await
    }

    async fn pending_due(
        &mut self,
        today: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError> {
        self.batch(PENDING_DUE, today, limit, after).await
    }

    async fn confirmed_due(
        &mut self,
        trip_day_at_or_before: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError> {
        self.batch(CONFIRMED_DUE, trip_day_at_or_before, limit, after).await
    }

    async fn confirmed_on(
        &mut self,
        day: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError> {
        self.batch(CONFIRMED_ON, day, limit, after).await
    }
}

impl PgTx {
    async fn save_assignees(&mut self, plan: Uuid, assignees: Vec<Uuid>) -> Result<(), StoreError> {
        let save = sql(SAVE_ASSIGNEES)
            .bind::<sql_types::Uuid, _>(plan)
            .bind::<sql_types::Array<sql_types::Uuid>, _>(assignees);
        self.conn.change(save).await.map(drop)
    }

    async fn batch(
        &mut self,
        query: &'static str,
        day: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError> {
        let query = sql(query)
            .bind::<sql_types::Date, _>(day.day())
            .bind::<sql_types::Uuid, _>(after.map_or(Uuid::nil(), PlanId::to_uuid))
            .bind::<sql_types::BigInt, _>(limit);
        Ok(IdRow::ids(self.conn.list(Prepared(query)).await?))
    }
}

/// A row of `plans`.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = plans, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct PlanRow {
    id: Uuid,
    dreamer_id: Uuid,
    title: String,
    title_key: String,
    trip_date: NaiveDate,
    trip_type: Stored<TripType>,
    service_area: Stored<ServiceArea>,
    details: String,
    address: Option<String>,
    status: Stored<PlanStatus>,
    confirmed_quote_id: Option<Uuid>,
    deleted_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The plan's row and its assignees.
fn taken_apart(plan: &Plan) -> (PlanRow, Vec<Uuid>) {
    let PlanParts {
        id,
        dreamer,
        title,
        trip_date,
        trip_type,
        service_area,
        details,
        address,
        state,
        assignees,
        deleted_at,
        created_at,
        updated_at,
    } = plan.clone().into_parts();
    let row = PlanRow {
        id: id.to_uuid(),
        dreamer_id: dreamer.to_uuid(),
        title_key: folded(title.as_str()),
        title: title.into_string(),
        trip_date: trip_date.day(),
        trip_type: Stored(trip_type),
        service_area: Stored(service_area),
        details: details.into_string(),
        address: address.map(plan::Address::into_string),
        status: Stored(state.status()),
        confirmed_quote_id: state.quote().map(kernel::QuoteId::to_uuid),
        deleted_at,
        created_at,
        updated_at,
    };
    (row, assignees.into_iter().map(UserId::to_uuid).collect())
}

fn restored(row: PlanRow, assignees: Vec<Uuid>) -> Result<Plan, StoreError> {
    Plan::restore(PlanParts {
        id: row.id.into(),
        dreamer: row.dreamer_id.into(),
        title: parsed("plans.title", row.title)?,
        trip_date: row.trip_date.into(),
        trip_type: row.trip_type.0,
        service_area: row.service_area.0,
        details: parsed("plans.details", row.details)?,
        address: parsed_or_null("plans.address", row.address)?,
        state: PlanState::restore(row.status.0, row.confirmed_quote_id.map(Into::into))?,
        assignees: assignees.into_iter().map(Into::into).collect(),
        deleted_at: row.deleted_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
