/* ---
name: on_time_rate
title: On time
text: "Orders whose last delivery left by the promised day plus the tolerance; an order still open after that day is late."
formula: "orders on time / orders with a promised date that is due or delivered"
unit: percent
good: up
population: "sales orders with a promised date, cancelled ones left out"
needs: ["promised dates"]
order: 14
--- */
SELECT count(*) FILTER (WHERE on_time) AS numerator, count(on_time) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND NOT is_cancelled
