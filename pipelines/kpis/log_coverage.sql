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
SELECT count(*) FILTER (WHERE is_current) AS numerator, count(*) AS denominator, numerator / nullif(denominator, 0) AS value
FROM marts.logged_fields SEMI JOIN selected_orders USING (order_key)
