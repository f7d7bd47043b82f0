/* ---
title: Stages come in their order
entity: orders
kind: stage_out_of_order
severity: medium
dimension: consistency
line_of_defence: 2
reach: order
needs: [user_actions]
sentence: "{observed} began before {expected} ({evidence})."
parameters: {rarely: 0.03, minimum: 50}
--- */
-- Two stages that follow each other in the process, of which the second began first; only where the source hardly ever
-- does it that way round. Orders that have only one of the two are not judged.
WITH firsts AS (
  SELECT order_key, line_key, order_id, line_id, stage, stage_no, min(entered_at) AS first_at,
    arg_min(user_id, entered_at) AS who
  FROM marts.stage_facts WHERE stage_no IS NOT NULL GROUP BY ALL
), pairs AS (
  SELECT *, lead(stage) OVER one AS next_stage, lead(first_at) OVER one AS next_at, lead(who) OVER one AS next_who
  FROM firsts WINDOW one AS (PARTITION BY order_key, line_key ORDER BY stage_no)
), custom AS (
  SELECT stage, next_stage, avg((next_at < first_at)::INTEGER) AS share
  FROM pairs WHERE next_stage IS NOT NULL GROUP BY ALL HAVING count(*) >= $minimum
)
SELECT o.record_key, o.order_key, o.order_id, p.line_id, 'activity' AS field, p.next_stage AS observed,
  p.stage AS expected, 1 - c.share AS confidence,
  p.next_at || ' and ' || p.first_at || '; so in ' || round(100 * c.share, 1) || ' % of the orders' AS evidence,
  p.next_who AS origin_user, p.next_at AS origin_at, p.next_stage AS origin_stage
FROM pairs p JOIN custom c USING (stage, next_stage)
JOIN scope.orders o USING (order_key)
WHERE p.next_at < p.first_at AND c.share <= $rarely
QUALIFY row_number() OVER (PARTITION BY o.record_key ORDER BY p.next_at, p.line_id) = 1
