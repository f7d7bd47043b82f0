-- Changes after confirmation of what is delivered, where, when or for how much, of each customer's confirmed orders, and how many everybody
-- would have had with the same channels and order types (indirect standardisation). Customers with fewer than $least orders are left out.
WITH counted AS (
    SELECT customer_id, any_value(customer_name) AS customer_name, channel, order_type, count(*) AS orders,
        sum(n_material_changes_after_confirmation) AS changes
    FROM selected_orders
    WHERE order_class = 'sale' AND customer_id IS NOT NULL AND n_material_changes_after_confirmation IS NOT NULL
    GROUP BY customer_id, channel, order_type
), strata AS (
    SELECT channel, order_type, sum(changes) / sum(orders) AS rate FROM counted GROUP BY channel, order_type
)
SELECT c.customer_id, any_value(c.customer_name) AS customer_name, sum(c.orders)::BIGINT AS orders, sum(c.changes)::BIGINT AS changes,
    sum(c.orders * s.rate) AS expected
FROM counted c JOIN strata s ON s.channel IS NOT DISTINCT FROM c.channel AND s.order_type IS NOT DISTINCT FROM c.order_type
GROUP BY c.customer_id HAVING sum(c.orders) >= $least AND sum(c.orders * s.rate) > 0 ORDER BY orders DESC, c.customer_id
