-- The confirmed errors of one order, with the titles of the rules that saw them or would have.
SELECT e.error_key, coalesce(k.title, replace(e.type, '_', ' ')) AS type, e.line_id, e.field, e.evidence_told AS evidence, e.found_at, e.found_by, e.found_place, e.origin_stage,
    e.origin_user, e.origin_at, e.cost, c.wrong, c.corrected, d.how, d.rules
FROM marts.error_facts e
LEFT JOIN ledger.kinds k ON k.kind = e.type
LEFT JOIN marts.corrections c ON c.record_key = e.error_key
LEFT JOIN (
    SELECT error_key, min(how) AS how, string_agg('“' || coalesce(r.title, rule) || '”', ', ' ORDER BY rule) AS rules
    FROM marts.error_defects LEFT JOIN ledger.rules r USING (rule) GROUP BY error_key) d USING (error_key)
WHERE e.order_id = $order ORDER BY e.found_at NULLS LAST, e.error_key
