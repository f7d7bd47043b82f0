/* ---
name: risk_labels
title: Did an order turn out wrong within the window, as far as that can be told by now
usage: >
  Put the window in days into work.risk_window (days). One row an order that is mature by the window: wrong is true or
  false. An order whose only errors have no time of discovery cannot be told and is left out.
--- */
WITH found AS (
    SELECT order_key, min(found_at) AS found_at, count(*) AS errors FROM marts.error_facts GROUP BY order_key
)
SELECT o.order_key, o.ordered_at AS t0,
    coalesce(f.found_at <= o.ordered_at + to_days(w.days), false) AS wrong
FROM core.orders AS o
CROSS JOIN work.risk_window AS w
LEFT JOIN found AS f USING (order_key)
WHERE coalesce(o.order_class, 'sale') = 'sale'
    AND o.ordered_at <= (SELECT data_until FROM meta.now) - to_days(w.days)
    AND NOT (f.order_key IS NOT NULL AND f.found_at IS NULL)
