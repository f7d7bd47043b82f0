/* ---
mart: order_defects
phase: orders
temporary: true
text: One row an order with open defects, and how many it has.
--- */
-- A rule that fails on more than half of its records says something about the source, not about these orders.
WITH source_rules AS (
    SELECT rule FROM ledger.rule_runs WHERE checked > 20 AND failing > 0.5 * checked
        AND run_id = (SELECT max(run_id) FROM ledger.rule_runs)
)
SELECT order_key, count(*) AS n_defects, count(*) FILTER (WHERE severity = 'high') AS n_high_defects
FROM ledger.defects
WHERE resolved_at IS NULL AND order_key IS NOT NULL AND rule NOT IN (SELECT rule FROM source_rules) GROUP BY order_key
