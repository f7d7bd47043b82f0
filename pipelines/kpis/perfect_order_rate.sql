/* ---
name: perfect_order_rate
title: Perfect orders
text: "Sales orders that met every component at once: in full, on the promised day, and without an error (SCOR RL.1.1, counted per order). Not the product of the component rates."
formula: "orders in full and on time and without error / orders of which all three are known"
unit: percent
good: up
population: "mature sales orders of which all three components are known"
needs: ["errors", "deliveries"]
order: 3
--- */
SELECT count(*) FILTER (WHERE in_full AND on_time AND NOT has_error) AS numerator,
    count(*) FILTER (WHERE in_full IS NOT NULL AND on_time IS NOT NULL AND has_error IS NOT NULL) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND is_mature AND NOT is_cancelled
