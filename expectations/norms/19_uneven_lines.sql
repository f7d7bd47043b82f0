/* ---
grain: delivered order line of which the sums of what was ordered, delivered and billed are not simply equal
makes: uneven_lines
refresh: run
--- */
-- Nearly all lines are even, and no rule has to look at them closer. Of lines with returns, credit notes, or documents that each say
-- what was delivered or billed until then (`is_other`), a sum says nothing: they are here whatever it is. `billed` is null where
-- nothing was.
WITH sent AS (
  SELECT hash(order_key, line_id) AS line, sum(quantity) AS quantity,
    bool_or(cumulative OR coalesce(kind, 'delivery') <> 'delivery') AS is_other
  FROM scope.deliveries WHERE quantity IS NOT NULL AND line_id IS NOT NULL
  GROUP BY line
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, l.quantity, s.quantity AS sent, b.quantity AS billed,
  coalesce(s.is_other, false) OR coalesce(b.is_other, false) AS is_other
FROM scope.order_lines l JOIN sent s ON s.line = hash(l.order_key, l.line_id)
LEFT JOIN work.line_bills b ON b.line = s.line
WHERE s.quantity <> l.quantity OR b.quantity <> s.quantity OR s.is_other OR b.is_other
