-- Everything that the ledger holds of one order, open findings first. `alternatives`: what other rules suggest for the same value.
SELECT d.defect_id, d.rule, r.title, d.kind, d.severity, d.entity, d.line_id, d.field, d.observed, d.expected, d.suggested, d.confidence,
    d.message, d.origin_stage, d.origin_user, d.origin_at, d.first_seen, d.resolved_at, d.resolution, d.found_at, d.found_by, d.found_through,
    d.found_stage, d.cost, d.accepted_by, d.accepted_until, d.accepted_note, f.member AS file, d.source_line, k.is_value,
    (SELECT string_agg(x.suggested || ' (' || x.rule || coalesce(', ' || round(100 * x.confidence)::INTEGER || ' %', '') || ')', '; ' ORDER BY x.confidence DESC NULLS LAST, x.rule)
     FROM ledger.defects x WHERE x.order_id = $order AND x.entity = d.entity AND x.record_key = d.record_key AND x.field = d.field
       AND x.resolved_at IS NULL AND x.suggested <> d.suggested) AS alternatives
FROM ledger.defects d LEFT JOIN ledger.rules r USING (rule) LEFT JOIN meta.files f USING (file_no) LEFT JOIN ledger.kinds k ON k.kind = d.kind
WHERE d.order_id = $order AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
ORDER BY d.resolved_at IS NOT NULL, CASE d.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, d.confidence DESC NULLS LAST, d.defect_id
