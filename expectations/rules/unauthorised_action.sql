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
-- The user was not active at the time, or has a role that hardly ever does this ($rarely of all actions of the kind by
-- people). What is done on somebody's behalf, or by a program, is not judged.
WITH acts AS (
  SELECT a.*, u.role AS known_role, u.valid_from, u.valid_until
  FROM core.user_actions a JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
  WHERE a.on_behalf_of IS NULL AND NOT coalesce(a.automatic, u.automatic, false)
), custom AS (
  SELECT _system, activity, known_role, count(*) AS n FROM acts WHERE known_role IS NOT NULL GROUP BY ALL
), shares AS (
  SELECT *, n / sum(n) OVER (PARTITION BY _system, activity) AS share, sum(n) OVER (PARTITION BY _system, activity) AS all_n
  FROM custom
), judged AS (
  SELECT a.*, CASE
    WHEN a."at" > a.valid_until THEN a.activity || ' although not active since ' || a.valid_until
    WHEN a."at" < a.valid_from THEN a.activity || ' although active only from ' || a.valid_from
    WHEN s.share <= $rarely AND s.all_n >= $minimum
      THEN a.activity || ' as ' || a.known_role || '; that role does ' || round(100 * s.share, 2) || ' % of these'
    END AS evidence
  FROM acts a SEMI JOIN scope.user_actions w ON w.record_key = a.record_key
  LEFT JOIN shares s ON s._system = a._system AND s.activity = a.activity AND s.known_role = a.known_role
)
SELECT record_key, order_key, order_id, line_id, 'activity' AS field, user_id AS observed, 0.8 AS confidence, evidence,
  user_id AS origin_user, "at" AS origin_at, m.stage AS origin_stage
FROM judged j LEFT JOIN meta.activities m ON m.activity_key = lower(trim(j.activity)) WHERE evidence IS NOT NULL
