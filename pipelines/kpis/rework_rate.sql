/* ---
name: rework_rate
title: Rework
text: "Orders on which an activity was repeated."
formula: "orders with a repeated activity / orders"
unit: percent
good: down
population: "sales orders"
needs: ["user_actions"]
order: 5
--- */
SELECT count(*) FILTER (WHERE has_rework) AS numerator, count(has_rework) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
