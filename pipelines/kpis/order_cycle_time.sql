/* ---
name: order_cycle_time
title: Order cycle time
text: "Median time from entry to the last delivery (SCOR RS.1.1, gross: no dwell time is taken off). Orders that are still open are not in it; see the stages page for durations with open orders counted as open."
formula: "median of hours from entry to delivery"
unit: hours
good: down
population: "delivered sales orders"
needs: ["deliveries or user_actions"]
order: 7
--- */
SELECT NULL AS numerator, count(cycle_hours) AS denominator, median(cycle_hours) AS value
FROM selected_orders WHERE order_class = 'sale' AND cycle_hours >= 0
