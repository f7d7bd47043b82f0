-- Values changed without a record, by field: fields with a recorded change and those whose value is another now (the KPI log_coverage,
-- field by field), and what the replay of the change log and the versions of a record show (open findings).
WITH gaps AS (
    SELECT field, count(*) FILTER (WHERE kind = 'direct_edit') AS direct_edit, count(*) FILTER (WHERE kind = 'broken_chain') AS broken_chain,
        count(*) FILTER (WHERE kind = 'unlogged_change') AS unlogged_change, count(DISTINCT order_key) AS orders
    FROM ledger.defects SEMI JOIN selected_orders USING (order_key)
    WHERE resolved_at IS NULL AND kind IN ('direct_edit', 'broken_chain', 'unlogged_change') AND rule NOT IN (SELECT rule FROM ledger.source_rules)
    GROUP BY field
),
fields AS (
    SELECT field, count(*) AS logged, count(*) FILTER (WHERE NOT is_current) AS elsewhere
    FROM marts.logged_fields SEMI JOIN selected_orders USING (order_key) GROUP BY field
)
SELECT field, coalesce(logged, 0) AS logged, coalesce(elsewhere, 0) AS elsewhere, elsewhere / nullif(logged, 0) AS unlogged_share,
    coalesce(direct_edit, 0) AS direct_edit, coalesce(broken_chain, 0) AS broken_chain, coalesce(unlogged_change, 0) AS unlogged_change,
    coalesce(orders, 0) AS orders
FROM fields FULL JOIN gaps USING (field) WHERE elsewhere > 0 OR orders > 0 ORDER BY greatest(elsewhere, orders) DESC, field
