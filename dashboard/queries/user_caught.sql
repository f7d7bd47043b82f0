-- Errors that this user found, as far as the evidence names who found them, newest first.
SELECT timezone(n.reporting_zone, timezone('UTC', e.found_at)) AS found_at, e.order_id, e.line_id, coalesce(k.title, replace(e.type, '_', ' ')) AS type, e.field,
    c.wrong AS old_value, c.corrected AS new_value, e.found_place, e.evidence_told AS evidence, e.origin_user, s.title AS stage_title
FROM marts.error_facts e CROSS JOIN meta.now n
LEFT JOIN marts.corrections c ON c.record_key = e.error_key
LEFT JOIN ledger.kinds k ON k.kind = e.type LEFT JOIN meta.stages s ON s.stage = e.origin_stage
WHERE e.found_by = $user AND timezone(n.reporting_zone, timezone('UTC', e.found_at))::DATE BETWEEN $first AND $last
ORDER BY e.found_at DESC, e.order_id, e.error_key LIMIT 500
