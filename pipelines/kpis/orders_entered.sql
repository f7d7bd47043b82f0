/* ---
name: orders_entered
title: Orders entered
text: "Sales orders by day of entry."
formula: "count of orders"
unit: count
good: none
population: "sales orders, cancelled ones included"
needs: []
order: 10
--- */
SELECT count(*) AS numerator, NULL AS denominator, count(*) AS value
FROM selected_orders WHERE order_class = 'sale'
