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
  when: "EXISTS (SELECT a._system FROM (FROM work.acting_users WHERE user_id IS NOT NULL) a LEFT JOIN (SELECT DISTINCT _system, user_id FROM core.users) u ON u._system = a._system AND u.user_id = a.user_id WHERE a._system IN (SELECT _system FROM core.users) GROUP BY a._system HAVING coalesce(sum(a.n) FILTER (u.user_id IS NOT NULL), 0) >= $usually * sum(a.n))"
  otherwise: "The users that are given are not those who act: too few of the actions are theirs."
cannot_tell:
  count: "SELECT count(*) FROM core.user_actions WHERE user_id IS NULL"
  because: "the user is unknown"
sentence: "{observed} is not among the users ({evidence})."
parameters: {usually: 0.98}
--- */
-- Only where nearly all actions of the system are by users that were given; a list that lacks more is no list of who may act.
WITH acting AS MATERIALIZED (
  SELECT a.*, EXISTS (FROM core.users u WHERE u._system = a._system AND u.user_id = a.user_id) AS is_known
  FROM (FROM work.acting_users WHERE user_id IS NOT NULL) a
  WHERE a._system IN (SELECT _system FROM core.users)
), custom AS (
  SELECT _system, sum(n)::BIGINT AS n, coalesce(sum(n) FILTER (is_known), 0)::BIGINT AS known FROM acting GROUP BY _system
), strangers AS (
  -- Numbers stand for the few who are not known: only what they did is looked at closer.
  SELECT hash(a._system, a.user_id) AS who FROM acting a JOIN custom c ON c._system = a._system AND c.known >= $usually * c.n
  WHERE NOT a.is_known
)
SELECT a.record_key, a.order_key, a.order_id, a.line_id, 'user_id' AS field, a.user_id AS observed, c.known / c.n AS confidence,
  work.say_of(c.known, c.n) || ' actions are by known ones' AS evidence,
  a.user_id AS origin_user, a."at" AS origin_at, m.stage AS origin_stage
FROM (FROM scope.user_actions WHERE user_id IS NOT NULL AND hash(_system, user_id) IN (FROM strangers)) a
JOIN custom c ON c._system = a._system
LEFT JOIN meta.activities m ON m.activity_key = lower(trim(a.activity))
