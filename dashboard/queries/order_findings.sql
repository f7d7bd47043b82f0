-- Everything that the ledger holds of one order, open findings first.
SELECT d.defect_id, d.rule, r.title, d.kind, d.severity, d.entity, d.line_id, d.field, d.observed, d.expected, d.suggested, d.confidence,
    d.message, d.origin_stage, d.origin_user, d.origin_at, d.first_seen, d.resolved_at, d.resolution, d.found_at, d.found_by, d.found_through,
    d.found_stage, d.cost, d.accepted_by, d.accepted_until, d.accepted_note, f.file, d.source_line, k.is_value
FROM ledger.defects d LEFT JOIN ledger.rules r USING (rule) LEFT JOIN meta.files f USING (file_no) LEFT JOIN ledger.kinds k ON k.kind = d.kind
WHERE d.order_id = $order AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
ORDER BY d.resolved_at IS NOT NULL, CASE d.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, d.confidence DESC NULLS LAST, d.defect_id
