/* ---
name: order_entry_error_rate
title: Entry error rate
text: "Share of mature sales orders with an error that came in at entry, by day of entry, never by day of discovery."
formula: "orders with an entry error / mature orders entered"
unit: percent
good: down
population: "mature sales orders"
needs: ["errors"]
order: 2
--- */
SELECT count(*) FILTER (WHERE has_entry_error) AS numerator, count(has_entry_error) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND is_mature
