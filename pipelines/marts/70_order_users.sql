/* ---
mart: order_users
phase: orders
text: Who entered and who touched which order. Sorted by user, so that a filter by user reads that user's rows only.
--- */
SELECT * FROM user_touches ORDER BY user_id
