/* ---
mart: exception_facts
phase: facts
text: One row an exception. An exception without an end is open while its order is not cancelled; an unknown beginning is counted, not timed.
--- */
SELECT e.record_key, e.order_key, e.line_key, e.order_id, e.line_id, e.type, e.raised_at, e.resolved_at,
    e.resolved_at IS NULL AND o.cancelled_at IS NULL AS is_open,
    date_diff('second', e.raised_at, e.resolved_at) AS resolve_seconds,
    e.raised_by, e.owner, e.resolved_by, e.resolution, s.stage,
    CAST(timezone(n.reporting_zone, timezone('UTC', coalesce(e.raised_at, e.resolved_at))) AS DATE) AS on_day,
    CASE WHEN e.resolved_at IS NULL AND e.raised_at IS NOT NULL
        THEN e.raised_at + to_seconds(n.exception_target_hours * 3600) < n.data_until
        ELSE date_diff('second', e.raised_at, e.resolved_at) > n.exception_target_hours * 3600 END AS beyond_target
FROM scope.exceptions e
LEFT JOIN core.orders o USING (order_key)
CROSS JOIN meta.now n
ASOF LEFT JOIN stage_entries s
    ON s.order_key = e.order_key AND e.raised_at > s.since
