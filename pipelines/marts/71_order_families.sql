/* ---
mart: order_families
phase: orders
text: Which product families stand on which order.
--- */
SELECT * FROM line_families
