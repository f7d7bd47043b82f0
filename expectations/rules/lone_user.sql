/* ---
title: Who acts once acts again where all others do
entity: user_actions
kind: unknown_user
severity: medium
dimension: integrity
line_of_defence: 2
reach: table
needs: [user_actions.user_id]
checked: "user_id IS NOT NULL"
sentence: "{observed} acted once only: {evidence}."
parameters: {values: 10, records: 100, again: 10, expected: 3}
--- */
-- Where no list of users is given: each of the $values users and more acts again, $again times at least and $records on average, but
-- for one or two who act once. A new one would have acted again since: the rarest tenth of the others would have, $expected times.
WITH counted AS (
  FROM work.acting_users
  WHERE user_id IS NOT NULL AND _system NOT IN (SELECT _system FROM core.users WHERE NOT _derived)
), systems AS (
  SELECT _system, count(*) FILTER (n > 1) AS users, sum(n) AS actions, min(n) FILTER (n > 1) AS least, quantile_disc(n, 0.1) FILTER (n > 1) AS rare
  FROM counted GROUP BY _system
  HAVING count(*) FILTER (n = 1) BETWEEN 1 AND 2 AND least >= $again AND users >= $values AND actions >= $records * users
), lone AS (
  SELECT a.*, s.users, s.actions, s.least, s.rare FROM core.user_actions a
  JOIN counted c USING (_system, user_id) JOIN systems s USING (_system) WHERE c.n = 1
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'user_id' AS field, l.user_id AS observed, 0.8 AS confidence,
  format('{:,} users act again, {:,} times at least', l.users, l.least) AS evidence,
  l.user_id AS origin_user, l."at" AS origin_at, m.stage AS origin_stage
FROM lone l
LEFT JOIN meta.activities m ON m.activity_key = lower(trim(l.activity))
ANTI JOIN work.odd_texts t ON t.record_key = l.record_key AND t.field = 'user_id'
WHERE (SELECT count(*) FROM core.user_actions later WHERE later._system = l._system AND later."at" > l."at") * l.rare >= $expected * l.actions
