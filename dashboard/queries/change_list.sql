-- Recorded changes, old and new value side by side, the latest first, open requests on top; $limit of them. $by: field (material changes
-- of $part after confirmation), changes (of orders changed $part times, 6 for six and more), or empty for all.
WITH many AS (
    SELECT order_key FROM marts.change_facts WHERE $by = 'changes' AND changed_at IS NOT NULL GROUP BY order_key
    HAVING least(count(*), 6)::VARCHAR = $part
)
SELECT c.order_id, c.line_id, c.field, c.old_value, c.new_value, c.changed_at, c.changed_by, c.requested_by, c.requested_at, c.approved_by,
    c.approved_at, c.reason, c.stage, c.after_confirmation, c.customer_initiated, c.origin
FROM selected_changes c
WHERE CASE $by WHEN 'field' THEN c.field = $part AND c.material AND c.after_confirmation
        AND c.order_key NOT IN (SELECT order_key FROM marts.order_facts WHERE order_class <> 'sale')
    WHEN 'changes' THEN c.order_key IN (FROM many) AND c.changed_at IS NOT NULL ELSE true END
ORDER BY c.changed_at DESC NULLS FIRST, c.order_id, c.field LIMIT $limit
