/* ---
title: An order that was handed over arrived in the other system
entity: orders
kind: lost_order
severity: high
dimension: integrity
line_of_defence: 3
reach: clock
needs: [order_links.other_order_id]
sentence: "The order never arrived in {expected} ({evidence})."
parameters: {usually: 0.9, grace_hours: 72}
--- */
-- Two ways to see it: the link names an order that the other system (whose orders were given) does not have; or nearly
-- all orders of this system have a link and this one, older than the grace time, has none.
WITH now AS (SELECT data_until FROM meta.now),
given AS (SELECT DISTINCT _system FROM core.orders WHERE _source IS DISTINCT FROM 'derived'),
dangling AS (
  SELECT l.order_key, l.other_system, 'order ' || l.other_order_id || ' is not there' AS evidence
  FROM scope.order_links l SEMI JOIN given g ON g._system = l.other_system
  ANTI JOIN core.orders o ON o._system = l.other_system AND o.order_id = l.other_order_id, now
  WHERE l.linked_at IS NULL OR l.linked_at < now.data_until - to_hours($grace_hours)
), unlinked AS (
  SELECT o.order_key, c.other_system, work.say_share(c.share) || ' of the orders of this system did' AS evidence
  FROM scope.orders o JOIN work.link_customs c ON c._system = o._system AND c.share >= $usually AND c.share < 1
  ANTI JOIN scope.order_links l ON l.order_key = o.order_key, now
  WHERE o.ordered_at < now.data_until - to_hours($grace_hours) AND o.cancelled_at IS NULL
), found AS (
  FROM dangling UNION ALL FROM unlinked
), last_seen AS (
  -- It was lost after the last step that anybody took; nobody is named for the one that did not come.
  SELECT a.order_key, arg_max({'at': a."at", 'stage': a.stage}, (a."at", a.action_no)) AS step
  FROM work.action_facts_of('found') a GROUP BY a.order_key
)
SELECT o.record_key, o.order_key, o.order_id, 'order_id' AS field, o.order_id AS observed, f.other_system AS expected,
  0.9 AS confidence, f.evidence, coalesce(s.step."at", o.ordered_at) AS origin_at, s.step.stage AS origin_stage
FROM scope.orders o JOIN found f USING (order_key) LEFT JOIN last_seen s USING (order_key)
