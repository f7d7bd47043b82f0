/* ---
mart: daily_facts
phase: orders
rebuild: whole
text: One row a day of entry, channel, region and department. Sales orders only.
--- */
SELECT ordered_on AS day, channel, region, department,
    count(*) AS orders,
    count(*) FILTER (WHERE is_mature) AS mature_orders,
    count(*) FILTER (WHERE has_error) AS error_orders,
    count(*) FILTER (WHERE has_entry_error) AS entry_error_orders,
    count(*) FILTER (WHERE n_defects > 0) AS defect_orders,
    count(*) FILTER (WHERE is_open) AS open_orders,
    sum(n_exceptions) AS exceptions,
    sum(net_amount) AS net_amount
FROM marts.order_facts WHERE order_class = 'sale'
GROUP BY ALL
