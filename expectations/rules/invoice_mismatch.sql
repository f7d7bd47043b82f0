/* ---
title: What was invoiced is what was delivered
entity: order_lines
kind: invoice_mismatch
severity: high
dimension: consistency
line_of_defence: 3
reach: clock
needs: [deliveries.quantity, invoices.quantity]
checked: "quantity IS NOT NULL"
sentence: "Delivered {expected}, invoiced {observed} ({evidence})."
parameters: {settle_days: 14, tolerance: 0.0001, price_credit: 0.5}
--- */
-- More invoiced than was ordered or delivered is wrong at once; other differences once neither goods nor an invoice have
-- moved for $settle_days: the rest may follow. Credit notes and returns count against, whatever their sign; a credit of
-- less than $price_credit of the invoiced amount a unit takes back a price and no goods.
WITH now AS (SELECT data_until FROM meta.now), lines AS (
  SELECT record_key, order_key, order_id, line_id, quantity FROM work.uneven_lines
  WHERE billed IS NOT NULL AND (is_other OR abs(billed - sent) > $tolerance)
), sent AS (
  SELECT order_key, line_id, CASE WHEN bool_or(cumulative) THEN max(quantity)
    ELSE sum(CASE WHEN kind = 'return' THEN -abs(quantity) ELSE quantity END) END AS quantity, max("at") AS last_at
  FROM scope.deliveries SEMI JOIN lines USING (order_key, line_id) WHERE quantity IS NOT NULL GROUP BY ALL
), documents AS (
  FROM scope.invoices SEMI JOIN lines USING (order_key, line_id) WHERE quantity IS NOT NULL
), invoiced AS (
  SELECT order_key, line_id, CASE WHEN bool_or(cumulative) THEN max(quantity) ELSE sum(quantity) END AS quantity,
    abs(sum(amount) / nullif(sum(quantity), 0)) AS price, count(*) AS documents, max("at") AS last_at
  FROM documents WHERE coalesce(kind, 'invoice') <> 'credit' GROUP BY ALL
), credited AS (
  SELECT c.order_key, c.line_id, sum(abs(c.quantity)) AS quantity, count(*) AS documents, max(c."at") AS last_at
  FROM documents c LEFT JOIN invoiced i ON i.order_key = c.order_key AND i.line_id = c.line_id
  WHERE c.kind = 'credit'
    AND NOT coalesce(abs(c.amount) < $price_credit * i.price * abs(c.quantity), false)
  GROUP BY ALL
), billed AS (
  SELECT order_key, line_id, i.quantity - coalesce(c.quantity, 0) AS quantity,
    i.documents + coalesce(c.documents, 0) AS documents, greatest(i.last_at, c.last_at) AS last_at, i.last_at AS invoiced_at
  FROM invoiced i LEFT JOIN credited c USING (order_key, line_id)
), hits AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'quantity' AS field, b.quantity::VARCHAR AS observed,
    s.quantity::VARCHAR AS expected, 0.9 AS confidence, work.say_count(b.documents, 'invoice', 'invoices') || ', the last on ' || work.day_of(b.last_at) AS evidence,
    b.invoiced_at AS origin_at, 'invoicing' AS origin_stage
  FROM now, lines l
  JOIN sent s ON s.order_key = l.order_key AND s.line_id = l.line_id
  JOIN billed b ON b.order_key = l.order_key AND b.line_id = l.line_id
  WHERE abs(b.quantity - s.quantity) > $tolerance
    AND (b.quantity > greatest(s.quantity, l.quantity) + $tolerance
         OR greatest(s.last_at, b.last_at) < now.data_until - to_days($settle_days))
), acts AS MATERIALIZED (
  SELECT order_key, activity, "at" AS acted_at, user_id FROM core.user_actions WHERE hash(order_key) IN (SELECT hash(order_key) FROM hits)
), actors AS (
  SELECT a.* FROM acts a JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'invoice'
)
-- Who did it is whoever the event log names for the step at that time.
SELECT h.*, a.user_id AS origin_user
FROM hits h
ASOF LEFT JOIN actors a ON a.order_key = h.order_key AND h.origin_at >= a.acted_at
