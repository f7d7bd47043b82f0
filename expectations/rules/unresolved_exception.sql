/* ---
title: An exception is resolved
entity: exceptions
kind: unresolved_exception
severity: medium
dimension: timeliness
line_of_defence: 3
reach: clock
needs: [exceptions.raised_at, exceptions.resolved_at]
checked: "raised_at IS NOT NULL"
sentence: "This {observed} has been open for {evidence}; such exceptions are usually resolved within {expected}."
parameters: {at_least_days: 7, quantile: 0.99}
--- */
-- Late is what takes longer than nearly all exceptions of its type took, and at least $at_least_days.
WITH usual AS (
  SELECT _system, type, quantile_cont(date_diff('hour', raised_at, resolved_at), $quantile) AS hours, count(*) AS n
  FROM core.exceptions WHERE resolved_at >= raised_at GROUP BY ALL
), now AS (SELECT data_until FROM meta.now)
SELECT e.record_key, e.order_key, e.order_id, e.line_id, 'resolved_at' AS field, e.type AS observed,
  round(greatest(coalesce(u.hours / 24, 0), $at_least_days)) || ' days' AS expected,
  CASE WHEN u.n >= 20 THEN 0.95 ELSE 0.8 END AS confidence,
  date_diff('day', e.raised_at, now.data_until) || ' days' AS evidence, e.owner AS origin_user, e.raised_at AS origin_at
FROM now, scope.exceptions e LEFT JOIN usual u ON u._system = e._system AND u.type = e.type
WHERE e.resolved_at IS NULL AND e.raised_at IS NOT NULL
  AND date_diff('hour', e.raised_at, now.data_until) > greatest(coalesce(u.hours, 0), 24 * $at_least_days)
