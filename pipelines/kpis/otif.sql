/* ---
name: otif
title: On time and in full
text: "Delivered in full by the promised day plus the tolerance of the settings. There is no standard definition: the basis here is the promised date, the level is the order."
formula: "orders on time and in full / orders of which both are known"
unit: percent
good: up
population: "sales orders of which both are known, cancelled ones left out"
needs: ["deliveries"]
order: 13
--- */
SELECT count(*) FILTER (WHERE on_time AND in_full) AS numerator,
    count(*) FILTER (WHERE on_time IS NOT NULL AND in_full IS NOT NULL) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND NOT is_cancelled
