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
sentence: "This {observed} has been open for {evidence}."
parameters: {at_least_days: 7, tail: 1.33, at_most_times: 10}
--- */
-- Late is what takes longer than the process gives its type; where it says nothing, longer than the slowest 1 % of the type
-- took, and so much longer as the tail of all exceptions reaches (as stuck_order reckons it: $tail, $at_most_times), and
-- at least $at_least_days. What is open marts.exception_facts says.
WITH took AS (
  SELECT _system, type, date_diff('second', raised_at, resolved_at) AS seconds FROM core.exceptions WHERE resolved_at >= raised_at
), tails AS (
  SELECT _system, quantile_cont(seconds, 0.999) / nullif(quantile_cont(seconds, 0.99), 0) AS further FROM took GROUP BY _system
), usual AS (
  SELECT _system, type, quantile_cont(seconds, 0.99) AS slow, count(*) AS n FROM took GROUP BY ALL
), waiting AS (
  SELECT e.*, u.n, t.target_hours, coalesce(t.target_hours,
      work.longest_stay(u.slow, u.slow * s.further, 1, $tail, $at_most_times, $at_least_days) / 3600) AS hours,
    date_diff('second', e.raised_at, n.data_until) / 3600 AS open_hours
  FROM meta.now n, scope.exceptions e
  LEFT JOIN usual u ON u._system = e._system AND u.type = e.type
  LEFT JOIN tails s ON s._system = e._system
  LEFT JOIN meta.exception_targets t ON t.type_key = lower(trim(e.type))
  SEMI JOIN (SELECT record_key FROM marts.exception_facts WHERE is_open) f ON f.record_key = e.record_key
  WHERE e.raised_at IS NOT NULL
), worded AS (
  SELECT *, work.say_span(3600 * hours) AS most,
    work.say_span(3600 * open_hours) AS so_far
  FROM waiting WHERE open_hours > hours
)
SELECT record_key, order_key, order_id, line_id, 'resolved_at' AS field, type AS observed, 'within ' || most AS expected,
  CASE WHEN target_hours IS NOT NULL THEN 1.0 WHEN n >= 20 THEN 0.95 ELSE 0.8 END AS confidence,
  so_far || CASE WHEN target_hours IS NOT NULL THEN '; the process gives it ' || most
    WHEN n > 0 THEN '; nearly all such exceptions are resolved within ' || most
    ELSE '; none of its kind has ever been resolved' END AS evidence, owner AS origin_user, raised_at AS origin_at
FROM worded
