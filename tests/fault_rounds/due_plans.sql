-- Plans about which the schedule has to do something on :day, as if they had been posted, quoted on and
-- confirmed before: of each ten, eight that nobody confirmed and whose day it is, one whose trip was a week ago,
-- one whose trip is on the next day. The books are kept as the server keeps them.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT gen_random_uuid() AS plan, gen_random_uuid() AS quote, number, number % 10 > 7 AS is_confirmed,
    (:dreamers)[1 + number / 10 % :people] AS dreamer, (:makers)[1 + number / 10 % :people] AS maker,
    date ':day' + CASE number % 10 WHEN 8 THEN -7 WHEN 9 THEN 1 ELSE 0 END AS trip_date
FROM generate_series(0, :count - 1) AS number;

-- All else is as it is with the sample, whatever columns there are.
INSERT INTO plans
SELECT copied.* FROM plans AS sample CROSS JOIN due CROSS JOIN LATERAL jsonb_populate_record(sample, jsonb_build_object(
    'id', plan, 'dreamer_id', dreamer, 'title', 'due ' || number, 'trip_date', due.trip_date)) AS copied
WHERE sample.id = :plan;

INSERT INTO quotes
SELECT copied.* FROM quotes AS sample CROSS JOIN due CROSS JOIN LATERAL jsonb_populate_record(sample, jsonb_build_object(
    'id', quote, 'plan_id', plan, 'dreamer_id', dreamer, 'maker_id', maker, 'price', :price, 'confirmed_at', now()))
    AS copied
WHERE sample.id = :quote AND is_confirmed;

UPDATE plans SET status = 'CONFIRMED', confirmed_quote_id = quote FROM due WHERE id = plan AND is_confirmed;

INSERT INTO point_accounts (kind, owner, balance) SELECT 'ESCROW', quote, :price FROM due WHERE is_confirmed;

WITH booked AS (
    INSERT INTO point_transactions (key, event, created_at)
    SELECT 'quote-confirm:' || quote, 'SPEND', now() FROM due WHERE is_confirmed RETURNING id, key
)
INSERT INTO point_entries (id, transaction_id, account_kind, account_owner, value, created_at)
SELECT gen_random_uuid(), booked.id, entry.kind, entry.owner, entry.value, now()
FROM booked JOIN due ON booked.key = 'quote-confirm:' || quote
CROSS JOIN LATERAL (VALUES ('USER'::account_kind, dreamer, -:price), ('ESCROW', quote, :price))
    AS entry (kind, owner, value);

UPDATE point_accounts SET balance = balance - spent
FROM (SELECT dreamer, count(*) * :price AS spent FROM due WHERE is_confirmed GROUP BY dreamer) AS spending
WHERE kind = 'USER' AND owner = dreamer;
