-- Errors that came in with this user's work, as far as the log tells, newest first.
SELECT timezone(n.reporting_zone, timezone('UTC', e.origin_at)) AS origin_at, e.order_id, e.line_id, coalesce(k.title, replace(e.type, '_', ' ')) AS type, e.field,
    c.wrong AS old_value, c.corrected AS new_value, s.title AS stage_title, e.evidence_told AS evidence,
    timezone(n.reporting_zone, timezone('UTC', e.found_at)) AS found_at, e.found_place, e.cost
FROM marts.error_facts e CROSS JOIN meta.now n
LEFT JOIN marts.corrections c ON c.record_key = e.error_key
LEFT JOIN ledger.kinds k ON k.kind = e.type LEFT JOIN meta.stages s ON s.stage = e.origin_stage
WHERE e.origin_user = $user AND timezone(n.reporting_zone, timezone('UTC', e.origin_at))::DATE BETWEEN $first AND $last
ORDER BY e.origin_at DESC, e.order_id, e.error_key LIMIT 500
