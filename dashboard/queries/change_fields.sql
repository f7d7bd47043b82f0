-- Orders with a material change after confirmation by field, and who wanted it: only the customer, (also) we, or the log does not say.
-- The share of the confirmed orders is the KPI change_rate_after_confirmation, field by field.
WITH late AS (
    SELECT order_key, field, count(*) AS changes,
        CASE WHEN bool_or(NOT customer_initiated) THEN 'internal' WHEN count(*) > count(customer_initiated) THEN 'unknown' ELSE 'customer' END AS initiated
    FROM selected_changes WHERE material AND after_confirmation GROUP BY ALL
)
SELECT field, count(*) AS orders, count(*) FILTER (WHERE initiated = 'customer') AS customer,
    count(*) FILTER (WHERE initiated = 'internal') AS internal, count(*) FILTER (WHERE initiated = 'unknown') AS unknown,
    sum(changes)::BIGINT AS changes
FROM late SEMI JOIN (FROM selected_orders WHERE order_class = 'sale') USING (order_key)
GROUP BY field ORDER BY orders DESC, field
