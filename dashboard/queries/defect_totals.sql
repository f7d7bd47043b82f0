-- What the page says first: findings and errors of the selected orders.
SELECT
    (SELECT count(*) FROM selected_orders) AS orders,
    (SELECT count(*) FROM selected_orders WHERE order_class IS DISTINCT FROM 'sale') AS no_sales,
    (SELECT count(*) FROM ledger.defects d SEMI JOIN selected_orders o USING (order_key)
        WHERE d.resolved_at IS NULL AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
            AND ($severity = '' OR list_contains(string_split($severity, '|'), d.severity))) AS findings,
    (SELECT count(DISTINCT order_key) FROM ledger.defects d SEMI JOIN selected_orders o USING (order_key)
        WHERE d.resolved_at IS NULL AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
            AND ($severity = '' OR list_contains(string_split($severity, '|'), d.severity))) AS finding_orders,
    (SELECT count(*) FROM selected_errors) AS errors,
    (SELECT count(DISTINCT order_key) FROM selected_errors) AS error_orders,
    (SELECT count(*) FROM selected_errors WHERE found_place = 'customer') AS escaped,
    (SELECT sum(cost) FROM selected_errors) AS cost,
    (SELECT count(*) FROM ledger.defects d WHERE d.resolved_at IS NULL AND d.order_key IS NULL
        AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)) AS records
