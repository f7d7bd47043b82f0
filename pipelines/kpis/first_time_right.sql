/* ---
name: first_time_right
title: First time right
text: "Sales orders that passed every stage with no error, no repeated activity and no change."
formula: "orders without error, rework or change / mature orders"
unit: percent
good: up
population: "mature sales orders"
needs: ["errors", "user_actions"]
order: 4
--- */
SELECT count(*) FILTER (WHERE first_time_right) AS numerator, count(first_time_right) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND is_mature
