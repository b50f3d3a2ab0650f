DROP TABLE schedule_runs, jobs, outbox, sandbox_payments, payments, point_entries, point_transactions, point_accounts;
DROP FUNCTION refuse_to_change_the_ledger;
DROP VIEW maker_facts;
ALTER TABLE plans DROP CONSTRAINT plans_confirmed_quote;
DROP TABLE reviews, quotes, plan_assignees, plan_counts, plans, follows, refresh_tokens, sessions, maker_stats, profiles,
    users;
DROP FUNCTION count_added_plans, count_changed_plan;
DROP TYPE account_kind, point_event, payment_status, plan_status, oauth_provider, profile_image, service_area,
    trip_type, user_role;
-- pg_trgm stays: somebody else may use it, and it does no harm.
