-- Plans about which the schedule has to do something on :day, as if they had been posted, quoted on and
-- confirmed before: of each four, two that nobody confirmed and whose day it is, one whose trip was a week
-- ago, one whose trip is on the next day. The books are kept as the server keeps them.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT gen_random_uuid() AS plan, gen_random_uuid() AS quote, number, number % 4 AS sort,
    (:dreamers)[1 + number / 4 % :people] AS dreamer, (:makers)[1 + number / 4 % :people] AS maker,
    date ':day' + (ARRAY[0, 0, -7, 1])[1 + number % 4] AS trip_date
FROM generate_series(0, :count - 1) AS number;

INSERT INTO plans (id, dreamer_id, title, trip_date, trip_type, service_area, details, status, created_at, updated_at)
SELECT plan, dreamer, 'due ' || number, trip_date, 'FOOD_TOUR', 'SEOUL', 'x', 'PENDING', now(), now() FROM due;

INSERT INTO quotes (id, plan_id, dreamer_id, maker_id, price, content, is_assigned, confirmed_at, created_at, updated_at)
SELECT quote, plan, dreamer, maker, :price, 'x', false, now(), now(), now() FROM due WHERE sort > 1;

UPDATE plans SET status = 'CONFIRMED', confirmed_quote_id = quote FROM due WHERE id = plan AND sort > 1;

INSERT INTO point_accounts (kind, owner, balance) SELECT 'ESCROW', quote, :price FROM due WHERE sort > 1;

WITH booked AS (
    INSERT INTO point_transactions (key, event, created_at)
    SELECT 'quote-confirm:' || quote, 'SPEND', now() FROM due WHERE sort > 1 RETURNING id, key
)
INSERT INTO point_entries (id, transaction_id, account_kind, account_owner, value, created_at)
SELECT gen_random_uuid(), booked.id, entry.kind, entry.owner, entry.value, now()
FROM booked JOIN due ON booked.key = 'quote-confirm:' || quote
CROSS JOIN LATERAL (VALUES ('USER'::account_kind, dreamer, -:price), ('ESCROW', quote, :price))
    AS entry (kind, owner, value);

UPDATE point_accounts SET balance = balance - spent
FROM (SELECT dreamer, count(*) * :price AS spent FROM due WHERE sort > 1 GROUP BY dreamer) AS spending
WHERE kind = 'USER' AND owner = dreamer;
