/* ---
title: What is invoiced has the price of the order
entity: order_lines
kind: invoice_price_mismatch
severity: high
dimension: consistency
line_of_defence: 3
reach: order
needs: [invoices.amount, invoices.quantity, order_lines.unit_price]
checked: "unit_price IS NOT NULL"
sentence: "Invoiced at {observed} a unit, while the order says {expected} ({evidence})."
parameters:
  fits: 0.9         # a system of which fewer lines fit one convention is not judged
  minimum: 20       # nor one with fewer invoiced lines
  absolute: 0.02    # rounding of each document
  relative: 0.002
  sample: 20000
--- */
-- Whether an invoice takes the order's price with or without the discount, per ordered or per base unit, or its amount with
-- tax, differs by system: the data say which, on some tens of thousands of orders. A line with a credit note has been put
-- right, or given an allowance, and is not judged.
WITH wanted AS (
  SELECT order_key, true AS in_scope, false AS is_sampled FROM scope.orders
  UNION ALL
  SELECT order_key, false, true FROM core.orders WHERE hash(order_key) % (SELECT greatest(1, count(*) // $sample) FROM core.orders) = 0
), looked_at AS (
  SELECT order_key, bool_or(in_scope) AS in_scope, bool_or(is_sampled) AS is_sampled FROM wanted GROUP BY order_key
), billed AS (
  SELECT i.order_key, i.line_id, CASE WHEN bool_or(i.cumulative) THEN max(i.quantity) ELSE sum(i.quantity) END::DOUBLE AS billed_quantity,
    CASE WHEN bool_or(i.cumulative) THEN max(i.amount) ELSE sum(i.amount) END::DOUBLE AS billed_amount,
    count(*) AS documents, max(i."at") AS last_at
  FROM core.invoices i SEMI JOIN looked_at USING (order_key) WHERE i.line_id IS NOT NULL GROUP BY i.order_key, i.line_id
  HAVING bool_and(coalesce(coalesce(i.kind, 'invoice') = 'invoice' AND i.quantity > 0 AND i.amount IS NOT NULL, false))
), lines AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, b.* EXCLUDE (order_key, line_id), w.in_scope, w.is_sampled, [
    {'convention': 'price less discount', 'no': 1, 'price': l.unit_price::DOUBLE * (1 - coalesce(l.discount, 0))},
    {'convention': 'price, net of discount', 'no': 2, 'price': l.unit_price::DOUBLE},
    {'convention': 'price of the base unit less discount', 'no': 3,
      'price': l.base_quantity::DOUBLE / nullif(l.quantity, 0) * l.unit_price::DOUBLE * (1 - coalesce(l.discount, 0))},
    {'convention': 'price of the base unit, net of discount', 'no': 4,
      'price': l.base_quantity::DOUBLE / nullif(l.quantity, 0) * l.unit_price::DOUBLE},
    {'convention': 'net amount by quantity', 'no': 5, 'price': l.net_amount::DOUBLE / nullif(l.quantity, 0)},
    {'convention': 'gross amount by quantity', 'no': 6, 'price': l.gross_amount::DOUBLE / nullif(l.quantity, 0)}] AS ways
  FROM billed b JOIN core.order_lines l USING (order_key, line_id) JOIN looked_at w USING (order_key)
  WHERE l.unit_price IS NOT NULL AND l.quantity IS NOT NULL AND NOT l._derived
), tried AS (
  SELECT *, abs(billed_amount - billed_quantity * way.price) <= greatest($absolute * documents, $relative * abs(billed_amount)) AS holds
  FROM (SELECT * EXCLUDE ways, unnest(ways) AS way FROM lines) WHERE way.price IS NOT NULL
), shares AS (
  SELECT _system, way.convention AS convention, way.no AS no, avg(holds::INTEGER) AS share FROM tried WHERE is_sampled
  GROUP BY ALL HAVING share >= $fits AND count(*) >= $minimum
), chosen AS (
  SELECT _system, arg_max(convention, (share, -no)) AS convention, max(share) AS share FROM shares GROUP BY _system
), hits AS (
  SELECT t.record_key, t.order_key, t.order_id, t.line_id, 'unit_price' AS field,
    round(t.billed_amount / t.billed_quantity, 4)::VARCHAR AS observed, round(t.way.price, 4)::VARCHAR AS expected,
    c.share AS confidence, t.last_at AS origin_at,
    t.documents || ' invoices, the last on ' || t.last_at::DATE || '; ' || c.convention || ' holds for '
      || round(100 * c.share, 1) || ' % of the lines' AS evidence
  FROM tried t JOIN chosen c ON c._system = t._system AND c.convention = t.way.convention WHERE t.in_scope AND NOT t.holds
), actors AS (
  SELECT order_key, "at" AS acted_at, user_id, stage FROM marts.action_facts SEMI JOIN hits USING (order_key) WHERE activity_kind = 'invoice'
)
-- Who did it is whoever the event log names for the step at that time.
SELECT h.*, a.user_id AS origin_user, a.stage AS origin_stage
FROM hits h ASOF LEFT JOIN actors a ON a.order_key = h.order_key AND h.origin_at >= a.acted_at
