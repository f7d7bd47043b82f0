-- What one user did, day by day in the reporting zone, newest day first: actions, orders touched, changes, exceptions resolved,
-- errors that came in with this user's work, and errors that this user found.
WITH place AS (
    SELECT reporting_zone AS zone FROM meta.now
), marks AS (
    SELECT timezone(zone, timezone('UTC', changed_at))::DATE AS on_day, 'change' AS what FROM marts.change_facts, place WHERE changed_by = $user
    UNION ALL SELECT timezone(zone, timezone('UTC', resolved_at))::DATE, 'resolved' FROM marts.exception_facts, place WHERE resolved_by = $user
    UNION ALL SELECT timezone(zone, timezone('UTC', origin_at))::DATE, 'introduced' FROM marts.error_facts, place WHERE origin_user = $user
    UNION ALL SELECT timezone(zone, timezone('UTC', found_at))::DATE, 'caught' FROM marts.error_facts, place WHERE found_by = $user
), days AS (
    SELECT on_day, count(*) AS actions, count(DISTINCT order_key) AS orders, 0 AS changes, 0 AS resolved, 0 AS introduced, 0 AS caught
    FROM marts.action_facts WHERE user_id = $user GROUP BY on_day
    UNION ALL
    SELECT on_day, 0, 0, count(*) FILTER (what = 'change'), count(*) FILTER (what = 'resolved'), count(*) FILTER (what = 'introduced'),
        count(*) FILTER (what = 'caught')
    FROM marks GROUP BY on_day
)
SELECT on_day, sum(actions)::BIGINT AS actions, sum(orders)::BIGINT AS orders, sum(changes)::BIGINT AS changes,
    sum(resolved)::BIGINT AS resolved, sum(introduced)::BIGINT AS introduced, sum(caught)::BIGINT AS caught
FROM days WHERE on_day BETWEEN $first AND $last GROUP BY on_day ORDER BY on_day DESC
