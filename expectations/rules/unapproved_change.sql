/* ---
title: A change that needs approval has it, before it is made
entity: order_changes
kind: unapproved_change
severity: high
dimension: validity
line_of_defence: 2
reach: order
needs: [order_changes.approved_by]
sentence: "{field} was changed to {observed} {evidence}."
parameters: {usually: 0.7, minimum: 20}
--- */
-- A change needs approval where nearly all changes of that field, as early or late in the order's life, have it.
WITH changes AS (
  SELECT c.*, c.approved_by IS NOT NULL AS is_approved FROM core.order_changes c
  WHERE coalesce(origin, 'log') NOT IN ('version', 'snapshot')
), custom AS (
  SELECT _system, field, avg(is_approved::INTEGER) AS share, count(*) AS n FROM changes GROUP BY ALL
)
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.field, c.new_value AS observed, 'approved' AS expected,
  u.share AS confidence,
  CASE WHEN c.approved_by IS NULL THEN 'without approval; ' || work.say_share(u.share) || ' of such changes have one'
       ELSE work.say_when(c.changed_at) || ', approved only ' || work.say_when(c.approved_at) END AS evidence,
  c.changed_by AS origin_user, c.changed_at AS origin_at
FROM scope.order_changes c JOIN custom u ON u._system = c._system AND u.field = c.field
WHERE coalesce(c.origin, 'log') NOT IN ('version', 'snapshot') AND u.n >= $minimum AND u.share >= $usually
  AND (c.approved_by IS NULL OR c.approved_at > c.changed_at)
