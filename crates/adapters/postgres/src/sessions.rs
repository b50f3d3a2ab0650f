//! Log-ins: `sessions` and `refresh_tokens`. Whoever changes a token holds the lock of its session.

use async_trait::async_trait;
use auth::{
    HasSessions, NewRefreshToken, RefreshTokenHash, Session, SessionDirectory, SessionRepository,
    SessionState, StoredRefreshToken,
};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types;
use kernel::{SessionId, StoreError, Timestamp, UserId};
use uuid::Uuid;

use crate::database::{PgTx, Postgres};
use crate::row::IdRow;
use crate::schema::{refresh_tokens, sessions};
use crate::sql::{Prepared, sql};

/// Notes a use, of which only the first counts.
const MARK_USED: &str = "UPDATE refresh_tokens SET used_at = coalesce(used_at, $2) WHERE hash = $1
    RETURNING session_id, parent_hash";
/// In the order of their ids, so that two who do this wait for each other instead of dead-locking.
const END_ALL: &str = "UPDATE sessions SET ended_at = $3 WHERE id IN (
        SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2
        ORDER BY id FOR NO KEY UPDATE)
    RETURNING id";
const DELETE_EXPIRED: &str = "DELETE FROM refresh_tokens WHERE hash IN (
        SELECT hash FROM refresh_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
    RETURNING session_id AS id";
const DELETE_EMPTY: &str = "DELETE FROM sessions WHERE id = ANY ($1)
    AND NOT EXISTS (SELECT FROM refresh_tokens WHERE session_id = sessions.id)";

impl HasSessions for PgTx {
    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self
    }
}

#[async_trait]
impl SessionRepository for PgTx {
    async fn add(&mut self, session: &Session, first: &NewRefreshToken) -> Result<(), StoreError> {
        let row = SessionRow::new(session, first.expires_at);
        self.conn.change(diesel::insert_into(sessions::table).values(row)).await?;
        let token = TokenRow::new(session.id().to_uuid(), None, first);
        self.conn.change(diesel::insert_into(refresh_tokens::table).values(token)).await.map(drop)
    }

    async fn find_token_for_update(
        &mut self,
        hash: &RefreshTokenHash,
    ) -> Result<Option<(Session, StoredRefreshToken)>, StoreError> {
        let of_token = refresh_tokens::table.find(hash.as_bytes().as_slice());
        let session = sessions::table
            .filter(sessions::id.eq_any(of_token.select(refresh_tokens::session_id)))
            .select(SessionRow::as_select())
            .for_no_key_update();
        let Some(session) = self.conn.find::<SessionRow, _>(session).await? else { return Ok(None) };
        // Only now, in a statement of its own: it sees what the transaction did that held the lock.
        let token = of_token.select(TokenRow::as_select());
        let Some(token) = self.conn.find::<TokenRow, _>(token).await? else { return Ok(None) };
        Ok(Some((session.into(), token.try_into()?)))
    }

    async fn rotate(
        &mut self,
        used: &RefreshTokenHash,
        at: Timestamp,
        next: &NewRefreshToken,
    ) -> Result<(), StoreError> {
        let mark = sql(MARK_USED)
            .bind::<sql_types::Binary, _>(used.as_bytes().as_slice())
            .bind::<sql_types::Timestamptz, _>(at);
        let of_used: Option<UsedRow> = self.conn.find(Prepared(mark)).await?;
        let UsedRow { session_id, parent_hash } =
            of_used.ok_or_else(|| StoreError::corrupt("there is no refresh token to rotate"))?;
        if let Some(parent) = parent_hash {
            let mark = diesel::update(refresh_tokens::table.find(parent))
                .set(refresh_tokens::successor_used.eq(true));
            self.conn.change(mark).await?;
        }
        let token = TokenRow::new(session_id, Some(used), next);
        self.conn.change(diesel::insert_into(refresh_tokens::table).values(token)).await?;
        // The session lives as long as the last of its tokens.
        let session = sessions::table.find(session_id).filter(sessions::expires_at.lt(next.expires_at));
        let prolong = diesel::update(session).set(sessions::expires_at.eq(next.expires_at));
        self.conn.change(prolong).await.map(drop)
    }

    async fn end(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        let live = sessions::table.find(id.to_uuid()).filter(sessions::ended_at.is_null());
        self.conn.change(diesel::update(live).set(sessions::ended_at.eq(Some(at)))).await.map(drop)
    }

    async fn end_all_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
        at: Timestamp,
    ) -> Result<Vec<SessionId>, StoreError> {
        let end = sql(END_ALL)
            .bind::<sql_types::Uuid, _>(user.to_uuid())
            .bind::<sql_types::Nullable<sql_types::Uuid>, _>(except.map(SessionId::to_uuid))
            .bind::<sql_types::Timestamptz, _>(at);
        Ok(IdRow::ids(self.conn.list(Prepared(end)).await?))
    }

    async fn delete_expired(&mut self, before: Timestamp, limit: i64) -> Result<i64, StoreError> {
        let delete =
            sql(DELETE_EXPIRED).bind::<sql_types::Timestamptz, _>(before).bind::<sql_types::BigInt, _>(limit);
        let sessions: Vec<Uuid> = IdRow::ids(self.conn.list(Prepared(delete)).await?);
        let deleted = i64::try_from(sessions.len()).unwrap_or(limit);
        let delete = sql(DELETE_EMPTY).bind::<sql_types::Array<sql_types::Uuid>, _>(sessions);
        self.conn.change(delete).await?;
        Ok(deleted)
    }
}

#[async_trait]
impl SessionDirectory for Postgres {
    async fn is_live(&self, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
        let live = sessions::table
            .find(id.to_uuid())
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(now));
        self.reads().get(diesel::select(exists(live))).await
    }
}

/// A row of `sessions`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct SessionRow {
    id: Uuid,
    user_id: Uuid,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
    expires_at: Timestamp,
}

impl SessionRow {
    fn new(session: &Session, expires_at: Timestamp) -> Self {
        Self {
            id: session.id().to_uuid(),
            user_id: session.user().to_uuid(),
            created_at: session.created_at(),
            ended_at: match session.state() {
                SessionState::Live => None,
                SessionState::Ended { at } => Some(at),
            },
            expires_at,
        }
    }
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        let state = row.ended_at.map_or(SessionState::Live, |at| SessionState::Ended { at });
        Self::restore(row.id.into(), row.user_id.into(), row.created_at, state)
    }
}

/// A row of `refresh_tokens`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct TokenRow {
    hash: Vec<u8>,
    session_id: Uuid,
    parent_hash: Option<Vec<u8>>,
    issued_at: Timestamp,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    successor_used: bool,
}

impl TokenRow {
    fn new(session: Uuid, parent: Option<&RefreshTokenHash>, token: &NewRefreshToken) -> Self {
        Self {
            hash: token.hash.as_bytes().to_vec(),
            session_id: session,
            parent_hash: parent.map(|hash| hash.as_bytes().to_vec()),
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            used_at: None,
            successor_used: false,
        }
    }
}

impl TryFrom<TokenRow> for StoredRefreshToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            hash: hash(row.hash)?,
            session: row.session_id.into(),
            parent: row.parent_hash.map(hash).transpose()?,
            issued_at: row.issued_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
            successor_used: row.successor_used,
        })
    }
}

fn hash(bytes: Vec<u8>) -> Result<RefreshTokenHash, StoreError> {
    let bytes: Result<[u8; 32], _> = bytes.try_into();
    bytes.map(RefreshTokenHash::from).map_err(|_| StoreError::corrupt("a hash that is not of 32 bytes"))
}

/// What [`MARK_USED`] answers.
#[derive(QueryableByName)]
struct UsedRow {
    #[diesel(sql_type = sql_types::Uuid)]
    session_id: Uuid,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Binary>)]
    parent_hash: Option<Vec<u8>>,
}
