/* ---
title: An order has the approvals that the process requires
entity: orders
kind: skipped_approval
severity: high
dimension: validity
line_of_defence: 2
reach: order
needs: [user_actions]
checked: "cancelled_at IS NULL"
applies:
  when: "EXISTS (FROM meta.approvals WHERE subject = 'step') OR EXISTS (FROM meta.required_stages r JOIN meta.activities a USING (stage) WHERE r.required AND a.activity_kind = 'approve')"
  otherwise: "No approvals of a step are laid down; name them in process.yaml (approvals). What is usual is judged by skipped_approval."
sentence: "The order of {observed} went past {expected} without it ({evidence})."
--- */
-- Only orders that went on to a later stage are judged, by their amount without the changes that were approved themselves.
WITH wanted AS (
  SELECT step, stage_no, activity_keys, amount_above, discount_above, order_types, channels FROM meta.approvals WHERE subject = 'step'
  UNION ALL
  SELECT r.stage, r.stage_no, list(a.activity_key), r.amount_above, NULL, r.order_types, r.channels
  FROM meta.required_stages r JOIN meta.activities a ON a.stage = r.stage AND a.activity_kind = 'approve'
  WHERE r.required GROUP BY ALL
), discounts AS (
  SELECT order_key, max(discount)::DOUBLE AS discount FROM scope.order_lines GROUP BY order_key
), judged AS (
  SELECT o.record_key, o.order_key, o.order_id, o.net_amount, w.*, d.discount
  FROM scope.orders o
  LEFT JOIN work.approved_changes c USING (order_key)
  LEFT JOIN discounts d USING (order_key)
  JOIN wanted w ON (w.amount_above IS NULL OR o.net_amount::DOUBLE - coalesce(c.amount, 0) > w.amount_above)
    AND (w.discount_above IS NULL OR d.discount > w.discount_above)
    AND (w.order_types = [] OR list_contains(w.order_types, o.order_type))
    AND (w.channels = [] OR list_contains(w.channels, o.channel))
  WHERE o.cancelled_at IS NULL AND (coalesce(o.order_class, 'sale') = 'sale' OR w.order_types <> [])
), done AS (
  SELECT DISTINCT a.order_key, lower(trim(a.activity)) AS activity_key
  FROM scope.user_actions a SEMI JOIN judged USING (order_key) WHERE NOT coalesce(a.outcome ILIKE 'reject%', false)
), has AS (
  SELECT j.record_key, j.step FROM judged j JOIN done d ON d.order_key = j.order_key AND list_contains(j.activity_keys, d.activity_key)
), went_on AS (
  -- Whoever took the first step after the approval that is missing.
  SELECT j.record_key, j.step, arg_min(a.user_id, (a."at", a.action_no)) AS who, min(a."at") AS moment
  FROM judged j JOIN scope.action_facts a ON a.order_key = j.order_key AND a.stage_no > j.stage_no
  GROUP BY ALL
)
SELECT j.record_key, j.order_key, j.order_id, 'activity' AS field, coalesce(j.net_amount::VARCHAR, 'unknown amount') AS observed,
  j.step AS expected, 1.0 AS confidence, 'the process requires it' || coalesce(' above ' || work.say_number(j.amount_above), '')
    || coalesce(' with a discount above ' || work.say_number(j.discount_above) || ', here ' || work.say_number(round(j.discount, 4)), '')
    AS evidence,
  w.who AS origin_user, w.moment AS origin_at, m.stage AS origin_stage
FROM judged j
JOIN went_on w ON w.record_key = j.record_key AND w.step = j.step
ANTI JOIN has h ON h.record_key = j.record_key AND h.step = j.step
LEFT JOIN meta.stages m ON m.stage_no = j.stage_no
QUALIFY row_number() OVER (PARTITION BY j.record_key ORDER BY j.stage_no, j.amount_above NULLS FIRST) = 1
