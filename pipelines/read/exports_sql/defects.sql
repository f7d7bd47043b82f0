-- Findings of the rules, open ones first, the most severe on top.
SELECT d.rule, d.kind, d.order_id, d.line_id, d.field, d.observed, d.expected, d.suggested, d.confidence, d.severity,
    d.origin_stage, d.origin_user, d.origin_at, d.first_seen, d.last_seen, d.resolved_at, d.resolution,
    d.message, d.evidence, d.entity, d.record_key, f.member AS file, d.source_line,
    d.defect_id, d.found_at, d.found_by, d.found_through, d.found_stage, d.found_line, d.cost,
    d.accepted_by, d.accepted_until, d.accepted_note
FROM ledger.defects d LEFT JOIN meta.files f USING (file_no)
WHERE d.order_key IS NULL OR d.order_key IN (SELECT order_key FROM selected_orders)
ORDER BY d.resolved_at IS NOT NULL, CASE d.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, d.rule, d.record_key, d.field
