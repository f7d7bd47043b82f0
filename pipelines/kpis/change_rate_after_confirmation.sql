/* ---
name: change_rate_after_confirmation
title: Changed after confirmation
text: "Confirmed orders with a material change (quantity, unit, price, discount, product, date, ship-to, terms, customer) later than the first confirmation."
formula: "confirmed orders with a material change after confirmation / confirmed orders"
unit: percent
good: down
population: "confirmed sales orders"
needs: ["order_changes", "user_actions"]
order: 6
--- */
SELECT count(*) FILTER (WHERE n_material_changes_after_confirmation > 0) AS numerator,
    count(n_material_changes_after_confirmation) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
