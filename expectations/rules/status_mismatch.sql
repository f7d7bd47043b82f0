/* ---
title: The status is the one that the events show
entity: orders
kind: status_mismatch
severity: medium
dimension: consistency
line_of_defence: 3
reach: clock
needs: [orders.status, user_actions]
checked: "status IS NOT NULL"
sentence: "The status is {observed}, while events and documents say: {evidence}."
parameters:
  usually: 0.9     # so many of the orders that got so far have one status,
  rarely: 0.05     # at most so many have the other one,
  minimum: 50      # out of so many;
  elsewhere: 10    # and of so many at the other point
  settle_days: 7   # the status may follow its events later
--- */
-- What a status word means is learned: it is the usual one of the orders that got to some point. An order is told of whose
-- status is the usual one of another point and hardly ever found at its own, or whose word means cancelled (meta.status_means)
-- while the usual one of its point means something else. Where few got just as far, the rougher point counts.
WITH now AS (SELECT data_until FROM meta.now),
usual AS (
  SELECT * FROM work.status_customs WHERE is_usual AND all_n >= $elsewhere AND n >= $usually * all_n
), known AS (
  SELECT DISTINCT _system, progress FROM work.status_customs WHERE NOT is_rough AND all_n >= $minimum
), placed AS (
  SELECT o.record_key, o.order_key, o.order_id, o._system, o.status, lower(trim(o.status)) AS word, o.ordered_at, p.settled_at,
    CASE WHEN k.progress IS NULL THEN p.rough ELSE p.progress END AS progress, k.progress IS NULL AS is_rough
  FROM now, work.order_progress('scope.orders', 'scope.action_facts', 'scope.deliveries', 'scope.invoices') p JOIN scope.orders o USING (order_key)
  LEFT JOIN known k ON k._system = o._system AND k.progress = p.progress
  WHERE o.status IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale' AND p.settled_at < now.data_until - to_days($settle_days)
), hits AS (
  SELECT p.*, u.status AS usual, u.n, u.all_n, coalesce(c.n, 0) AS own_n
  FROM placed p
  JOIN usual u USING (_system, progress, is_rough)
  LEFT JOIN work.status_customs c ON c._system = p._system AND c.progress = p.progress AND c.is_rough = p.is_rough AND c.status = p.word
  WHERE u.all_n >= $minimum AND p.word <> u.status AND coalesce(c.n, 0) <= $rarely * u.all_n
    AND coalesce(p.ordered_at >= u.log_since, true)
    AND (EXISTS (FROM usual e WHERE e._system = p._system AND e.status = p.word)
      OR (meta.status_means(p.word) = 'cancelled') <> (meta.status_means(u.status) = 'cancelled'))
), set_by AS (
  SELECT c.order_key, arg_max({'who': c.changed_by, 'moment': c.changed_at, 'status': c.new_value}, (c.changed_at, c.record_key)) AS change
  FROM core.order_changes c SEMI JOIN hits USING (order_key)
  WHERE c.field = 'status' AND c.line_id IS NULL AND coalesce(c.origin, 'log') NOT IN ('version', 'snapshot') GROUP BY c.order_key
)
SELECT h.record_key, h.order_key, h.order_id, 'status' AS field, h.status AS observed, h.usual AS expected, h.usual AS suggested,
  round(h.n / h.all_n, 4) AS confidence,
  h.progress || ', ' || work.say_when(h.settled_at) || '; ' || work.say_share(h.n / h.all_n) || ' of ' || format('{:,}', h.all_n) || ' such orders are '
    || h.usual AS evidence,
  CASE WHEN work.same_value(s.change.status, h.status) THEN s.change.who END AS origin_user,
  CASE WHEN work.same_value(s.change.status, h.status) THEN s.change.moment END AS origin_at
FROM hits h LEFT JOIN set_by s USING (order_key)
