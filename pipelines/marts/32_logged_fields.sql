/* ---
mart: logged_fields
phase: facts
text: One row a field of an order or line with a recorded change. Is its current value the one that the last recorded change left?
--- */
WITH last_change AS (
    SELECT order_key, line_key, field, max_by(new_value, changed_at) AS logged, count(*) AS changes
    FROM scope.change_facts WHERE origin IS DISTINCT FROM 'snapshot' GROUP BY ALL
),
changed_lines AS (
    FROM scope.order_lines SEMI JOIN (FROM last_change WHERE line_key IS NOT NULL) USING (line_key)
),
changed_orders AS (
    FROM scope.orders SEMI JOIN (FROM last_change WHERE line_key IS NULL) USING (order_key)
),
now_values AS (
    SELECT order_key, line_key, 'quantity' AS field, CAST(quantity AS VARCHAR) AS current FROM changed_lines
    UNION ALL SELECT order_key, line_key, 'unit_price', CAST(unit_price AS VARCHAR) FROM changed_lines
    UNION ALL SELECT order_key, line_key, 'sku', sku FROM changed_lines
    UNION ALL SELECT order_key, line_key, 'unit', unit FROM changed_lines
    UNION ALL SELECT order_key, line_key, 'discount', CAST(discount AS VARCHAR) FROM changed_lines
    UNION ALL SELECT order_key, NULL, 'requested_delivery_date', CAST(requested_delivery_date AS VARCHAR) FROM changed_orders
    UNION ALL SELECT order_key, NULL, 'ship_to', ship_to FROM changed_orders
    UNION ALL SELECT order_key, NULL, 'payment_terms', payment_terms FROM changed_orders
    UNION ALL SELECT order_key, NULL, 'customer_name', customer_name FROM changed_orders
)
SELECT l.order_key, l.line_key, l.field, l.changes,
    coalesce(l.logged = n.current OR TRY_CAST(l.logged AS DOUBLE) = TRY_CAST(n.current AS DOUBLE), false) AS is_current
FROM last_change l JOIN now_values n
    ON n.order_key = l.order_key AND n.line_key IS NOT DISTINCT FROM l.line_key AND n.field = l.field
