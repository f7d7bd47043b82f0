-- What to put right: one row a cell with the best suggestion, what can still be stopped first, then the gravest and the dearest.
-- Left out are accepted findings, orders that were cancelled, and rules that fail on most records (see ledger.source_rules).
WITH wrong AS (
    SELECT d.*, o.customer_name, o.current_stage, o.shipped_at IS NOT NULL AS has_left, o.net_amount, o.currency
    FROM ledger.defects d LEFT JOIN selected_orders o USING (order_key)
    WHERE d.resolved_at IS NULL AND d.suggested IS NOT NULL AND d.suggested IS DISTINCT FROM d.observed
        AND d.field IS NOT NULL AND d.field NOT IN ('order_id', 'line_id')
        AND (d.order_key IS NULL OR o.order_key IS NOT NULL) AND NOT coalesce(o.is_cancelled, false)
        AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
    QUALIFY row_number() OVER (PARTITION BY d.entity, d.record_key, d.field
        ORDER BY d.confidence DESC NULLS LAST, CASE d.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, d.rule) = 1
)
SELECT w.order_id, w.line_id, w.field, w.observed AS wrong, w.suggested, w.confidence, w.severity, w.message, w.customer_name,
    w.current_stage, w.has_left, f.file, w.source_line, w.entity, w.record_key, w.rule, w.defect_id
FROM wrong w LEFT JOIN meta.files f USING (file_no)
ORDER BY w.has_left, CASE w.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, w.net_amount DESC NULLS LAST,
    w.confidence DESC NULLS LAST, w.order_id, w.line_id, w.field, w.record_key
