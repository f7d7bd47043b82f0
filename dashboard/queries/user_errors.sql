-- Wrong orders among the mature sales orders that each user entered, and how many everybody would have had with the same channels
-- and order types (indirect standardisation): the case mix is taken out of the comparison.
-- unreasoned: of these, corrected without a reason in the log, so that the customer may have changed their mind.
WITH unreasoned AS (
    SELECT order_key FROM selected_errors WHERE is_entry_error GROUP BY order_key HAVING bool_and(is_unreasoned)
), counted AS (
    SELECT entered_by AS user_id, channel, order_type, count(*) AS orders, count(*) FILTER (WHERE has_entry_error) AS errors,
        count(*) FILTER (WHERE order_key IN (FROM unreasoned)) AS unreasoned
    FROM selected_orders
    WHERE order_class = 'sale' AND is_mature AND has_entry_error IS NOT NULL AND entered_by IS NOT NULL
        AND NOT coalesce(entered_by IN (SELECT user_id FROM core.users WHERE automatic), false)
    GROUP BY ALL
), strata AS (
    SELECT channel, order_type, sum(errors) / sum(orders) AS rate FROM counted GROUP BY ALL
)
SELECT c.user_id, sum(c.orders)::BIGINT AS orders, sum(c.errors)::BIGINT AS errors, sum(c.unreasoned)::BIGINT AS unreasoned, sum(c.orders * s.rate) AS expected
FROM counted c JOIN strata s ON s.channel IS NOT DISTINCT FROM c.channel AND s.order_type IS NOT DISTINCT FROM c.order_type
GROUP BY c.user_id HAVING sum(c.orders) >= $least ORDER BY orders DESC, user_id
