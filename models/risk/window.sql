/* ---
name: risk_window
title: When the first error of each wrong order was found, and how old the order is by now, in days
--- */
SELECT date_diff('day', o.ordered_at, greatest(f.found_at, o.ordered_at)) AS delay,
    date_diff('day', o.ordered_at, (SELECT data_until FROM meta.now)) AS age
FROM core.orders AS o
JOIN (SELECT order_key, min(found_at) AS found_at FROM marts.error_facts GROUP BY order_key) AS f USING (order_key)
WHERE coalesce(o.order_class, 'sale') = 'sale'
    AND f.found_at <= (SELECT data_until FROM meta.now) AND o.ordered_at <= (SELECT data_until FROM meta.now)
