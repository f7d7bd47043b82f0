/* ---
name: repeat_rate
title: Repeat
text: "Orders on which a user repeated an activity of their own."
formula: "orders with a repeat by the same user / orders"
unit: percent
good: down
population: "sales orders"
needs: ["user_actions"]
order: 18
--- */
SELECT count(*) FILTER (WHERE has_repeat) AS numerator, count(has_repeat) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
