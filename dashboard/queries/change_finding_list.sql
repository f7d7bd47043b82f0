-- Open findings of one kind about changes ($part), the latest first: what was changed to what, by whom; $limit of them.
SELECT d.order_id, d.line_id, d.field, CASE WHEN c.record_key IS NULL THEN d.expected ELSE c.old_value END AS old_value,
    CASE WHEN c.record_key IS NULL THEN d.observed ELSE c.new_value END AS new_value, d.message,
    coalesce(c.changed_at, d.origin_at) AS changed_at, coalesce(c.changed_by, d.origin_user) AS changed_by, c.requested_by, c.requested_at,
    c.approved_by, c.approved_at, c.reason, coalesce(c.stage, d.origin_stage) AS stage, c.after_confirmation, c.customer_initiated, c.origin, c.record_key IS NULL AS of_ledger
FROM ledger.defects d SEMI JOIN selected_orders o USING (order_key) LEFT JOIN marts.change_facts c ON c.record_key = d.record_key AND c.order_key = d.order_key
JOIN ledger.rules r ON r.rule = d.rule
WHERE d.kind = $part AND d.resolved_at IS NULL AND (r.entity = 'order_changes' OR d.kind = 'direct_edit')
    AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
ORDER BY changed_at DESC NULLS LAST, d.order_id LIMIT $limit
