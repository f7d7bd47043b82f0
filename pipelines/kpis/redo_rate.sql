/* ---
name: redo_rate
title: Redo
text: "Orders on which a user repeated what another user had done."
formula: "orders with a repeat by another user / orders"
unit: percent
good: down
population: "sales orders"
needs: ["user_actions"]
order: 19
--- */
SELECT count(*) FILTER (WHERE has_redo) AS numerator, count(has_redo) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
