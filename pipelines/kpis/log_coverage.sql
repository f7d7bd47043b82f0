/* ---
name: log_coverage
title: Change log coverage
text: "Logged fields whose current value is what the last recorded change says. A value that differs was changed without a record."
formula: "fields whose last recorded value is the current value / fields with a recorded change"
unit: percent
good: up
population: "quantity, unit price, product, unit and discount of lines; requested date, ship-to, terms and customer of orders"
needs: ["order_changes"]
order: 22
--- */
WITH last_change AS (
    SELECT c.order_key, c.line_key, c.field, max_by(c.new_value, c.changed_at) AS logged
    FROM selected_changes c WHERE c.origin IS DISTINCT FROM 'snapshot' GROUP BY ALL
),
now_values AS (
    SELECT order_key, line_key, 'quantity' AS field, CAST(quantity AS VARCHAR) AS current FROM core.order_lines
    UNION ALL SELECT order_key, line_key, 'unit_price', CAST(unit_price AS VARCHAR) FROM core.order_lines
    UNION ALL SELECT order_key, line_key, 'sku', sku FROM core.order_lines
    UNION ALL SELECT order_key, line_key, 'unit', unit FROM core.order_lines
    UNION ALL SELECT order_key, line_key, 'discount', CAST(discount AS VARCHAR) FROM core.order_lines
    UNION ALL SELECT order_key, NULL, 'requested_delivery_date', CAST(requested_delivery_date AS VARCHAR) FROM core.orders
    UNION ALL SELECT order_key, NULL, 'ship_to', ship_to FROM core.orders
    UNION ALL SELECT order_key, NULL, 'payment_terms', payment_terms FROM core.orders
    UNION ALL SELECT order_key, NULL, 'customer_name', customer_name FROM core.orders
)
SELECT count(*) FILTER (WHERE l.logged = n.current OR TRY_CAST(l.logged AS DOUBLE) = TRY_CAST(n.current AS DOUBLE)) AS numerator,
    count(*) AS denominator, numerator / nullif(denominator, 0) AS value
FROM last_change l JOIN now_values n
    ON n.order_key = l.order_key AND n.line_key IS NOT DISTINCT FROM l.line_key AND n.field = l.field
