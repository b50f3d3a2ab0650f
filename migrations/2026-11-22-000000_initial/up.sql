-- Ids are UUIDv7s, so that sorting by id is sorting by time. Times are exact to the millisecond. A trip
-- day is a calendar day in Asia/Seoul. Every constraint that the program or a person may meet has a name.

-- Search in the middle of a text. A trusted extension: whoever may create things in the database may
-- create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The names and their order are those of the API; lists sort by that order.
CREATE TYPE user_role AS ENUM ('DREAMER', 'MAKER');
CREATE TYPE trip_type AS ENUM ('FOOD_TOUR', 'SHOPPING', 'RELAXATION', 'CULTURE', 'ACTIVITY', 'FESTIVAL');
CREATE TYPE service_area AS ENUM (
    'SEOUL', 'BUSAN', 'INCHEON', 'DAEGU', 'DAEJEON', 'GWANGJU', 'ULSAN', 'SEJONG', 'GYEONGGI', 'GANGWON',
    'CHUNGBUK', 'CHUNGNAM', 'JEONBUK', 'JEONNAM', 'GYEONGBUK', 'GYEONGNAM', 'JEJU');
CREATE TYPE profile_image AS ENUM ('DEFAULT_1', 'DEFAULT_2', 'DEFAULT_3', 'DEFAULT_4');
CREATE TYPE oauth_provider AS ENUM ('LOCAL', 'GOOGLE', 'KAKAO', 'NAVER');
CREATE TYPE plan_status AS ENUM ('PENDING', 'CONFIRMED', 'COMPLETED', 'OVERDUE');
CREATE TYPE payment_status AS ENUM ('PENDING', 'PAID', 'CANCELLED', 'FAILED');
CREATE TYPE point_event AS ENUM ('CHARGE', 'SPEND', 'EARN', 'WITHDRAW', 'REFUND');
CREATE TYPE account_kind AS ENUM ('USER', 'ESCROW', 'WORLD');

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    role          user_role NOT NULL,
    nick_name     text NOT NULL,
    -- The nickname without differences of case, as the program folds them whatever the locale: to search in.
    nick_name_key text NOT NULL,
    email         text,
    -- The e-mail address in lower case: two that differ only in case are the same mailbox.
    email_key     text,
    phone_number  text NOT NULL,
    password_hash text,
    provider      oauth_provider,
    subject       text,
    created_at    timestamptz(3) NOT NULL,
    updated_at    timestamptz(3) NOT NULL,
    CONSTRAINT users_nick_name UNIQUE (nick_name),
    CONSTRAINT users_email UNIQUE (email_key),
    CONSTRAINT users_social_account UNIQUE (provider, subject),
    CONSTRAINT users_email_has_key CHECK ((email IS NULL) = (email_key IS NULL)),
    CONSTRAINT users_provider_is_social CHECK (provider <> 'LOCAL'),
    CONSTRAINT users_can_log_in CHECK (
        CASE WHEN provider IS NULL THEN num_nulls(email, password_hash) = 0 AND subject IS NULL
        ELSE subject IS NOT NULL AND password_hash IS NULL END)
);
-- Makers in batches, by id, and by parts of their names that are too short for trigrams.
CREATE INDEX users_makers ON users (id) INCLUDE (nick_name_key) WHERE role = 'MAKER';
CREATE INDEX users_makers_search ON users USING gin (nick_name_key gin_trgm_ops) WHERE role = 'MAKER';
CREATE INDEX users_dreamers_search ON users USING gin (nick_name_key gin_trgm_ops) WHERE role = 'DREAMER';

CREATE TABLE profiles (
    user_id            uuid PRIMARY KEY REFERENCES users (id),
    image              profile_image NOT NULL,
    service_areas      service_area[] NOT NULL,
    -- What a dreamer likes, what a maker offers.
    trip_types         trip_type[] NOT NULL,
    -- Of makers only.
    gallery            text,
    description        text,
    detail_description text,
    created_at         timestamptz(3) NOT NULL,
    updated_at         timestamptz(3) NOT NULL,
    CONSTRAINT profiles_have_choices CHECK (cardinality(service_areas) > 0 AND cardinality(trip_types) > 0),
    CONSTRAINT profiles_of_makers_are_whole CHECK (num_nulls(gallery, description, detail_description) IN (0, 3))
);
-- What makers offer and where.
CREATE INDEX profiles_of_makers ON profiles USING gin (service_areas, trip_types) WHERE gallery IS NOT NULL;

-- Every maker has a row from the day they sign up, so that lists can be sorted by an index.
CREATE TABLE maker_stats (
    maker_id       uuid PRIMARY KEY REFERENCES users (id),
    rating_sum     bigint NOT NULL DEFAULT 0,
    total_reviews  bigint NOT NULL DEFAULT 0,
    total_follows  bigint NOT NULL DEFAULT 0,
    total_confirms bigint NOT NULL DEFAULT 0,
    -- For sorting only; what is shown is computed from the exact sum and count.
    average_rating double precision NOT NULL GENERATED ALWAYS AS (
        CASE total_reviews WHEN 0 THEN 0 ELSE rating_sum::double precision / total_reviews END) STORED,
    -- When the facts were last counted; NULL for a new maker, of whom there are none.
    rebuilt_at     timestamptz(3),
    CONSTRAINT maker_stats_not_negative CHECK (
        least(rating_sum, total_reviews, total_follows, total_confirms) >= 0)
);
CREATE INDEX maker_stats_by_reviews ON maker_stats (total_reviews DESC, maker_id DESC);
CREATE INDEX maker_stats_by_rating ON maker_stats (average_rating DESC, maker_id DESC);
CREATE INDEX maker_stats_by_confirms ON maker_stats (total_confirms DESC, maker_id DESC);

CREATE TABLE sessions (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id),
    created_at timestamptz(3) NOT NULL,
    ended_at   timestamptz(3),
    -- When the last of its refresh tokens expires.
    expires_at timestamptz(3) NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE refresh_tokens (
    hash           bytea PRIMARY KEY,
    session_id     uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    -- No foreign key: a parent expires, and is deleted, before its successors.
    parent_hash    bytea,
    issued_at      timestamptz(3) NOT NULL,
    expires_at     timestamptz(3) NOT NULL,
    used_at        timestamptz(3),
    -- Whether a token with this one as its parent was used.
    successor_used boolean NOT NULL DEFAULT false,
    CONSTRAINT refresh_tokens_hash_is_sha256 CHECK (octet_length(hash) = 32 AND octet_length(parent_hash) = 32)
);
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

CREATE TABLE follows (
    id         uuid PRIMARY KEY,
    dreamer_id uuid NOT NULL REFERENCES users (id),
    maker_id   uuid NOT NULL REFERENCES users (id),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT follows_once UNIQUE (dreamer_id, maker_id)
);
CREATE INDEX follows_of_dreamer ON follows (dreamer_id, created_at DESC, id DESC);
CREATE INDEX follows_of_maker ON follows (maker_id);

CREATE TABLE plans (
    id                 uuid PRIMARY KEY,
    dreamer_id         uuid NOT NULL REFERENCES users (id),
    title              text NOT NULL,
    -- The title without differences of case: to search in.
    title_key          text NOT NULL,
    trip_date          date NOT NULL,
    trip_type          trip_type NOT NULL,
    service_area       service_area NOT NULL,
    details            text NOT NULL,
    address            text,
    status             plan_status NOT NULL,
    confirmed_quote_id uuid,
    deleted_at         timestamptz(3),
    created_at         timestamptz(3) NOT NULL,
    updated_at         timestamptz(3) NOT NULL,
    CONSTRAINT plans_address_for_shopping CHECK (address IS NULL OR trip_type = 'SHOPPING'),
    CONSTRAINT plans_confirmed_with_quote CHECK (
        (status IN ('CONFIRMED', 'COMPLETED')) = (confirmed_quote_id IS NOT NULL)),
    CONSTRAINT plans_confirmed_not_deleted CHECK (status <> 'CONFIRMED' OR deleted_at IS NULL)
);
CREATE INDEX plans_of_dreamer ON plans (dreamer_id, created_at DESC, id DESC) INCLUDE (status, trip_date)
    WHERE deleted_at IS NULL;
-- What makers look through, area by area: in either order of their list, how many of each type, by a part
-- of the title.
CREATE INDEX plans_open_by_recency ON plans (service_area, created_at DESC, id DESC)
    WHERE status = 'PENDING' AND deleted_at IS NULL;
CREATE INDEX plans_open_by_day ON plans (service_area, trip_date, id DESC)
    WHERE status = 'PENDING' AND deleted_at IS NULL;
CREATE INDEX plans_open_by_type ON plans (service_area, trip_type)
    WHERE status = 'PENDING' AND deleted_at IS NULL;
CREATE INDEX plans_open_title_search ON plans USING gin (title_key gin_trgm_ops)
    WHERE status = 'PENDING' AND deleted_at IS NULL;
-- What the schedule looks for.
CREATE INDEX plans_pending_by_day ON plans (trip_date, id) WHERE status = 'PENDING' AND deleted_at IS NULL;
CREATE INDEX plans_confirmed_by_day ON plans (trip_date, id) WHERE status = 'CONFIRMED' AND deleted_at IS NULL;

-- How many plans there are, so that nothing public has to count them. Kept by the triggers below: nobody
-- else writes here. Each number is the sum of several slots, so that plans that are posted at once seldom
-- wait for each other; a slot may be below zero.
CREATE TABLE plan_counts (
    service_area service_area,
    trip_type    trip_type,
    slot         smallint,
    plans        bigint NOT NULL,
    PRIMARY KEY (service_area, trip_type, slot)
) WITH (fillfactor = 50);

CREATE FUNCTION count_added_plans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO plan_counts (service_area, trip_type, slot, plans)
    SELECT service_area, trip_type, pg_backend_pid() % 8, count(*) FROM added WHERE deleted_at IS NULL
    GROUP BY service_area, trip_type ORDER BY service_area, trip_type
    ON CONFLICT (service_area, trip_type, slot) DO UPDATE SET plans = plan_counts.plans + excluded.plans;
    RETURN NULL;
END
$$;
CREATE TRIGGER plan_counts_follow_additions AFTER INSERT ON plans
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_plans();

CREATE FUNCTION count_changed_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO plan_counts (service_area, trip_type, slot, plans)
    SELECT service_area, trip_type, pg_backend_pid() % 8, plans
    FROM (SELECT old.service_area, old.trip_type, -1 AS plans WHERE old.deleted_at IS NULL
        UNION ALL
        SELECT new.service_area, new.trip_type, 1 WHERE TG_OP = 'UPDATE' AND new.deleted_at IS NULL) AS changed
    ON CONFLICT (service_area, trip_type, slot) DO UPDATE SET plans = plan_counts.plans + excluded.plans;
    RETURN NULL;
END
$$;
CREATE TRIGGER plan_counts_follow_changes AFTER UPDATE ON plans FOR EACH ROW
    WHEN ((old.service_area, old.trip_type, old.deleted_at)
        IS DISTINCT FROM (new.service_area, new.trip_type, new.deleted_at))
    EXECUTE FUNCTION count_changed_plan();
CREATE TRIGGER plan_counts_follow_removals AFTER DELETE ON plans
    FOR EACH ROW EXECUTE FUNCTION count_changed_plan();

CREATE TABLE plan_assignees (
    plan_id  uuid REFERENCES plans (id),
    maker_id uuid REFERENCES users (id),
    -- The order of asking.
    position integer NOT NULL,
    PRIMARY KEY (plan_id, maker_id)
);
CREATE INDEX plan_assignees_of_maker ON plan_assignees (maker_id, plan_id);

CREATE TABLE quotes (
    id           uuid PRIMARY KEY,
    plan_id      uuid NOT NULL REFERENCES plans (id),
    dreamer_id   uuid NOT NULL REFERENCES users (id),
    maker_id     uuid NOT NULL REFERENCES users (id),
    price        bigint NOT NULL,
    content      text NOT NULL,
    is_assigned  boolean NOT NULL,
    confirmed_at timestamptz(3),
    deleted_at   timestamptz(3),
    created_at   timestamptz(3) NOT NULL,
    updated_at   timestamptz(3) NOT NULL,
    CONSTRAINT quotes_price CHECK (price BETWEEN 1 AND 1000000000)
);
-- At most one live quote per plan and maker; at most one confirmed quote per plan, deleted or not.
CREATE UNIQUE INDEX quotes_one_live ON quotes (plan_id, maker_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX quotes_one_confirmed ON quotes (plan_id) WHERE confirmed_at IS NOT NULL;
CREATE INDEX quotes_of_plan ON quotes (plan_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX quotes_of_maker ON quotes (maker_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX quotes_undecided_of_maker ON quotes (maker_id, plan_id)
    WHERE deleted_at IS NULL AND confirmed_at IS NULL;
CREATE INDEX quotes_confirmed_of_maker ON quotes (maker_id) WHERE confirmed_at IS NOT NULL;

ALTER TABLE plans ADD CONSTRAINT plans_confirmed_quote FOREIGN KEY (confirmed_quote_id) REFERENCES quotes (id);

CREATE TABLE reviews (
    id         uuid PRIMARY KEY,
    writer_id  uuid NOT NULL REFERENCES users (id),
    owner_id   uuid NOT NULL REFERENCES users (id),
    plan_id    uuid NOT NULL REFERENCES plans (id),
    rating     smallint NOT NULL,
    content    text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT reviews_one_per_plan UNIQUE (plan_id),
    CONSTRAINT reviews_rating CHECK (rating BETWEEN 1 AND 5)
);
CREATE INDEX reviews_of_owner ON reviews (owner_id, created_at DESC, id DESC);
CREATE INDEX reviews_ratings ON reviews (owner_id, rating);
CREATE INDEX reviews_of_writer ON reviews (writer_id, created_at DESC, id DESC);

-- What counting a maker's facts gives, at this moment.
CREATE VIEW maker_facts AS
SELECT users.id AS maker_id,
    (SELECT coalesce(sum(rating), 0)::bigint FROM reviews WHERE owner_id = users.id) AS rating_sum,
    (SELECT count(*) FROM reviews WHERE owner_id = users.id) AS total_reviews,
    (SELECT count(*) FROM follows WHERE follows.maker_id = users.id) AS total_follows,
    (SELECT count(*) FROM quotes WHERE quotes.maker_id = users.id AND confirmed_at IS NOT NULL) AS total_confirms
FROM users WHERE role = 'MAKER';

-- The ledger. Transactions and entries are written once; balances follow them in the same transaction.
CREATE TABLE point_accounts (
    kind    account_kind NOT NULL,
    -- The user, or the quote whose price is held.
    owner   uuid NOT NULL,
    balance bigint NOT NULL,
    user_id uuid GENERATED ALWAYS AS (CASE kind WHEN 'USER' THEN owner END) STORED REFERENCES users (id),
    PRIMARY KEY (kind, owner),
    CONSTRAINT point_accounts_not_negative CHECK (balance >= 0),
    -- The outside world keeps no balance: its entries are all there is of it, and nobody waits for it.
    CONSTRAINT point_accounts_not_the_world CHECK (kind <> 'WORLD')
);

CREATE TABLE point_transactions (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    key        text NOT NULL,
    event      point_event NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT point_transactions_key UNIQUE (key)
);

CREATE TABLE point_entries (
    id             uuid PRIMARY KEY,
    transaction_id bigint NOT NULL REFERENCES point_transactions (id),
    account_kind   account_kind NOT NULL,
    account_owner  uuid,
    value          bigint NOT NULL,
    created_at     timestamptz(3) NOT NULL,
    CONSTRAINT point_entries_not_zero CHECK (value <> 0),
    CONSTRAINT point_entries_owner_but_the_world CHECK ((account_kind = 'WORLD') = (account_owner IS NULL)),
    CONSTRAINT point_entries_account FOREIGN KEY (account_kind, account_owner)
        REFERENCES point_accounts (kind, owner)
);
CREATE INDEX point_entries_of_account ON point_entries (account_owner, account_kind, created_at DESC, id DESC);
CREATE INDEX point_entries_of_transaction ON point_entries (transaction_id);

CREATE FUNCTION refuse_to_change_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is written once: nothing in % is ever changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER point_transactions_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON point_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_ledger();
CREATE TRIGGER point_entries_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON point_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_ledger();

CREATE TABLE payments (
    id          uuid PRIMARY KEY,
    merchant_id text NOT NULL,
    user_id     uuid NOT NULL REFERENCES users (id),
    order_name  text NOT NULL,
    method      text NOT NULL,
    -- Won.
    amount      bigint NOT NULL,
    status      payment_status NOT NULL,
    -- When it came to its state; NULL while PENDING.
    settled_at  timestamptz(3),
    -- Whether the provider was last seen holding money that has to be given back.
    refund_due  boolean NOT NULL,
    created_at  timestamptz(3) NOT NULL,
    updated_at  timestamptz(3) NOT NULL,
    CONSTRAINT payments_merchant_id UNIQUE (merchant_id),
    CONSTRAINT payments_amount CHECK (amount BETWEEN 100 AND 100000000 AND amount % 100 = 0),
    CONSTRAINT payments_settled CHECK ((status = 'PENDING') = (settled_at IS NULL)),
    CONSTRAINT payments_refund_of_cancelled CHECK (status = 'CANCELLED' OR NOT refund_due)
);
CREATE INDEX payments_unsettled ON payments (id) WHERE status = 'PENDING' OR refund_due;

-- What the payment sandbox would know if it were a provider.
CREATE TABLE sandbox_payments (
    merchant_id text PRIMARY KEY,
    total       bigint NOT NULL,
    status      text NOT NULL
);

-- Events on their way to the queue. Few rows that come and go: vacuumed often, updated in place.
CREATE TABLE outbox (
    position     bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    id           uuid NOT NULL,
    aggregate    uuid NOT NULL,
    envelope     jsonb NOT NULL,
    -- Until when a relay holds it; NULL before the first did.
    leased_until timestamptz(3),
    CONSTRAINT outbox_id UNIQUE (id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX outbox_of_aggregate ON outbox (aggregate, position);

CREATE TABLE jobs (
    position   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    -- '<event id>/<kind>': a job that is queued twice is one job.
    key        text NOT NULL,
    kind       text NOT NULL,
    envelope   jsonb NOT NULL,
    tries      integer NOT NULL DEFAULT 0,
    -- When it may be taken; in the future while it's leased or waits for its next try.
    due_at     timestamptz(3) NOT NULL,
    last_error text,
    -- Set when it was given up; a person or the daily schedule puts it back.
    parked_at  timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT jobs_key UNIQUE (key)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX jobs_due ON jobs (due_at, position) WHERE parked_at IS NULL;
CREATE INDEX jobs_parked ON jobs (position) WHERE parked_at IS NOT NULL;

CREATE TABLE schedule_runs (
    day           date PRIMARY KEY,
    owner         text NOT NULL,
    claimed_until timestamptz(3) NOT NULL,
    finished_at   timestamptz(3)
);
