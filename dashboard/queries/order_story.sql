SELECT "at", 'action' AS what, activity AS text, user_id AS who, line_id, NULL AS old_value, NULL AS new_value FROM marts.action_facts WHERE order_id = $order
UNION ALL
SELECT changed_at, 'change', field, changed_by, line_id, old_value, new_value FROM marts.change_facts WHERE order_id = $order
UNION ALL
SELECT raised_at, 'exception', type || ' raised', raised_by, line_id, NULL, NULL FROM marts.exception_facts WHERE order_id = $order AND raised_at IS NOT NULL
UNION ALL
SELECT resolved_at, 'exception', type || ' resolved', resolved_by, line_id, NULL, NULL FROM marts.exception_facts WHERE order_id = $order AND resolved_at IS NOT NULL
UNION ALL
SELECT found_at, 'error', type || ' found', found_by, line_id, NULL, NULL FROM marts.error_facts WHERE order_id = $order AND found_at IS NOT NULL
UNION ALL
SELECT "at", coalesce(kind, 'delivery'), 'Delivery of ' || quantity, NULL, line_id, NULL, NULL FROM core.deliveries WHERE order_id = $order AND "at" IS NOT NULL
ORDER BY 1, 2
