//! Log-ins: `sessions` and `refresh_tokens`.

use async_trait::async_trait;
use auth::{
    HasSessions, NewRefreshToken, RefreshTokenHash, Session, SessionDirectory, SessionRepository,
    SessionState, StoredRefreshToken,
};
use kernel::{SessionId, StoreError, Timestamp, UserId};
use rusqlite::{Connection, Row, named_params};

use crate::connection::Failure;
use crate::database::{Sqlite, SqliteTx};
use crate::row::{at, at_or_null, change, change_one, exists, find, id, list, millis};

impl HasSessions for SqliteTx {
    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self
    }
}

#[async_trait]
impl SessionRepository for SqliteTx {
    async fn add(&mut self, session: &Session, first: &NewRefreshToken) -> Result<(), StoreError> {
        let (session, first) = (session.clone(), *first);
        self.run(move |connection| Ok(insert(connection, &session, &first)?)).await
    }

    async fn find_token_for_update(
        &mut self,
        hash: &RefreshTokenHash,
    ) -> Result<Option<(Session, StoredRefreshToken)>, StoreError> {
        const SQL: &str =
            "SELECT hash, session_id, parent_hash, issued_at, refresh_tokens.expires_at, used_at,
                successor_used, user_id, created_at, ended_at
            FROM refresh_tokens JOIN sessions ON sessions.id = session_id WHERE hash = :hash";
        let hash = *hash;
        self.run(move |connection| {
            find(connection, SQL, named_params! { ":hash": hash.as_bytes() }, |row| {
                Ok::<_, Failure>((read_session(row)?, read_token(row)?))
            })
        })
        .await
    }

    async fn rotate(
        &mut self,
        used: &RefreshTokenHash,
        at: Timestamp,
        next: &NewRefreshToken,
    ) -> Result<(), StoreError> {
        let (used, next) = (*used, *next);
        self.run(move |connection| {
            mark_used(connection, &used, at)?;
            insert_successor(connection, &used, &next)
        })
        .await
    }

    async fn end(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE sessions SET ended_at = :at WHERE id = :id AND ended_at IS NULL";
        self.run(move |connection| {
            change(connection, SQL, named_params! { ":id": id.to_uuid(), ":at": millis(at) })?;
            Ok(())
        })
        .await
    }

    async fn end_all_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
        at: Timestamp,
    ) -> Result<Vec<SessionId>, StoreError> {
        const SQL: &str = "UPDATE sessions SET ended_at = :at
            WHERE user_id = :user AND ended_at IS NULL AND id IS NOT :except RETURNING id";
        self.run(move |connection| {
            let params = named_params! {
                ":user": user.to_uuid(),
                ":except": except.map(SessionId::to_uuid),
                ":at": millis(at),
            };
            list(connection, SQL, params, |row| id(row, "id"))
        })
        .await
    }

    async fn delete_expired(&mut self, before: Timestamp, limit: i64) -> Result<i64, StoreError> {
        self.run(move |connection| delete_expired(connection, before, limit)).await
    }
}

#[async_trait]
impl SessionDirectory for Sqlite {
    async fn is_live(&self, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT 1 FROM sessions WHERE id = :id AND ended_at IS NULL AND expires_at > :now";
        self.read(move |connection| {
            Ok(exists(connection, SQL, named_params! { ":id": id.to_uuid(), ":now": millis(now) })?)
        })
        .await
    }
}

fn read_session(row: &Row<'_>) -> rusqlite::Result<Session> {
    let state = at_or_null(row, "ended_at")?.map_or(SessionState::Live, |at| SessionState::Ended { at });
    Ok(Session::restore(id(row, "session_id")?, id(row, "user_id")?, at(row, "created_at")?, state))
}

fn read_token(row: &Row<'_>) -> rusqlite::Result<StoredRefreshToken> {
    Ok(StoredRefreshToken {
        hash: row.get::<_, [u8; 32]>("hash")?.into(),
        session: id(row, "session_id")?,
        parent: row.get::<_, Option<[u8; 32]>>("parent_hash")?.map(RefreshTokenHash::from),
        issued_at: at(row, "issued_at")?,
        expires_at: at(row, "expires_at")?,
        used_at: at_or_null(row, "used_at")?,
        successor_used: row.get("successor_used")?,
    })
}

fn insert(connection: &Connection, session: &Session, first: &NewRefreshToken) -> rusqlite::Result<()> {
    const SESSION: &str = "INSERT INTO sessions (id, user_id, created_at, ended_at, expires_at)
        VALUES (:id, :user_id, :created_at, :ended_at, :expires_at)";
    const TOKEN: &str = "INSERT INTO refresh_tokens (hash, session_id, issued_at, expires_at)
        VALUES (:hash, :session_id, :issued_at, :expires_at)";
    let ended_at = match session.state() {
        SessionState::Live => None,
        SessionState::Ended { at } => Some(millis(at)),
    };
    let params = named_params! {
        ":id": session.id().to_uuid(),
        ":user_id": session.user().to_uuid(),
        ":created_at": millis(session.created_at()),
        ":ended_at": ended_at,
        ":expires_at": millis(first.expires_at),
    };
    change(connection, SESSION, params)?;
    let params = named_params! {
        ":hash": first.hash.as_bytes(),
        ":session_id": session.id().to_uuid(),
        ":issued_at": millis(first.issued_at),
        ":expires_at": millis(first.expires_at),
    };
    change(connection, TOKEN, params).map(drop)
}

/// Notes the use with the token, where only the first counts, and with its parent.
fn mark_used(connection: &Connection, used: &RefreshTokenHash, at: Timestamp) -> Result<(), Failure> {
    const TOKEN: &str = "UPDATE refresh_tokens SET used_at = coalesce(used_at, :at) WHERE hash = :used";
    const PARENT: &str = "UPDATE refresh_tokens SET successor_used = 1
        WHERE hash = (SELECT parent_hash FROM refresh_tokens WHERE hash = :used)";
    let used = used.as_bytes();
    let params = named_params! { ":used": used, ":at": millis(at) };
    change_one(connection, TOKEN, params, format_args!("refresh token to rotate"))?;
    change(connection, PARENT, named_params! { ":used": used })?;
    Ok(())
}

/// Adds `next` to the session of `used`, which lives as long as the last of its tokens.
fn insert_successor(
    connection: &Connection,
    used: &RefreshTokenHash,
    next: &NewRefreshToken,
) -> Result<(), Failure> {
    const TOKEN: &str = "INSERT INTO refresh_tokens (hash, session_id, parent_hash, issued_at, expires_at)
        SELECT :hash, session_id, :used, :issued_at, :expires_at FROM refresh_tokens WHERE hash = :used";
    const SESSION: &str = "UPDATE sessions SET expires_at = max(expires_at, :expires_at)
        WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = :used)";
    let (used, expires_at) = (used.as_bytes(), millis(next.expires_at));
    let params = named_params! {
        ":hash": next.hash.as_bytes(),
        ":used": used,
        ":issued_at": millis(next.issued_at),
        ":expires_at": expires_at,
    };
    change(connection, TOKEN, params)?;
    change(connection, SESSION, named_params! { ":used": used, ":expires_at": expires_at })?;
    Ok(())
}

/// Deletes expired tokens, the oldest first, and the sessions that have none left.
fn delete_expired(connection: &Connection, before: Timestamp, limit: i64) -> Result<i64, Failure> {
    const TOKENS: &str = "DELETE FROM refresh_tokens WHERE hash IN (
            SELECT hash FROM refresh_tokens WHERE expires_at < :before ORDER BY expires_at LIMIT :limit)
        RETURNING session_id";
    const SESSION: &str = "DELETE FROM sessions WHERE id = :id
        AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE session_id = :id)";
    let params = named_params! { ":before": millis(before), ":limit": limit };
    let mut sessions: Vec<SessionId> = list(connection, TOKENS, params, |row| id(row, "session_id"))?;
    let deleted = i64::try_from(sessions.len()).unwrap_or(limit);
    sessions.sort_unstable();
    sessions.dedup();
    for session in sessions {
        change(connection, SESSION, named_params! { ":id": session.to_uuid() })?;
    }
    Ok(deleted)
}
