/* ---
mart: order_families
phase: orders
text: Which product families stand on which order. Sorted by order, so that a run finds the rows of a few orders without reading all.
--- */
SELECT * FROM line_families ORDER BY order_key
