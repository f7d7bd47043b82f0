/* ---
title: A discount stays within the limit of who gave it
entity: order_lines
kind: excess_discount
severity: high
dimension: validity
line_of_defence: 2
origin_stage: entry
reach: reference
needs: [order_lines.discount, users.discount_limit]
checked: "discount > 0"
sentence: "A discount of {observed} is above the limit {expected} of the user who gave it ({evidence})."
parameters: {tolerance: 0.0001}
--- */
-- Given by whoever last set the discount, else by whoever entered the order. A discount that somebody with a sufficient
-- limit approved is authorised.
WITH given AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.discount, o.entered_by, o.ordered_at
  FROM scope.order_lines l JOIN scope.orders o USING (order_key) WHERE l.discount > 0
), last_set AS (
  SELECT c.order_key, c.line_id, arg_max({'who': c.changed_by, 'moment': c.changed_at, 'by': c.approved_by},
    (c.changed_at, coalesce(c.seq, 0))) AS change
  FROM core.order_changes c SEMI JOIN given USING (order_key) WHERE c.field = 'discount' GROUP BY ALL
), giver AS (
  SELECT g.*, CASE WHEN s.change IS NULL THEN g.entered_by ELSE s.change.who END AS who,
    CASE WHEN s.change IS NULL THEN g.ordered_at ELSE s.change.moment END AS moment, s.change.by AS approver
  FROM given g LEFT JOIN last_set s ON s.order_key = g.order_key AND s.line_id = g.line_id
), above AS (
  SELECT g.*, u.discount_limit FROM giver g JOIN core.users u ON u._system = g._system AND u.user_id = g.who
  WHERE g.discount > u.discount_limit + $tolerance
), approvals AS (
  SELECT a.order_key, max(u.discount_limit) AS allowed
  FROM work.approvals a JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
  SEMI JOIN above ON above.order_key = a.order_key
  GROUP BY a.order_key
)
SELECT b.record_key, b.order_key, b.order_id, b.line_id, 'discount' AS field, b.discount::VARCHAR AS observed,
  b.discount_limit::VARCHAR AS expected, b.discount_limit::VARCHAR AS suggested, 0.95 AS confidence,
  'user ' || b.who AS evidence, b.who AS origin_user, b.moment AS origin_at
FROM above b
LEFT JOIN approvals p USING (order_key)
LEFT JOIN core.users v ON v._system = b._system AND v.user_id = b.approver
WHERE b.discount > coalesce(greatest(p.allowed, v.discount_limit), 0) + $tolerance
