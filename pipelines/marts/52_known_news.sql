/* ---
mart: known_news
phase: orders
rebuild: whole
text: >
  The reviews and mismatches that the error facts were made with. Not every one of them is a fact of its own: what was told already by other
  evidence counts once. The next run looks again at the orders of which there is news since.
--- */
SELECT order_key, error_key FROM current_news
