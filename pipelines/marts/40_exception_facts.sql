/* ---
mart: exception_facts
phase: facts
text: One row an exception. An exception without an end is open while neither its order nor its line is cancelled or rejected; an unknown beginning is counted, not timed. The target is that of its type in the process, else that of the settings.
--- */
-- The lines are at hand where they stand in the exception's order; others are looked for among all.
WITH elsewhere AS MATERIALIZED (
    SELECT line_key FROM scope.exceptions ANTI JOIN scope.order_lines USING (line_key) WHERE line_key IS NOT NULL
),
lines AS (
    SELECT line_key, status FROM scope.order_lines
    UNION ALL
    SELECT line_key, status FROM core.order_lines SEMI JOIN elsewhere USING (line_key)
)
SELECT e.record_key, e.order_key, e.line_key, e.order_id, e.line_id, e.type, e.raised_at, e.resolved_at,
    e.resolved_at IS NULL AND o.cancelled_at IS NULL AND coalesce(meta.status_means(l.status) <> 'cancelled', true) AS is_open,
    date_diff('second', e.raised_at, e.resolved_at) AS resolve_seconds,
    e.raised_by, e.owner, e.resolved_by, e.resolution, s.stage,
    CAST(timezone(n.reporting_zone, timezone('UTC', coalesce(e.raised_at, e.resolved_at))) AS DATE) AS on_day,
    coalesce(t.target_hours, n.exception_target_hours) * 3600 AS target_seconds,
    CASE WHEN e.resolved_at IS NULL AND e.raised_at IS NOT NULL
        THEN e.raised_at + to_seconds(target_seconds) < n.data_until
        ELSE date_diff('second', e.raised_at, e.resolved_at) > target_seconds END AS beyond_target
FROM scope.exceptions e
LEFT JOIN scope.orders o USING (order_key)
LEFT JOIN lines l ON l.line_key = e.line_key
CROSS JOIN meta.now n
LEFT JOIN meta.exception_targets t ON t.type_key = lower(trim(e.type))
ASOF LEFT JOIN stage_entries s
    ON s.order_key = e.order_key AND e.raised_at > s.since
