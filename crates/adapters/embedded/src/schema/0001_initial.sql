-- Ids are UUIDs as 16-byte blobs, times are milliseconds since 1970 (UTC), days are 'YYYY-MM-DD',
-- enums are spelled as in the contract. Lists of enums are JSON arrays of those names.

CREATE TABLE users (
    id            BLOB PRIMARY KEY,
    role          TEXT NOT NULL CHECK (role IN ('DREAMER', 'MAKER')),
    nick_name     TEXT NOT NULL CONSTRAINT users_nick_name UNIQUE,
    email         TEXT,
    -- The e-mail address in lower case: two that differ only in case are the same mailbox.
    email_key     TEXT CONSTRAINT users_email UNIQUE,
    phone_number  TEXT NOT NULL,
    password_hash TEXT,
    provider      TEXT,
    subject       TEXT,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    CONSTRAINT users_social_account UNIQUE (provider, subject),
    CONSTRAINT users_can_log_in CHECK (
        (email_key IS NOT NULL AND password_hash IS NOT NULL) OR (provider IS NOT NULL AND subject IS NOT NULL))
) STRICT;

CREATE TABLE profiles (
    user_id            BLOB PRIMARY KEY REFERENCES users (id),
    image              TEXT NOT NULL,
    service_areas      TEXT NOT NULL,
    -- What a dreamer likes, what a maker offers.
    trip_types         TEXT NOT NULL,
    -- Of makers only.
    gallery            TEXT,
    description        TEXT,
    detail_description TEXT,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL
) STRICT;

CREATE TABLE maker_stats (
    maker_id       BLOB PRIMARY KEY REFERENCES users (id),
    rating_sum     INTEGER NOT NULL DEFAULT 0,
    total_reviews  INTEGER NOT NULL DEFAULT 0,
    total_follows  INTEGER NOT NULL DEFAULT 0,
    total_confirms INTEGER NOT NULL DEFAULT 0,
    -- When the facts were last counted; NULL for a new maker, of whom there are none.
    rebuilt_at     INTEGER
) STRICT;

-- What lists of makers filter and sort by, gathered into rows so narrow that reading all of them takes no
-- time. Kept by the triggers below: nobody else writes here.
CREATE TABLE maker_list (
    maker_id       BLOB PRIMARY KEY REFERENCES users (id),
    nick_name      TEXT NOT NULL,
    service_areas  TEXT NOT NULL,
    service_types  TEXT NOT NULL,
    rating_sum     INTEGER NOT NULL,
    total_reviews  INTEGER NOT NULL,
    total_follows  INTEGER NOT NULL,
    total_confirms INTEGER NOT NULL,
    -- For sorting only; what is shown is computed from the exact sum and count.
    average_rating REAL GENERATED ALWAYS AS
        (CASE total_reviews WHEN 0 THEN 0.0 ELSE rating_sum * 1.0 / total_reviews END) STORED
) STRICT;
CREATE INDEX maker_list_by_reviews ON maker_list (total_reviews DESC, maker_id DESC);
CREATE INDEX maker_list_by_rating ON maker_list (average_rating DESC, maker_id DESC);
CREATE INDEX maker_list_by_confirms ON maker_list (total_confirms DESC, maker_id DESC);

CREATE TRIGGER maker_list_takes_makers_in AFTER INSERT ON maker_stats
BEGIN
    INSERT INTO maker_list (maker_id, nick_name, service_areas, service_types,
        rating_sum, total_reviews, total_follows, total_confirms)
    SELECT id, nick_name, service_areas, trip_types,
        new.rating_sum, new.total_reviews, new.total_follows, new.total_confirms
    FROM users JOIN profiles ON user_id = id WHERE id = new.maker_id;
END;
CREATE TRIGGER maker_list_follows_stats AFTER UPDATE ON maker_stats
BEGIN
    UPDATE maker_list SET rating_sum = new.rating_sum, total_reviews = new.total_reviews,
        total_follows = new.total_follows, total_confirms = new.total_confirms
    WHERE maker_id = new.maker_id;
END;
CREATE TRIGGER maker_list_follows_names AFTER UPDATE OF nick_name ON users WHEN new.nick_name <> old.nick_name
BEGIN
    UPDATE maker_list SET nick_name = new.nick_name WHERE maker_id = new.id;
END;
CREATE TRIGGER maker_list_follows_profiles AFTER UPDATE OF service_areas, trip_types ON profiles
BEGIN
    UPDATE maker_list SET service_areas = new.service_areas, service_types = new.trip_types
    WHERE maker_id = new.user_id;
END;

CREATE TABLE sessions (
    id         BLOB PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    ended_at   INTEGER,
    -- When the last of its refresh tokens expires.
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE refresh_tokens (
    hash           BLOB PRIMARY KEY,
    session_id     BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    parent_hash    BLOB,
    issued_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    used_at        INTEGER,
    -- Whether a token with this one as its parent was used.
    successor_used INTEGER NOT NULL DEFAULT 0 CHECK (successor_used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

CREATE TABLE follows (
    id         BLOB PRIMARY KEY,
    dreamer_id BLOB NOT NULL REFERENCES users (id),
    maker_id   BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT follows_once UNIQUE (dreamer_id, maker_id)
) STRICT;
CREATE INDEX follows_of_dreamer ON follows (dreamer_id, created_at DESC, id DESC);
CREATE INDEX follows_of_maker ON follows (maker_id);

CREATE TABLE plans (
    id                 BLOB PRIMARY KEY,
    dreamer_id         BLOB NOT NULL REFERENCES users (id),
    title              TEXT NOT NULL,
    trip_date          TEXT NOT NULL,
    trip_type          TEXT NOT NULL,
    service_area       TEXT NOT NULL,
    details            TEXT NOT NULL,
    address            TEXT,
    status             TEXT NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'COMPLETED', 'OVERDUE')),
    confirmed_quote_id BLOB REFERENCES quotes (id) DEFERRABLE INITIALLY DEFERRED,
    deleted_at         INTEGER,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    CONSTRAINT plans_confirmed_with_quote CHECK ((status IN ('CONFIRMED', 'COMPLETED')) = (confirmed_quote_id IS NOT NULL)),
    CONSTRAINT plans_confirmed_not_deleted CHECK (status <> 'CONFIRMED' OR deleted_at IS NULL)
) STRICT;
-- The PENDING plans of an area in either order of the makers' list, so that only what a page shows is read.
CREATE INDEX plans_open_by_recency ON plans (service_area, created_at DESC, id DESC, trip_type)
    WHERE deleted_at IS NULL AND status = 'PENDING';
CREATE INDEX plans_open_by_day ON plans (service_area, trip_date, id DESC, trip_type)
    WHERE deleted_at IS NULL AND status = 'PENDING';
CREATE INDEX plans_of_dreamer ON plans (dreamer_id, created_at DESC, id DESC, status, trip_date)
    WHERE deleted_at IS NULL;
CREATE INDEX plans_due ON plans (status, trip_date, id) WHERE deleted_at IS NULL;

-- How many plans there are, so that no list has to count them. Kept by the triggers below: nobody else
-- writes here.
CREATE TABLE plan_counts (
    service_area TEXT NOT NULL,
    trip_type    TEXT NOT NULL,
    status       TEXT NOT NULL,
    plans        INTEGER NOT NULL CHECK (plans >= 0),
    PRIMARY KEY (service_area, trip_type, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER plan_counts_added AFTER INSERT ON plans WHEN new.deleted_at IS NULL
BEGIN
    INSERT INTO plan_counts VALUES (new.service_area, new.trip_type, new.status, 1)
    ON CONFLICT DO UPDATE SET plans = plans + 1;
END;
CREATE TRIGGER plan_counts_left AFTER UPDATE OF service_area, trip_type, status, deleted_at ON plans
WHEN old.deleted_at IS NULL
BEGIN
    UPDATE plan_counts SET plans = plans - 1
    WHERE service_area = old.service_area AND trip_type = old.trip_type AND status = old.status;
END;
CREATE TRIGGER plan_counts_entered AFTER UPDATE OF service_area, trip_type, status, deleted_at ON plans
WHEN new.deleted_at IS NULL
BEGIN
    INSERT INTO plan_counts VALUES (new.service_area, new.trip_type, new.status, 1)
    ON CONFLICT DO UPDATE SET plans = plans + 1;
END;

CREATE TABLE plan_assignees (
    plan_id  BLOB NOT NULL REFERENCES plans (id),
    maker_id BLOB NOT NULL REFERENCES users (id),
    -- The order of asking.
    position INTEGER NOT NULL,
    PRIMARY KEY (plan_id, maker_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_assignees_of_maker ON plan_assignees (maker_id, plan_id);

CREATE TABLE quotes (
    id           BLOB PRIMARY KEY,
    plan_id      BLOB NOT NULL REFERENCES plans (id),
    dreamer_id   BLOB NOT NULL REFERENCES users (id),
    maker_id     BLOB NOT NULL REFERENCES users (id),
    price        INTEGER NOT NULL CHECK (price BETWEEN 1 AND 1000000000),
    content      TEXT NOT NULL,
    is_assigned  INTEGER NOT NULL CHECK (is_assigned IN (0, 1)),
    confirmed_at INTEGER,
    deleted_at   INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX quotes_one_live ON quotes (plan_id, maker_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX quotes_one_confirmed ON quotes (plan_id) WHERE confirmed_at IS NOT NULL;
CREATE INDEX quotes_of_plan ON quotes (plan_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX quotes_of_maker ON quotes (maker_id, created_at DESC, id DESC, plan_id, confirmed_at)
    WHERE deleted_at IS NULL;
CREATE INDEX quotes_confirmed_of_maker ON quotes (maker_id) WHERE confirmed_at IS NOT NULL;

CREATE TABLE reviews (
    id         BLOB PRIMARY KEY,
    writer_id  BLOB NOT NULL REFERENCES users (id),
    owner_id   BLOB NOT NULL REFERENCES users (id),
    plan_id    BLOB NOT NULL CONSTRAINT reviews_one_per_plan UNIQUE REFERENCES plans (id),
    rating     INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    content    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX reviews_of_owner ON reviews (owner_id, created_at DESC, id DESC);
CREATE INDEX reviews_ratings ON reviews (owner_id, rating);
CREATE INDEX reviews_of_writer ON reviews (writer_id, created_at DESC, id DESC);

-- What `maker_stats` is counted from.
CREATE VIEW maker_facts AS SELECT
    id AS maker_id,
    (SELECT coalesce(sum(rating), 0) FROM reviews WHERE owner_id = users.id) AS rating_sum,
    (SELECT count(*) FROM reviews WHERE owner_id = users.id) AS total_reviews,
    (SELECT count(*) FROM follows WHERE maker_id = users.id) AS total_follows,
    (SELECT count(*) FROM quotes WHERE maker_id = users.id AND confirmed_at IS NOT NULL) AS total_confirms
FROM users WHERE role = 'MAKER';

-- The ledger. Transactions and entries are written once; balances follow them in the same transaction.
CREATE TABLE point_accounts (
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL CHECK (kind IN ('USER', 'ESCROW', 'WORLD')),
    -- The user, the quote, or nothing (an empty blob) for the outside world.
    owner   BLOB NOT NULL,
    balance INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT point_accounts_once UNIQUE (kind, owner),
    CONSTRAINT point_accounts_not_negative CHECK (kind = 'WORLD' OR balance >= 0)
) STRICT;

CREATE TABLE point_transactions (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL CONSTRAINT point_transactions_key UNIQUE,
    event      TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE point_entries (
    id             BLOB PRIMARY KEY,
    transaction_id INTEGER NOT NULL REFERENCES point_transactions (id),
    account_id     INTEGER NOT NULL REFERENCES point_accounts (id),
    value          INTEGER NOT NULL CHECK (value <> 0),
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX point_entries_of_account ON point_entries (account_id, created_at DESC, id DESC);
CREATE INDEX point_entries_of_transaction ON point_entries (transaction_id);

CREATE TRIGGER point_transactions_are_final BEFORE UPDATE ON point_transactions
BEGIN SELECT RAISE(ABORT, 'a ledger transaction is never changed'); END;
CREATE TRIGGER point_transactions_stay BEFORE DELETE ON point_transactions
BEGIN SELECT RAISE(ABORT, 'a ledger transaction is never deleted'); END;
CREATE TRIGGER point_entries_are_final BEFORE UPDATE ON point_entries
BEGIN SELECT RAISE(ABORT, 'a ledger entry is never changed'); END;
CREATE TRIGGER point_entries_stay BEFORE DELETE ON point_entries
BEGIN SELECT RAISE(ABORT, 'a ledger entry is never deleted'); END;

CREATE TABLE payments (
    id          BLOB PRIMARY KEY,
    merchant_id TEXT NOT NULL CONSTRAINT payments_merchant_id UNIQUE,
    user_id     BLOB NOT NULL REFERENCES users (id),
    order_name  TEXT NOT NULL,
    method      TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    status      TEXT NOT NULL CHECK (status IN ('PENDING', 'PAID', 'CANCELLED', 'FAILED')),
    -- When it came to its present status; NULL while PENDING.
    settled_at  INTEGER,
    -- Whether the provider holds money of a CANCELLED payment that has to go back.
    refund_due  INTEGER NOT NULL DEFAULT 0 CHECK (refund_due IN (0, 1)),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CONSTRAINT payments_settled_or_pending CHECK ((status = 'PENDING') = (settled_at IS NULL)),
    CONSTRAINT payments_refund_of_cancelled CHECK (refund_due = 0 OR status = 'CANCELLED')
) STRICT;
CREATE INDEX payments_unsettled ON payments (id) WHERE status = 'PENDING' OR refund_due = 1;

-- What the payment sandbox would know if it were a provider.
CREATE TABLE sandbox_payments (
    merchant_id TEXT PRIMARY KEY,
    total       INTEGER NOT NULL,
    status      TEXT NOT NULL
) STRICT;

CREATE TABLE chat_rooms (
    id              BLOB PRIMARY KEY,
    plan_id         BLOB NOT NULL CONSTRAINT chat_rooms_one_per_plan UNIQUE,
    dreamer_id      BLOB NOT NULL,
    maker_id        BLOB NOT NULL,
    plan_title      TEXT NOT NULL,
    trip_date       TEXT NOT NULL,
    price           INTEGER NOT NULL,
    is_active       INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    last_seq        INTEGER NOT NULL DEFAULT 0,
    -- The time of its last message, or of its opening.
    last_event_at   INTEGER NOT NULL,
    dreamer_read    INTEGER NOT NULL DEFAULT 0,
    maker_read      INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_rooms_of_dreamer ON chat_rooms (dreamer_id, last_event_at DESC, id DESC);
CREATE INDEX chat_rooms_of_maker ON chat_rooms (maker_id, last_event_at DESC, id DESC);

CREATE TABLE chat_messages (
    id                BLOB PRIMARY KEY,
    room_id           BLOB NOT NULL REFERENCES chat_rooms (id),
    seq               INTEGER NOT NULL,
    sender_id         BLOB NOT NULL,
    type              TEXT NOT NULL,
    content           TEXT NOT NULL,
    client_message_id BLOB,
    deleted_at        INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    CONSTRAINT chat_messages_seq UNIQUE (room_id, seq)
) STRICT;
CREATE UNIQUE INDEX chat_messages_sent_once ON chat_messages (room_id, sender_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

CREATE TABLE notifications (
    id         BLOB PRIMARY KEY,
    user_id    BLOB NOT NULL,
    -- The event it follows from; with the user and the kind it names the notification once and for all.
    source     TEXT NOT NULL,
    event      TEXT NOT NULL,
    payload    TEXT NOT NULL,
    is_read    INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT notifications_once UNIQUE (source, user_id, event)
) STRICT;
CREATE INDEX notifications_of_user ON notifications (user_id, id);

CREATE TABLE outbox (
    -- Ascending in the order of commits, since there is one writer.
    position     INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    aggregate    BLOB NOT NULL,
    envelope     TEXT NOT NULL,
    -- Until when a relay holds it; 0 if none ever did.
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_leased ON outbox (aggregate, position) WHERE leased_until > 0;

CREATE TABLE jobs (
    position     INTEGER PRIMARY KEY,
    -- '<event id>/<kind>': a job that is queued twice is one job.
    key          TEXT NOT NULL UNIQUE,
    kind         TEXT NOT NULL,
    envelope     TEXT NOT NULL,
    tries        INTEGER NOT NULL DEFAULT 0,
    -- When it may be taken; in the future while it's leased or waits for its next try.
    due_at       INTEGER NOT NULL,
    last_error   TEXT,
    -- Set when it was given up; a person or the daily schedule puts it back.
    parked_at    INTEGER,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_waiting ON jobs (position, due_at) WHERE parked_at IS NULL;
CREATE INDEX jobs_parked ON jobs (position) WHERE parked_at IS NOT NULL;

CREATE TABLE schedule_runs (
    day           TEXT PRIMARY KEY,
    owner         TEXT NOT NULL,
    claimed_until INTEGER NOT NULL,
    finished_at   INTEGER
) STRICT;
