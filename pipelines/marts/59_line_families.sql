/* ---
mart: line_families
phase: orders
temporary: true
text: Which product families stand on which order, of the orders in scope.
--- */
SELECT DISTINCT l.order_key, p.family AS product_family
FROM scope.order_lines l JOIN core.products p ON p.sku = l.sku AND p._system = l._system
WHERE p.family IS NOT NULL
