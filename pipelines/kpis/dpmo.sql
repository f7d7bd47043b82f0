/* ---
name: dpmo
title: Errors per million opportunities
text: "Errors per million opportunities. The opportunities of an order are fixed: eight fields of its head (customer, name, ship-to, terms, requested date, channel, currency, class) and five of each line (product, quantity, unit, price, discount), so that a new rule does not improve the figure."
formula: "1,000,000 x errors / (8 x orders + 5 x lines)"
unit: count
good: down
population: "mature sales orders"
needs: ["errors"]
order: 20
--- */
SELECT sum(n_errors) AS numerator, sum(8 + 5 * n_lines) AS denominator,
    1e6 * numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND is_mature AND n_errors IS NOT NULL
