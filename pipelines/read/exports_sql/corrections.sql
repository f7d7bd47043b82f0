-- What to put right: one row a cell with the best suggestion (`alternative`: what other rules suggest), what can still be stopped first, then the gravest and the dearest.
-- Where the product code is doubted, a price or unit that was reckoned from that code is no second thing to put right: it is the alternative to the code.
-- Left out are accepted findings, orders that were cancelled, and rules that fail on most records (see ledger.source_rules).
WITH wrong AS (
    SELECT d.*, o.customer_name, o.current_stage, o.shipped_at IS NOT NULL AS has_left, o.net_amount, o.currency
    FROM ledger.defects d LEFT JOIN selected_orders o USING (order_key)
    WHERE d.resolved_at IS NULL AND d.suggested IS NOT NULL AND d.suggested IS DISTINCT FROM d.observed
        AND d.field IS NOT NULL AND d.field NOT IN ('order_id', 'line_id')
        AND (d.order_key IS NULL OR o.order_key IS NOT NULL) AND NOT coalesce(o.is_cancelled, false)
        AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
), causes AS (
    SELECT *, CASE WHEN field IN ('unit_price', 'unit') AND bool_or(field = 'sku') OVER (PARTITION BY entity, record_key) THEN 'sku' ELSE field END AS cause
    FROM wrong
), ranked AS (
    SELECT *, row_number() OVER one AS place, first_value(field || suggested) OVER one AS best FROM causes
    WINDOW one AS (PARTITION BY entity, record_key, cause
        ORDER BY field = cause DESC, confidence DESC NULLS LAST, CASE severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, rule)
), others AS (
    SELECT entity, record_key, cause,
        string_agg(CASE WHEN field = cause THEN '' ELSE replace(field, '_', ' ') || ' ' END || suggested || ' (' || rule || ')', '; ' ORDER BY place) AS alternative
    FROM ranked WHERE field || suggested <> best GROUP BY ALL
)
SELECT w.order_id, w.line_id, w.field, w.observed AS wrong, w.suggested, w.confidence, w.severity, w.message, w.customer_name,
    w.current_stage, w.has_left, f.member AS file, w.source_line, w.entity, w.record_key, w.rule, w.defect_id, a.alternative
FROM ranked w LEFT JOIN meta.files f USING (file_no)
LEFT JOIN others a ON a.entity = w.entity AND a.record_key = w.record_key AND a.cause = w.cause
WHERE w.place = 1
ORDER BY w.has_left, CASE w.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, w.net_amount DESC NULLS LAST,
    w.confidence DESC NULLS LAST, w.order_id, w.line_id, w.field, w.record_key
