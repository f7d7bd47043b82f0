/* ---
title: An order is entered once
entity: orders
kind: duplicate_order
severity: high
dimension: uniqueness
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [orders.customer_id, order_lines.sku, order_lines.quantity]
sentence: "The same products and quantities as order {observed} of the same customer ({evidence})."
parameters: {window_hours: 96, soon_minutes: 30, standing: 6, standing_days: 365}
--- */
-- Same customer, same lines, little time between. A repeat order asks for another day; an order entered twice asks for
-- the same one, or comes within $soon_minutes of the first. What a customer orders in the same way $standing times
-- within $standing_days before and after is a standing order and has to meet both.
WITH customers AS (
  SELECT DISTINCT _system, customer_id FROM scope.orders WHERE customer_id IS NOT NULL
), span AS (
  SELECT min(ordered_at) - to_days($standing_days) - to_hours($window_hours) AS since,
    max(ordered_at) + to_days($standing_days) AS until FROM scope.orders
), candidates AS (
  SELECT o.record_key, o.order_key, o.order_id, o._system, o.customer_id, o.ordered_at, o.entered_by,
    o.requested_delivery_date, o.ship_to
  FROM span, core.orders o SEMI JOIN customers USING (_system, customer_id)
  WHERE o.ordered_at BETWEEN span.since AND span.until AND o.cancelled_at IS NULL AND coalesce(o.order_class, 'sale') = 'sale'
), prints AS (
  SELECT l.order_key, count(*) AS lines, sum(hash(l.sku, l.quantity)::HUGEINT) AS content
  FROM core.order_lines l SEMI JOIN candidates USING (order_key)
  GROUP BY l.order_key HAVING count(l.sku) = count(*) AND count(l.quantity) = count(*)
), judged AS (
  SELECT c.*, p.lines, p.content, count(*) OVER (PARTITION BY c._system, c.customer_id, p.lines, p.content ORDER BY c.ordered_at
    RANGE BETWEEN to_days($standing_days) PRECEDING AND to_days($standing_days) FOLLOWING) AS alike
  FROM candidates c JOIN prints p USING (order_key)
), pairs AS (
  SELECT b.record_key, b.order_key, b.order_id, a.order_id AS first_order, b.lines,
    a.alike, date_diff('minute', a.ordered_at, b.ordered_at) AS minutes, a.entered_by AS first_user, b.entered_by AS second_user
  FROM judged a
  JOIN judged b ON b._system = a._system AND b.customer_id = a.customer_id AND b.lines = a.lines AND b.content = a.content
    AND (b.ordered_at, b.order_id) > (a.ordered_at, a.order_id)
    AND b.ordered_at <= a.ordered_at + to_hours($window_hours)
  WHERE CASE WHEN a.requested_delivery_date IS DISTINCT FROM b.requested_delivery_date
               OR a.ship_to IS DISTINCT FROM b.ship_to
             THEN b.ordered_at <= a.ordered_at + to_minutes($soon_minutes) AND a.alike < $standing
             ELSE b.ordered_at <= a.ordered_at + to_minutes($soon_minutes) OR a.alike < $standing END
)
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, 0.9 AS confidence,
  lines || ' lines, ' || minutes || ' minutes later'
    || CASE WHEN first_user <> second_user THEN ', by another user' ELSE '' END AS evidence
FROM pairs
QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY minutes, first_order) = 1
