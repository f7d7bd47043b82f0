/* ---
name: touchless_rate_invoice
title: Touchless to invoice
text: "Orders without any manual action or change up to the invoice."
formula: "orders with no manual action and no change until the invoice / invoiced orders"
unit: percent
good: up
population: "invoiced sales orders"
needs: ["user_actions"]
order: 16
--- */
SELECT count(*) FILTER (WHERE touchless_invoice) AS numerator, count(touchless_invoice) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
