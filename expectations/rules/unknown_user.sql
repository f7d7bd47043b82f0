/* ---
title: Whoever acts is known
entity: user_actions
kind: unknown_user
severity: high
dimension: integrity
line_of_defence: 2
reach: reference
needs: [user_actions.user_id, users]
checked: "user_id IS NOT NULL"
applies:
  when: "EXISTS (SELECT a._system FROM core.user_actions a LEFT JOIN (SELECT DISTINCT _system, user_id FROM core.users) u ON u._system = a._system AND u.user_id = a.user_id WHERE a.user_id IS NOT NULL AND a._system IN (SELECT _system FROM core.users) GROUP BY a._system HAVING count(u.user_id) >= $usually * count(*))"
  otherwise: "The users that are given are not those who act: too few of the actions are theirs."
cannot_tell:
  count: "SELECT count(*) FROM core.user_actions WHERE user_id IS NULL"
  because: "the user is unknown"
sentence: "{observed} is not among the users ({evidence})."
parameters: {usually: 0.98}
--- */
-- Only where nearly all actions of the system are by users that were given; a list that lacks more is no list of who may act.
WITH custom AS (
  SELECT _system, count(*) AS n, count(*) FILTER (hash(_system, user_id) IN (SELECT hash(_system, user_id) FROM core.users)) AS known
  FROM core.user_actions WHERE user_id IS NOT NULL AND _system IN (SELECT _system FROM core.users) GROUP BY _system
)
SELECT a.record_key, a.order_key, a.order_id, a.line_id, 'user_id' AS field, a.user_id AS observed, c.known / c.n AS confidence,
  work.say_of(c.known, c.n) || ' actions are by known ones' AS evidence,
  a.user_id AS origin_user, a."at" AS origin_at, m.stage AS origin_stage
FROM scope.user_actions a
JOIN custom c ON c._system = a._system AND c.known >= $usually * c.n
LEFT JOIN meta.activities m ON m.activity_key = lower(trim(a.activity))
ANTI JOIN core.users u ON hash(u._system, u.user_id) = hash(a._system, a.user_id)
WHERE a.user_id IS NOT NULL
