/* ---
title: Who acts may do so
entity: user_actions
kind: unauthorised_action
severity: high
dimension: validity
line_of_defence: 2
reach: reference
needs: [user_actions.user_id, users.role]
checked: "user_id IS NOT NULL"
sentence: "{observed} did {evidence}."
parameters: {rarely: 0.01, minimum: 200}
--- */
-- The user was not active at the time, or has a role that hardly ever does this ($rarely of the actions of the kind by
-- people, counted on the sampled orders); a step of which the process says who may do it is judged by that
-- alone (missing_right, approval_right). What is done on somebody's behalf, or by a program, is not judged. A last day is worked; and where
-- $rarely of the actions of users with a first or last day lie outside it, the source does not keep these days.
WITH active AS (
  SELECT _system, user_id, role, automatic, valid_from,
    CASE WHEN valid_until = date_trunc('day', valid_until) THEN valid_until + INTERVAL 1 DAY ELSE valid_until END AS ends_at
  FROM core.users
), sampled AS MATERIALIZED (
  SELECT _system, activity, user_id, automatic, on_behalf_of IS NULL AS is_own, "at" FROM core.user_actions
  WHERE hash(order_key) IN (SELECT hash(order_key) FROM work.sampled_orders)
), custom AS (
  SELECT a._system, a.activity, u.role AS known_role, sum(a.n)::BIGINT AS n
  FROM (SELECT _system, activity, user_id, automatic, count(*) AS n FROM sampled WHERE is_own GROUP BY ALL) a
  JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
  WHERE NOT coalesce(a.automatic, u.automatic, false) AND u.role IS NOT NULL
    AND lower(trim(a.activity)) NOT IN (SELECT activity_key FROM meta.rights
      UNION ALL SELECT unnest(activity_keys) FROM meta.approvals WHERE roles <> [])
  GROUP BY ALL
), shares AS (
  SELECT *, n / sum(n) OVER (PARTITION BY _system, activity) AS share, sum(n) OVER (PARTITION BY _system, activity) AS all_n
  FROM custom
), unusual AS (
  SELECT a._system, a.activity, r.role AS known_role, coalesce(s.share, 0) AS share
  FROM (SELECT DISTINCT _system, activity, all_n FROM shares WHERE all_n >= $minimum) a
  JOIN (SELECT DISTINCT _system, role FROM core.users WHERE role IS NOT NULL) r ON r._system = a._system
  LEFT JOIN shares s ON s._system = a._system AND s.activity = a.activity AND s.known_role = r.role
  WHERE coalesce(s.share, 0) <= $rarely
), kept AS (
  SELECT a._system FROM sampled a JOIN active u ON u._system = a._system AND u.user_id = a.user_id
  WHERE u.valid_from IS NOT NULL OR u.ends_at IS NOT NULL
  GROUP BY a._system
  HAVING count(*) FILTER (a."at" < u.valid_from OR a."at" >= u.ends_at) <= $rarely * count(*)
), suspects AS (
  -- Numbers stand for who did what: all actions are compared with them, and only those of suspects are looked at closer.
  SELECT hash(u._system, u.user_id, s.activity) AS deed FROM unusual s JOIN active u ON u._system = s._system AND u.role = s.known_role
), limited AS (
  SELECT hash(u._system, u.user_id) AS who FROM active u SEMI JOIN kept USING (_system) WHERE u.valid_from IS NOT NULL OR u.ends_at IS NOT NULL
), judged AS (
  SELECT a.record_key, a.order_key, a.order_id, a.line_id, a.activity, a.user_id, a."at", CASE
    WHEN k._system IS NOT NULL AND a."at" >= u.ends_at THEN work.say_action(a.activity) || ' although not active since ' || work.say_moment(u.ends_at)
    WHEN k._system IS NOT NULL AND a."at" < u.valid_from THEN work.say_action(a.activity) || ' although active only from ' || work.say_moment(u.valid_from)
    ELSE work.say_action(a.activity) || ' as ' || u.role || '; that role does ' || work.say_share(s.share) || ' of these'
    END AS evidence
  FROM (
    FROM scope.user_actions WHERE hash(_system, user_id, activity) IN (FROM suspects) OR hash(_system, user_id) IN (FROM limited)
  ) a
  JOIN active u ON u._system = a._system AND u.user_id = a.user_id
  LEFT JOIN kept k ON k._system = a._system
  LEFT JOIN unusual s ON s._system = a._system AND s.activity = a.activity AND s.known_role = u.role
  WHERE a.on_behalf_of IS NULL AND NOT coalesce(a.automatic, u.automatic, false)
    AND (s.share IS NOT NULL OR (k._system IS NOT NULL AND (a."at" >= u.ends_at OR a."at" < u.valid_from)))
)
SELECT record_key, order_key, order_id, line_id, 'activity' AS field, user_id AS observed, 0.8 AS confidence, evidence,
  user_id AS origin_user, "at" AS origin_at, m.stage AS origin_stage
FROM judged j LEFT JOIN meta.activities m ON m.activity_key = lower(trim(j.activity))
