/* ---
grain: pair of steps that two people do
makes: four_eyes
refresh: full
--- */
-- The pairs that the process lays down; where it lays down none, those that the source keeps apart: the same people do both
-- stages, so that by chance one of them would have done both of at least fifty orders (`expected`), but that was so in less
-- than a quarter of these (`same`). Who enters and who approves has a rule of its own (self_approval).
CREATE OR REPLACE TABLE work.four_eyes AS
WITH sampled AS (
  FROM work.sampled_orders WHERE NOT EXISTS (FROM meta.four_eyes)
), doers AS (
  SELECT s._system, a.order_key, a.line_key, a.stage, a.stage_no, a.activity_kind, arg_min(a.user_id, (a."at", a.action_no)) AS who
  FROM marts.action_facts a JOIN sampled s USING (order_key)
  LEFT JOIN core.users u ON u._system = s._system AND u.user_id = a.user_id
  WHERE a.marks = 'end' AND a.stage IS NOT NULL AND a.user_id IS NOT NULL AND NOT coalesce(a.automatic, u.automatic, false)
  GROUP BY ALL
), together AS (
  SELECT x._system, x.stage AS first_step, y.stage AS second_step, x.who AS first_who, y.who AS second_who, count(*) AS n
  FROM doers x JOIN doers y ON y.order_key = x.order_key AND y.line_key IS NOT DISTINCT FROM x.line_key AND x.stage_no < y.stage_no
  WHERE NOT (x.stage_no = 1 AND y.activity_kind = 'approve')
  GROUP BY ALL
), pairs AS (
  SELECT _system, first_step, second_step, sum(n) AS n, coalesce(sum(n) FILTER (first_who = second_who), 0) AS same
  FROM together GROUP BY ALL
), firsts AS (
  SELECT _system, first_step, second_step, first_who AS who, sum(n) AS n FROM together GROUP BY ALL
), seconds AS (
  SELECT _system, first_step, second_step, second_who AS who, sum(n) AS n FROM together GROUP BY ALL
), chance AS (
  SELECT _system, first_step, second_step, sum(f.n * s.n) AS products
  FROM firsts f JOIN seconds s USING (_system, first_step, second_step, who) GROUP BY ALL
), ends AS (
  SELECT stage, list(activity_key) AS activity_keys FROM meta.activities WHERE marks = 'end' AND stage IS NOT NULL GROUP BY stage
)
SELECT NULL::VARCHAR AS _system, pair_no, first_step, second_step, first_keys, second_keys,
  NULL::BIGINT AS n, NULL::DOUBLE AS expected, NULL::BIGINT AS same
FROM meta.four_eyes
UNION ALL
SELECT p._system, row_number() OVER (ORDER BY p._system, p.first_step, p.second_step), p.first_step, p.second_step,
  f.activity_keys, s.activity_keys, p.n, c.products / p.n, p.same
FROM pairs p JOIN chance c USING (_system, first_step, second_step)
JOIN ends f ON f.stage = p.first_step JOIN ends s ON s.stage = p.second_step
WHERE c.products / p.n >= 50 AND p.same <= 0.25 * c.products / p.n;
