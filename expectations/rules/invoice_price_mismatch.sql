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
  sample: 20000     # orders at least, where there are as many; twice as many at most, and no more than work.billed_prices keeps
--- */
-- Whether an invoice takes the order's price with or without the discount, per ordered or per base unit, or its amount with
-- tax, differs by system: the data say which, on some tens of thousands of orders. A line with a credit note has been put
-- right, or given an allowance, and is not judged.
-- Each document is judged first; only where one differs are all documents of the line added up.
WITH step AS (
  SELECT pow(2, floor(log2(greatest(1, count(*) / $sample))))::UBIGINT AS each FROM core.orders
), tried AS (
  FROM work.billed_prices WHERE of_order % (SELECT each FROM step) = 0
), conventions AS (
  SELECT _system, amount, quantity, unnest([
    {'no': 1, 'convention': 'price less discount', 'each': price * rate},
    {'no': 2, 'convention': 'price, net of discount', 'each': price},
    {'no': 3, 'convention': 'price of the base unit less discount', 'each': price * pack * rate},
    {'no': 4, 'convention': 'price of the base unit, net of discount', 'each': price * pack},
    {'no': 5, 'convention': 'net amount by quantity', 'each': net},
    {'no': 6, 'convention': 'gross amount by quantity', 'each': gross}], recursive := true)
  FROM tried
), fitting AS (
  SELECT _system, no, convention, avg((abs(amount - quantity * each) <= greatest($absolute, $relative * abs(amount)))::INTEGER) AS share
  FROM conventions WHERE each IS NOT NULL GROUP BY ALL HAVING share >= $fits AND count(*) >= $minimum
), chosen AS (
  SELECT _system, arg_max(no, (share, -no)) AS no, arg_max(convention, (share, -no)) AS convention, max(share) AS share
  FROM fitting GROUP BY _system
), priced AS NOT MATERIALIZED (
  SELECT hash(l.order_key, l.line_id) AS line, c.convention, c.share, CASE c.no
    WHEN 1 THEN l.unit_price::DOUBLE * (1 - coalesce(l.discount, 0)) WHEN 2 THEN l.unit_price::DOUBLE
    WHEN 3 THEN l.base_quantity::DOUBLE / nullif(l.quantity, 0) * l.unit_price::DOUBLE * (1 - coalesce(l.discount, 0))
    WHEN 4 THEN l.base_quantity::DOUBLE / nullif(l.quantity, 0) * l.unit_price::DOUBLE
    WHEN 5 THEN l.net_amount::DOUBLE / nullif(l.quantity, 0) ELSE l.gross_amount::DOUBLE / nullif(l.quantity, 0) END AS each
  FROM scope.order_lines l JOIN chosen c ON c._system = l._system WHERE l._source IS DISTINCT FROM 'derived' AND l.unit_price IS NOT NULL
), near AS (
  -- All lines are gone through by their sums; where these differ, or come of several documents, each document is looked at.
  SELECT p.* FROM priced p JOIN work.line_bills b USING (line)
  WHERE b.documents > 1
    OR abs(b.amount::DOUBLE - b.quantity::DOUBLE * p.each) > 0.999 * greatest($absolute, $relative * abs(b.amount::DOUBLE))
), documents AS MATERIALIZED (
  SELECT hash(order_key, line_id) AS line, kind, quantity, amount, cumulative, "at" FROM scope.invoices
  WHERE hash(order_key, line_id) IN (SELECT line FROM near)
), suspects AS (
  FROM near WHERE line IN (
    SELECT line FROM documents i JOIN near p USING (line)
    WHERE abs(i.amount::DOUBLE - i.quantity::DOUBLE * p.each) > greatest($absolute, $relative * abs(i.amount::DOUBLE)))
), billed AS (
  SELECT line, count(*) AS documents, max("at") AS last_at,
    CASE WHEN bool_or(cumulative) THEN max(quantity) ELSE sum(quantity) END::DOUBLE AS quantity,
    CASE WHEN bool_or(cumulative) THEN max(amount) ELSE sum(amount) END::DOUBLE AS amount
  FROM documents SEMI JOIN suspects USING (line) GROUP BY line
  HAVING bool_and(coalesce(coalesce(kind, 'invoice') = 'invoice' AND quantity > 0 AND amount IS NOT NULL, false))
), wrong AS (
  SELECT s.each, s.convention, s.share, b.* FROM suspects s JOIN billed b USING (line)
  WHERE abs(b.amount - b.quantity * s.each) > greatest($absolute * b.documents, $relative * abs(b.amount))
), hits AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'unit_price' AS field, round(w.amount / w.quantity, 4)::VARCHAR AS observed,
    round(w.each, 4)::VARCHAR AS expected, w.share AS confidence, w.last_at AS origin_at,
    work.say_count(w.documents, 'invoice', 'invoices') || ', the last on ' || work.day_of(w.last_at) || '; '
      || w.convention || ' holds for ' || work.say_share(w.share) || ' of the lines' AS evidence
  FROM scope.order_lines l JOIN wrong w ON w.line = hash(l.order_key, l.line_id)
), actors AS (
  SELECT order_key, "at" AS acted_at, user_id, stage FROM scope.action_facts SEMI JOIN hits USING (order_key)
  WHERE activity_kind = 'invoice'
)
-- Who did it is whoever the event log names for the step at that time.
SELECT h.*, a.user_id AS origin_user, a.stage AS origin_stage
FROM hits h ASOF LEFT JOIN actors a ON a.order_key = h.order_key AND h.origin_at >= a.acted_at
