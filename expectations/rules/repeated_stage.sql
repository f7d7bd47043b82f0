/* ---
title: A stage is passed once
entity: orders
kind: repeated_stage
severity: low
dimension: consistency
line_of_defence: 2
reach: order
needs: [user_actions]
sentence: "“{observed}” was done again ({evidence})."
parameters: {rarely: 0.02, minimum: 200}
--- */
-- What ends a stage was done twice in an order, where that is forbidden, or where the source hardly ever does it. Not told:
-- what the process allows to repeat; where the log gives a reason (a rejection, a change or an exception between the two);
-- goods, invoices and payments, which go in parts, and whatever is done again once a first part has left.
WITH again AS (
  SELECT a.record_key AS action_key, a.order_key, a.line_key, a.line_id, a.activity, lower(a.activity) AS activity_key,
    a.stage, a."at", a.action_no, a.user_id, coalesce(m.repeats, '') AS repeats, a.activity_kind
  FROM scope.action_facts a
  LEFT JOIN meta.stages m ON m.stage = a.stage
  WHERE a.is_repeat AND a.marks = 'end' AND a.stage IS NOT NULL AND coalesce(m.repeats, '') <> 'allowed'
), rare AS (
  SELECT o.record_key, o.order_id, g.*, r.orders, r.repeated
  FROM again g JOIN scope.orders o USING (order_key)
  LEFT JOIN work.activity_repeats r ON r._system = o._system AND r.activity_key = g.activity_key
  WHERE g.repeats = 'forbidden'
    OR (r.orders >= $minimum AND r.repeated <= $rarely * r.orders
      AND g.activity_kind NOT IN ('ship', 'invoice', 'complete', 'cancel'))
), before AS (
  SELECT r.action_key, arg_max({'at': a."at", 'who': a.user_id, 'outcome': a.outcome}, (a."at", a.action_no)) AS first
  FROM rare r JOIN scope.action_facts a ON a.order_key = r.order_key AND a.line_key IS NOT DISTINCT FROM r.line_key
    AND lower(a.activity) = r.activity_key AND (a."at", a.action_no) < (r."at", r.action_no)
  GROUP BY r.action_key
), twice AS (
  SELECT r.*, b.first FROM rare r JOIN before b USING (action_key)
), explained AS (
  SELECT t.action_key FROM twice t WHERE t.first.outcome ILIKE 'reject%'
  UNION ALL
  SELECT t.action_key FROM twice t JOIN scope.order_changes c ON c.order_key = t.order_key
    AND c.changed_at > t.first."at" AND c.changed_at <= t."at"
  UNION ALL
  SELECT t.action_key FROM twice t JOIN scope.exceptions e ON e.order_key = t.order_key
    AND coalesce(e.raised_at, e.resolved_at) <= t."at" AND coalesce(e.resolved_at, t."at") >= t.first."at"
  UNION ALL
  SELECT t.action_key FROM twice t JOIN scope.action_facts a ON a.order_key = t.order_key
    AND a.activity_kind IN ('ship', 'cancel') AND a."at" <= t."at"
)
SELECT t.record_key, t.order_key, t.order_id, t.line_id, 'activity' AS field, t.activity AS observed,
  CASE WHEN t.repeats = 'forbidden' THEN 1.0 ELSE 1 - t.repeated / t.orders END AS confidence,
  'first ' || work.say_when(t.first."at") || coalesce(' by ' || t.first.who, '') || CASE WHEN t.repeats = 'forbidden'
    THEN '; the process forbids it' ELSE '; so in ' || work.say_of(t.repeated, t.orders) || ' orders' END AS evidence,
  t.user_id AS origin_user, t."at" AS origin_at, t.stage AS origin_stage
FROM twice t
WHERE t.repeats = 'forbidden' OR t.action_key NOT IN (FROM explained)
QUALIFY row_number() OVER (PARTITION BY t.record_key ORDER BY t."at", t.action_no) = 1
