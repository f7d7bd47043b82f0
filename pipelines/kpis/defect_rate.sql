/* ---
name: defect_rate
title: Orders with defects
text: "Orders with at least one open finding of a rule. A rule that fails on more than half of its records is a finding about the source and is left out here."
formula: "orders with an open defect / orders"
unit: percent
good: down
population: "sales orders"
needs: []
order: 11
--- */
SELECT count(*) FILTER (WHERE n_defects > 0) AS numerator, count(*) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
