/* ---
name: exception_rate
title: Orders with exceptions
text: "Orders that a business condition stopped at least once."
formula: "orders with an exception / orders"
unit: percent
good: down
population: "sales orders"
needs: ["exceptions"]
order: 8
--- */
SELECT count(*) FILTER (WHERE n_exceptions > 0) AS numerator, count(n_exceptions) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
