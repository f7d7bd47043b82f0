/* ---
mart: order_users
phase: orders
text: Who entered and who touched which order. Sorted by order, so that a run finds the rows of a few orders without reading all.
--- */
SELECT * FROM user_touches ORDER BY order_key
