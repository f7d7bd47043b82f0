/* ---
mart: order_defects
phase: orders
temporary: true
text: One row an order with open defects, and how many it has.
--- */
SELECT order_key, count(*) AS n_defects, count(*) FILTER (WHERE severity = 'high') AS n_high_defects
FROM ledger.defects
WHERE resolved_at IS NULL AND order_key IS NOT NULL AND rule NOT IN (SELECT rule FROM ledger.source_rules) GROUP BY order_key
