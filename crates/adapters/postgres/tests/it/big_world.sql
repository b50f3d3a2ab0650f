-- As many of everything as a server has that is well used: 1,000 makers, 9,000 dreamers, 25,000 plans,
-- 40,000 quotes, 20,000 reviews. Ids follow from numbers, so that tests can name what they ask for.

CREATE FUNCTION pg_temp.id(kind integer, number bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
    SELECT (lpad(to_hex(number), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(kind), 12, '0'))::uuid
$$;
CREATE FUNCTION pg_temp.area(number bigint) RETURNS service_area IMMUTABLE LANGUAGE sql AS $$
    SELECT (enum_range(NULL::service_area))[1 + number % 17]
$$;
CREATE FUNCTION pg_temp.trip_type(number bigint) RETURNS trip_type IMMUTABLE LANGUAGE sql AS $$
    SELECT (enum_range(NULL::trip_type))[1 + number % 6]
$$;
CREATE FUNCTION pg_temp.at(number bigint) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS $$
    SELECT timestamptz '2026-01-01 00:00+00' + number * interval '1 minute'
$$;

-- Makers are the first thousand.
INSERT INTO users (id, role, nick_name, nick_name_key, email, email_key, phone_number, password_hash,
    created_at, updated_at)
SELECT pg_temp.id(1, n), CASE WHEN n <= 1000 THEN 'MAKER' ELSE 'DREAMER' END::user_role,
    name, lower(name), name || '@example.com', lower(name) || '@example.com', '01012345678', repeat('h', 90),
    pg_temp.at(n), pg_temp.at(n)
FROM generate_series(1, 10000) AS n, LATERAL (SELECT md5(n::text) || '여행자' || n AS name) AS named;

INSERT INTO profiles (user_id, image, service_areas, trip_types, gallery, description, detail_description,
    created_at, updated_at)
SELECT id, 'DEFAULT_1', ARRAY[pg_temp.area(n), pg_temp.area(n + 5)],
    ARRAY[pg_temp.trip_type(n), pg_temp.trip_type(n + 1)],
    CASE role WHEN 'MAKER' THEN 'https://gallery.example/' END,
    CASE role WHEN 'MAKER' THEN repeat('골목을 아는 사람 ', 3) END,
    CASE role WHEN 'MAKER' THEN repeat('을지로에서 태어나 지금도 삽니다. ', 10) END,
    created_at, updated_at
FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM users) AS numbered;

-- Four in five plans are over; of the rest half are open.
INSERT INTO plans (id, dreamer_id, title, title_key, trip_date, trip_type, service_area, details, status,
    created_at, updated_at)
SELECT pg_temp.id(2, n), pg_temp.id(1, 1001 + n % 9000), title, lower(title), date '2026-06-01' + (n % 365)::integer,
    pg_temp.trip_type(n / 17), pg_temp.area(n), repeat('맛집과 시장을 천천히 걷고 싶어요. ', 4),
    CASE WHEN n % 5 > 0 OR n % 10 = 0 THEN 'PENDING' ELSE 'OVERDUE' END::plan_status,
    pg_temp.at(n), pg_temp.at(n)
FROM generate_series(1, 25000) AS n, LATERAL (SELECT md5(n::text) || ' 광장시장 ' || n AS title) AS titled;

-- One on each plan; three more on every fifth, which are those that are not over.
INSERT INTO quotes (id, plan_id, dreamer_id, maker_id, price, content, is_assigned, confirmed_at,
    created_at, updated_at)
SELECT pg_temp.id(3, n), plans.id, plans.dreamer_id, pg_temp.id(1, 1 + (plan + turn * 331) % 1000), 30000 + n,
    repeat('제가 안내할게요. ', 5), n % 3 = 0,
    CASE WHEN turn = 0 AND plan % 5 > 0 THEN pg_temp.at(n + 100) END, pg_temp.at(n), pg_temp.at(n)
FROM (SELECT n, n AS plan, 0 AS turn FROM generate_series(1, 25000) AS n
    UNION ALL SELECT n, 5 * (1 + (n - 25001) / 3), 1 + n % 3 FROM generate_series(25001, 40000) AS n) AS sent
    JOIN plans ON plans.id = pg_temp.id(2, plan);

UPDATE plans SET status = 'COMPLETED', confirmed_quote_id = quotes.id
FROM quotes WHERE quotes.plan_id = plans.id AND quotes.confirmed_at IS NOT NULL;

INSERT INTO reviews (id, writer_id, owner_id, plan_id, rating, content, created_at, updated_at)
SELECT pg_temp.id(4, row_number() OVER ()), quotes.dreamer_id, quotes.maker_id, quotes.plan_id,
    1 + quotes.price % 5, repeat('정말 즐거웠어요. ', 5), quotes.created_at, quotes.created_at
FROM quotes WHERE confirmed_at IS NOT NULL;

-- Every tenth plan asked two makers.
INSERT INTO plan_assignees (plan_id, maker_id, position)
SELECT pg_temp.id(2, n), pg_temp.id(1, 1 + (n * 3 + turn) % 1000), turn
FROM generate_series(10, 25000, 10) AS n, generate_series(1, 2) AS turn;

INSERT INTO follows (id, dreamer_id, maker_id, created_at, updated_at)
SELECT pg_temp.id(5, n), pg_temp.id(1, 1001 + n % 9000), pg_temp.id(1, 1 + n % 1000), pg_temp.at(n), pg_temp.at(n)
FROM generate_series(1, 18000) AS n ON CONFLICT DO NOTHING;

INSERT INTO maker_stats (maker_id, rating_sum, total_reviews, total_follows, total_confirms, rebuilt_at)
SELECT maker_id, rating_sum, total_reviews, total_follows, total_confirms, pg_temp.at(0) FROM maker_facts;

INSERT INTO point_accounts (kind, owner, balance) SELECT 'USER', id, 50000 FROM users;
INSERT INTO point_transactions (key, event, created_at)
SELECT 'charge/' || n, 'CHARGE', pg_temp.at(n) FROM generate_series(1, 40000) AS n;
INSERT INTO point_entries (id, transaction_id, account_kind, account_owner, value, created_at)
SELECT pg_temp.id(6, id), id, 'USER'::account_kind, pg_temp.id(1, 1 + id % 10000), 10, created_at FROM point_transactions
UNION ALL
SELECT pg_temp.id(7, id), id, 'WORLD', NULL, -10, created_at FROM point_transactions;
