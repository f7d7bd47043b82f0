-- Errors made at entry by the hour in which the order was entered, in the reporting zone; expected as the same users have it for the same channels at all
-- hours. Midnight to the second is how sources write a day without a time: such orders have no hour.
WITH entered AS (
    SELECT f.entered_by, f.channel, timezone(n.reporting_zone, timezone('UTC', f.ordered_at)) AS entered_at, f.has_entry_error
    FROM selected_orders f, meta.now n
    WHERE f.order_class = 'sale' AND f.is_mature AND f.has_entry_error IS NOT NULL AND f.entered_by IS NOT NULL AND f.ordered_at IS NOT NULL
        AND NOT coalesce(f.entered_by IN (SELECT user_id FROM core.users WHERE automatic AND user_id IS NOT NULL), false)
), orders AS (
    SELECT entered_by, channel, CASE WHEN entered_at::TIME <> TIME '00:00:00' THEN hour(entered_at) END AS hour, count(*) AS orders,
        count(*) FILTER (has_entry_error) AS errors
    FROM entered GROUP BY ALL
), strata AS (
    SELECT entered_by, channel, sum(errors) / sum(orders) AS rate FROM orders WHERE hour IS NOT NULL GROUP BY ALL
)
SELECT o.hour, sum(o.orders)::BIGINT AS orders, sum(o.errors)::BIGINT AS errors, sum(o.orders * s.rate) AS expected
FROM orders o LEFT JOIN strata s ON s.entered_by = o.entered_by AND s.channel IS NOT DISTINCT FROM o.channel GROUP BY o.hour ORDER BY o.hour NULLS LAST
