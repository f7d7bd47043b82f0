/* ---
title: An approval comes from somebody who may give it
entity: user_actions
kind: unauthorised_action
severity: high
dimension: validity
line_of_defence: 2
reach: reference
needs: [user_actions.user_id]
checked: "user_id IS NOT NULL AND lower(trim(activity)) IN (SELECT unnest(activity_keys) FROM meta.approvals WHERE roles <> [])"
applies:
  when: "EXISTS (FROM meta.approvals WHERE subject = 'step' AND roles <> [])"
  otherwise: "Nobody is laid down who may approve; name the roles in process.yaml (approvals, by)."
cannot_tell:
  count: "SELECT count(*) FROM core.user_actions a LEFT JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id WHERE lower(trim(a.activity)) IN (SELECT unnest(activity_keys) FROM meta.approvals WHERE roles <> []) AND NOT coalesce(a.automatic, u.automatic, false) AND (a.user_id IS NULL OR coalesce(u.role, a.role) IS NULL)"
  because: "the user or the role is unknown"
sentence: "{observed} did {evidence}; that is for {expected}."
--- */
-- Of several approvals of an order one by a role that may is enough. What is done on somebody's behalf, by a program or by
-- somebody of unknown role may have been right, so that such an order is not judged. A role that may not do the step at all
-- is told by missing_right.
WITH wanted AS (
  SELECT *, unnest(activity_keys) AS activity_key FROM meta.approvals WHERE subject = 'step' AND roles <> []
), discounts AS (
  SELECT order_key, max(discount)::DOUBLE AS discount FROM core.order_lines
  WHERE order_key IN (SELECT order_key FROM scope.user_actions) GROUP BY order_key
), given AS (
  SELECT a.*, w.approval_no, w.roles, w.amount_above, coalesce(u.role, a.role) AS known_role,
    coalesce(list_contains(w.roles, lower(trim(coalesce(u.role, a.role)))), true) OR a.on_behalf_of IS NOT NULL
      OR coalesce(a.automatic, u.automatic, false) AS may
  FROM scope.user_actions a
  JOIN wanted w ON w.activity_key = lower(trim(a.activity))
  JOIN scope.orders o ON o.order_key = a.order_key
  LEFT JOIN work.approved_changes c ON c.order_key = a.order_key
  LEFT JOIN discounts d ON d.order_key = a.order_key
  LEFT JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
  WHERE NOT coalesce(a.outcome ILIKE 'reject%', false)
    AND (w.amount_above IS NULL OR o.net_amount::DOUBLE - coalesce(c.amount, 0) > w.amount_above)
    AND (w.discount_above IS NULL OR d.discount > w.discount_above)
    AND (w.order_types = [] OR list_contains(w.order_types, o.order_type))
    AND (w.channels = [] OR list_contains(w.channels, o.channel))
), judged AS (
  SELECT *, bool_or(may) OVER (PARTITION BY order_key, approval_no) AS is_right FROM given
)
SELECT j.record_key, j.order_key, j.order_id, j.line_id, 'activity' AS field, j.user_id AS observed,
  list_aggregate(j.roles, 'string_agg', ', ') AS expected, 1.0 AS confidence,
  work.say_action(j.activity) || ' as ' || j.known_role || coalesce(' above ' || work.say_number(j.amount_above), '') AS evidence,
  j.user_id AS origin_user, j."at" AS origin_at, m.stage AS origin_stage
FROM judged j LEFT JOIN meta.activities m ON m.activity_key = lower(trim(j.activity))
WHERE NOT j.is_right
  AND (m.activity_key NOT IN (SELECT activity_key FROM meta.rights)
    OR EXISTS (FROM meta.rights r WHERE r.activity_key = m.activity_key AND r.role_key = lower(trim(j.known_role))))
QUALIFY row_number() OVER (PARTITION BY j.order_key, j.approval_no ORDER BY j."at" DESC, j.record_key) = 1
