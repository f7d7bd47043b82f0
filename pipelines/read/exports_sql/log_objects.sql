-- The objects of an object-centric log: orders, lines, users. An attribute that the change log follows has its value at entry
-- (no time) and each later one; others have the one that is known.
WITH lines AS (
    SELECT l.* FROM core.order_lines l SEMI JOIN selected_orders o ON o.order_key = l.order_key WHERE l.line_id IS NOT NULL
), changes AS (
    SELECT order_id, line_id, field, old_value, new_value, changed_at,
        row_number() OVER (PARTITION BY order_id, line_id, field ORDER BY changed_at, record_key) AS no
    FROM selected_changes WHERE field IS NOT NULL
), followed AS (
    SELECT order_id, line_id, list({'name': field, 'at': "at", 'value': value} ORDER BY "at" NULLS FIRST) AS attributes
    FROM (
        SELECT order_id, line_id, field, NULL::TIMESTAMP AS "at", old_value AS value FROM changes WHERE no = 1 AND old_value IS NOT NULL
        UNION ALL SELECT order_id, line_id, field, changed_at, new_value FROM changes WHERE new_value IS NOT NULL
    ) GROUP BY order_id, line_id
), known AS (
    UNPIVOT (SELECT order_id, NULL::VARCHAR AS line_id, customer_id, customer_name, channel, region, order_type, net_amount::VARCHAR AS net_amount, currency, ship_to,
        payment_terms, requested_delivery_date::VARCHAR AS requested_delivery_date
        FROM core.orders SEMI JOIN selected_orders USING (order_key))
    ON customer_id, customer_name, channel, region, order_type, net_amount, currency, ship_to, payment_terms, requested_delivery_date
    INTO NAME field VALUE value
    UNION ALL
    UNPIVOT (SELECT order_id, line_id, sku, quantity::VARCHAR AS quantity, unit, unit_price::VARCHAR AS unit_price FROM lines)
    ON sku, quantity, unit, unit_price INTO NAME field VALUE value
), unfollowed AS (
    SELECT k.order_id, k.line_id, list({'name': k.field, 'at': NULL::TIMESTAMP, 'value': k.value} ORDER BY k.field) AS attributes
    FROM known k ANTI JOIN changes c
        ON c.order_id = k.order_id AND c.line_id IS NOT DISTINCT FROM k.line_id AND c.field = k.field
    GROUP BY ALL
), of_order AS (SELECT order_id, list(DISTINCT line_id ORDER BY line_id) AS lines FROM lines GROUP BY order_id)
SELECT 'order' AS type, o.order_id AS id, list_concat(u.attributes, f.attributes) AS attributes, l.lines
FROM selected_orders o
LEFT JOIN unfollowed u ON u.order_id = o.order_id AND u.line_id IS NULL
LEFT JOIN followed f ON f.order_id = o.order_id AND f.line_id IS NULL
LEFT JOIN of_order l ON l.order_id = o.order_id
UNION ALL
SELECT 'line', x.line_id, list_concat(u.attributes, f.attributes), NULL
FROM (SELECT DISTINCT order_id, line_id FROM lines UNION SELECT DISTINCT order_id, line_id FROM selected_actions WHERE line_id IS NOT NULL) x
LEFT JOIN unfollowed u ON u.order_id = x.order_id AND u.line_id = x.line_id
LEFT JOIN followed f ON f.order_id = x.order_id AND f.line_id = x.line_id
UNION ALL
SELECT DISTINCT 'user', user_id, NULL, NULL FROM selected_actions WHERE user_id IS NOT NULL
ORDER BY type, id
