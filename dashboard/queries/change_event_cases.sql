-- Lines (orders, where the event names no line) by how often an event says that they were changed; six and more are one group.
WITH counted AS (
    SELECT coalesce(line_key, order_key) AS changed, count(*) AS n FROM marts.change_events SEMI JOIN selected_orders USING (order_key) GROUP BY ALL
)
SELECT least(n, 6) AS changes, count(*) AS lines, max(n) AS most FROM counted GROUP BY ALL ORDER BY 1
