/* ---
title: No stage is left out
entity: orders
kind: missing_stage
severity: high
dimension: completeness
line_of_defence: 2
reach: order
needs: [user_actions]
checked: "cancelled_at IS NULL"
applies:
  when: "EXISTS (FROM meta.required_stages WHERE required) OR EXISTS (FROM work.stage_customs WHERE passed >= $minimum AND had >= $usually * passed)"
  otherwise: "No stage is passed by nearly all orders; say which are required in process.yaml to switch this rule on."
sentence: "The order came to {observed} without {expected} ({evidence})."
parameters: {usually: 0.98, minimum: 50}
--- */
-- What the process requires, else what nearly all orders of the class, type and channel had passed by then; for stages
-- that came after the missing one, so that an order that is not there yet is not judged. The stage of the approval has
-- rules of its own. Stages are bits of a number: one look at each order, whatever the number of stages.
WITH approving AS (
  SELECT DISTINCT stage FROM meta.activities WHERE activity_kind = 'approve' AND stage IS NOT NULL
), judged AS (
  SELECT record_key, order_key, order_id, _system, coalesce(order_class, 'sale') AS order_class, order_type, channel,
    net_amount::DOUBLE AS net_amount
  FROM scope.orders WHERE cancelled_at IS NULL
), numbers AS (
  -- All orders are gone through by numbers, for texts take twice as long.
  SELECT hash(order_key, line_key) AS of_case, bit_or(1::BIGINT << stage_no) AS stages
  FROM scope.stage_facts WHERE outcome = 'completed' AND stage_no < 62 GROUP BY of_case
), wanted AS (
  SELECT _system, order_class, order_type, channel, stage, stage_no, bit_or(1::BIGINT << later_no) AS laters
  FROM work.stage_customs
  WHERE passed >= $minimum AND had >= $usually * passed AND later_no < 62
    AND stage NOT IN (SELECT stage FROM approving UNION ALL SELECT stage FROM meta.required_stages)
  GROUP BY ALL
), gaps AS (
  -- Few sets of stages among all orders lack any; only orders with these are looked at one by one.
  SELECT DISTINCT stages FROM (SELECT DISTINCT stages FROM numbers) p
  JOIN (SELECT stage_no, laters FROM wanted UNION SELECT stage_no, (4611686018427387903 >> stage_no) << stage_no FROM meta.required_stages WHERE required) w
    ON p.stages & (1::BIGINT << w.stage_no) = 0 AND p.stages & w.laters <> 0
), passed AS (
  SELECT order_key, line_key, any_value(line_id) AS line_id, bit_or(1::BIGINT << stage_no) AS stages
  FROM scope.stage_facts
  WHERE outcome = 'completed' AND stage_no < 62 AND hash(order_key, line_key) IN (SELECT of_case FROM numbers SEMI JOIN gaps USING (stages))
  GROUP BY order_key, line_key
), cases AS MATERIALIZED (
  SELECT j.record_key, j.order_id, p.*, j._system, j.order_class, j.order_type, j.channel, j.net_amount
  FROM passed p JOIN judged j USING (order_key)
), missing AS (
  SELECT p.* EXCLUDE (_system, order_class, order_type, channel, net_amount), w.stage, w.stage_no, p.stages & w.laters AS laters,
    true AS is_learned, p._system, p.order_class, p.order_type, p.channel
  FROM cases p JOIN wanted w ON w._system = p._system AND w.order_class = p.order_class
    AND w.order_type IS NOT DISTINCT FROM p.order_type AND w.channel IS NOT DISTINCT FROM p.channel
  WHERE p.stages & (1::BIGINT << w.stage_no) = 0 AND p.stages & w.laters <> 0
  UNION ALL
  SELECT p.* EXCLUDE (_system, order_class, order_type, channel, net_amount), r.stage, r.stage_no,
    (p.stages >> r.stage_no) << r.stage_no, false, p._system, p.order_class, p.order_type, p.channel
  FROM cases p JOIN meta.required_stages r ON r.required AND r.stage NOT IN (FROM approving)
    AND (r.amount_above IS NULL OR p.net_amount > r.amount_above)
    AND (r.order_types = [] OR list_contains(r.order_types, p.order_type))
    AND (r.channels = [] OR list_contains(r.channels, p.channel))
    AND (p.order_class = 'sale' OR r.order_types <> [])
  WHERE p.stages & (1::BIGINT << r.stage_no) = 0 AND p.stages >> r.stage_no <> 0
), furthest AS (
  SELECT m.*, s.stage AS later
  FROM missing m JOIN meta.stages s ON s.stage_no < 62 AND m.laters & (1::BIGINT << s.stage_no) <> 0
  WHERE m.order_key NOT IN (SELECT order_key FROM scope.stage_facts WHERE outcome = 'cancelled')
  QUALIFY row_number() OVER (PARTITION BY m.record_key, m.line_key, m.stage ORDER BY s.stage_no DESC) = 1
), told AS (
  SELECT f.record_key, f.order_key, f.order_id, f.line_key, f.line_id, f.stage, f.stage_no, f.later,
    CASE WHEN f.is_learned THEN c.had / c.passed ELSE 1.0 END AS confidence,
    CASE WHEN f.is_learned THEN work.say_of(c.had, c.passed) || ' such orders had been through it by then'
      ELSE 'the process requires it' END AS evidence
  FROM furthest f LEFT JOIN work.stage_customs c ON f.is_learned AND c._system = f._system AND c.order_class = f.order_class
    AND c.stage = f.stage AND c.later = f.later
    AND c.order_type IS NOT DISTINCT FROM f.order_type AND c.channel IS NOT DISTINCT FROM f.channel
), first_missing AS (
  SELECT * EXCLUDE (stage), string_agg(stage, ', ') OVER same AS stages, first_value(stage) OVER same AS stage
  FROM told
  WINDOW same AS (PARTITION BY record_key, line_key ORDER BY stage_no ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY stage_no, line_id) = 1
), went_on AS (
  -- Whoever took the first step after the stage that is missing.
  SELECT f.record_key, arg_min({'who': a.user_id, 'at': a."at"}, (a."at", a.action_no)) AS step
  FROM first_missing f JOIN scope.action_facts a ON a.order_key = f.order_key AND a.stage_no > f.stage_no
    AND (f.line_key IS NULL OR a.line_key = f.line_key)
  GROUP BY f.record_key
)
SELECT f.record_key, f.order_key, f.order_id, f.line_id, 'activity' AS field, f.later AS observed, f.stages AS expected,
  f.confidence, f.evidence, w.step.who AS origin_user, w.step."at" AS origin_at, f.stage AS origin_stage
FROM first_missing f LEFT JOIN went_on w USING (record_key)
