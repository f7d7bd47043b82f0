-- Findings on the selected orders by week: those that came in (when the wrong value did, else when the order did) and those that
-- were closed (the last moment of the data in which they were seen to be gone). Weeks end with the day that the data reach to.
WITH findings AS (
    SELECT coalesce(d.origin_at, o.ordered_at) AS came_in, CASE WHEN d.resolution <> 'rule withdrawn' THEN d.resolved_at END AS closed
    FROM ledger.defects d JOIN selected_orders o USING (order_key)
    WHERE d.rule NOT IN (SELECT rule FROM ledger.source_rules)
        AND ($severity = '' OR list_contains(string_split($severity, '|'), d.severity))
),
events AS (
    SELECT date_trunc('week', timezone(reporting_zone, timezone('UTC', came_in)))::DATE AS week, 1 AS came_in, 0 AS closed FROM findings, meta.now WHERE came_in IS NOT NULL
    UNION ALL SELECT date_trunc('week', timezone(reporting_zone, timezone('UTC', closed)))::DATE, 0, 1 FROM findings, meta.now WHERE closed IS NOT NULL
)
SELECT week, sum(came_in)::BIGINT AS came_in, sum(closed)::BIGINT AS closed,
    week + 6 <= (SELECT CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE) - mature_days FROM meta.now) AS is_mature
FROM events WHERE week <= (SELECT CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE) FROM meta.now) GROUP BY week ORDER BY week
