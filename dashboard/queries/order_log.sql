-- What the change log of an order's system covers, how many extracts of different times showed the order, and what it was entered with:
-- what its state at a moment rests on.
SELECT o.ordered_at, timezone(n.reporting_zone, timezone('UTC', o.ordered_at)) AS entered_at, n.reporting_zone AS zone, n.data_until, l.fields, l.since,
    (SELECT count(*) > 0 FROM core.order_changes c WHERE c._system = o._system AND c.origin IS DISTINCT FROM 'snapshot') AS has_log,
    (SELECT count(DISTINCT since) FROM marts.sightings($order)) AS n_extracts,
    (SELECT count(*) > 0 FROM core.order_changes c WHERE c._system = o._system AND c.field = 'line') OR coalesce(list_contains(l.fields, 'line'), false) AS logs_lines
FROM core.orders o CROSS JOIN meta.now n LEFT JOIN meta.change_logs l ON l.system = o._system WHERE o.order_id = $order
