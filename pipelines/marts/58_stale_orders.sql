/* ---
mart: stale_orders
phase: orders
scope: true
text: Orders this run did not touch whose facts it changes all the same, with time, findings, masters or new evidence.
--- */
WITH here AS (SELECT file_no FROM meta.files WHERE run_id = (SELECT max(run_id) FROM meta.files)),
stale AS (
    SELECT f.order_key
    FROM marts.order_facts f CROSS JOIN meta.now n CROSS JOIN given g LEFT JOIN order_defects d USING (order_key)
    WHERE f.is_mature IS DISTINCT FROM (f.ordered_at <= n.data_until - to_days(n.mature_days))
        OR (f.on_time IS NULL AND f.cancelled_at IS NULL AND (g.deliveries OR g.shipments)
            AND CAST(timezone(n.reporting_zone, timezone('UTC', n.data_until)) AS DATE) > f.promised_delivery_date + n.delivery_tolerance_days)
        OR f.n_defects <> coalesce(d.n_defects, 0) OR f.n_high_defects <> coalesce(d.n_high_defects, 0)
        OR (f.has_error IS NOT NULL) <> g.errors OR (f.has_repeat IS NULL AND f.has_rework IS NOT NULL AND g.users)
    UNION ALL
    SELECT o.order_key FROM core.orders o JOIN core.customers c ON c.customer_id = o.customer_id AND c._system = o._system
    WHERE c._file_no IN (FROM here)
    UNION ALL
    SELECT l.order_key FROM core.order_lines l JOIN core.products p ON p.sku = l.sku AND p._system = l._system
    WHERE p._file_no IN (FROM here)
)
SELECT DISTINCT order_key FROM stale ANTI JOIN work.scope_orders USING (order_key)
