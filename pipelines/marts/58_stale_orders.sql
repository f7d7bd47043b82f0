/* ---
mart: stale_orders
phase: orders
scope: true
text: Orders this run did not touch whose facts it changes all the same, with time, findings, masters or new evidence.
--- */
WITH here AS (SELECT file_no FROM meta.files WHERE run_id = (SELECT max(run_id) FROM meta.files)),
-- What the order facts say of products, of the orders of products that came with this run.
sold AS (
    SELECT l.order_key, max_by(p.family, l.net_amount) AS product_family, list(DISTINCT p.family ORDER BY p.family) FILTER (WHERE p.family IS NOT NULL) AS families
    FROM core.order_lines l LEFT JOIN core.products p ON p.sku = l.sku AND p._system = l._system
    WHERE l.order_key IN (
        SELECT t.order_key FROM core.order_lines t JOIN core.products a ON a.sku = t.sku AND a._system = t._system WHERE a._file_no IN (FROM here))
    GROUP BY l.order_key
),
stale AS (
    SELECT f.order_key
    FROM marts.order_facts f CROSS JOIN meta.now n CROSS JOIN given g LEFT JOIN order_defects d USING (order_key)
    WHERE f.is_mature IS DISTINCT FROM (f.ordered_at <= n.data_until - to_days(n.mature_days))
        OR (f.on_time IS NULL AND f.cancelled_at IS NULL AND (g.deliveries OR g.shipments)
            AND CAST(timezone(n.reporting_zone, timezone('UTC', n.data_until)) AS DATE) > f.promised_delivery_date + n.delivery_tolerance_days)
        OR f.n_defects <> coalesce(d.n_defects, 0) OR f.n_high_defects <> coalesce(d.n_high_defects, 0)
        OR (f.has_error IS NOT NULL) <> g.errors OR (f.has_repeat IS NULL AND f.has_rework IS NOT NULL AND g.users)
    UNION ALL
    SELECT f.order_key
    FROM core.customers c JOIN core.orders o ON o.customer_id = c.customer_id AND o._system = c._system JOIN marts.order_facts f ON f.order_key = o.order_key
    WHERE c._file_no IN (FROM here)
        AND (f.customer_name IS DISTINCT FROM coalesce(o.customer_name, c.name, o.customer_id) OR f.region IS DISTINCT FROM coalesce(o.region, c.region))
    UNION ALL
    SELECT f.order_key FROM sold JOIN marts.order_facts f USING (order_key)
    WHERE f.product_family IS DISTINCT FROM sold.product_family OR f.families IS DISTINCT FROM sold.families
)
SELECT DISTINCT order_key FROM stale ANTI JOIN work.scope_orders USING (order_key)
