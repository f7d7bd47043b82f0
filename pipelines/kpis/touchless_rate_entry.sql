/* ---
name: touchless_rate_entry
title: Touchless to entry
text: "Orders without any manual action up to the completion of entry."
formula: "orders with no manual action until entry is complete / orders whose entry is complete and whose actions all say whether a program did them"
unit: percent
good: up
population: "sales orders past entry"
needs: ["user_actions"]
order: 15
--- */
SELECT count(*) FILTER (WHERE touchless_entry) AS numerator, count(touchless_entry) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
