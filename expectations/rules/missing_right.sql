/* ---
title: Each role does what it may
entity: user_actions
kind: unauthorised_action
severity: high
dimension: validity
line_of_defence: 2
reach: reference
needs: [user_actions.user_id]
checked: "user_id IS NOT NULL AND lower(trim(activity)) IN (SELECT activity_key FROM meta.rights)"
applies:
  when: "EXISTS (FROM meta.rights)"
  otherwise: "No rights of roles are laid down; name them in process.yaml (roles)."
cannot_tell:
  count: "SELECT count(*) FROM core.user_actions a LEFT JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id WHERE lower(trim(a.activity)) IN (SELECT activity_key FROM meta.rights) AND NOT coalesce(a.automatic, u.automatic, false) AND (a.user_id IS NULL OR coalesce(u.role, a.role) IS NULL)"
  because: "the user or the role is unknown"
sentence: "{observed} did {evidence}; that is for {expected}."
--- */
-- What is done on somebody's behalf, or by a program, is not judged. The role is that of the users' master, else of the log.
WITH held AS (
  SELECT activity_key, list(role_key) AS role_keys, string_agg(role, ', ' ORDER BY role) AS roles FROM meta.rights GROUP BY activity_key
)
SELECT a.record_key, a.order_key, a.order_id, a.line_id, 'activity' AS field, a.user_id AS observed, h.roles AS expected,
  1.0 AS confidence, work.say_action(a.activity) || ' as ' || coalesce(u.role, a.role) AS evidence,
  a.user_id AS origin_user, a."at" AS origin_at, m.stage AS origin_stage
FROM scope.user_actions a
JOIN held h ON h.activity_key = lower(trim(a.activity))
LEFT JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
LEFT JOIN meta.activities m ON m.activity_key = h.activity_key
WHERE a.user_id IS NOT NULL AND a.on_behalf_of IS NULL AND NOT coalesce(a.automatic, u.automatic, false)
  AND NOT list_contains(h.role_keys, lower(trim(coalesce(u.role, a.role))))
