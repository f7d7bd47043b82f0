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
-- Two stages that follow each other in the process, of which the second began first, or ended before the first one did; only where
-- the source hardly ever does it that way round, as seen on the sampled orders. Where the process lays down what comes before a
-- stage, that alone counts for it. Orders that have only one of the two are not judged. A moment that several lines of an
-- order share is one of the order: it came early only where it did for all of them, and not for a line added later.
WITH custom AS (
  SELECT stage, next_stage, begins_share, ends_share FROM work.stage_turns WHERE cases >= $minimum
), visits AS NOT MATERIALIZED (
  SELECT hash(order_key) AS of_order, hash(order_key, line_key) AS of_case, stage_no, entered_at AS first_at,
    CASE WHEN outcome = 'completed' THEN ended_at END AS end_at
  FROM scope.stage_facts WHERE stage_no IS NOT NULL AND visit_no = 1
), breaks AS (
  -- To sort all visits takes long. Most cases lie in the table as they went, visit by visit: such a case has one row that does not follow
  -- the one before it in all respects, its first. Any other is sorted, whatever the table is like.
  SELECT of_case FROM (
    SELECT of_case, of_case = lag(of_case) OVER () AND stage_no > lag(stage_no) OVER ()
      AND coalesce(first_at >= lag(first_at) OVER (), true) AND coalesce(end_at >= lag(end_at) OVER (), true) AS follows
    FROM visits
  ) WHERE follows IS NOT TRUE GROUP BY of_case HAVING count(*) > 1
), laid AS MATERIALIZED (
  SELECT e.stage_no AS earlier_no, l.stage_no AS later_no FROM meta.stage_order m JOIN meta.stages e ON e.stage = m.earlier
  JOIN meta.stages l ON l.stage = m.stage AND l.stage_no < e.stage_no
), turned AS (
  SELECT of_order FROM (
    SELECT of_order, lead(first_at) OVER one < first_at AS begins_first, lead(end_at) OVER one < end_at AS ends_first
    FROM visits WHERE of_case IN (FROM breaks) WINDOW one AS (PARTITION BY of_case ORDER BY stage_no)
  ) WHERE begins_first OR ends_first
  UNION ALL
  -- What the process lays down the other way round than it counts its stages.
  SELECT DISTINCT a.of_order FROM laid m
  JOIN (FROM visits WHERE stage_no IN (SELECT earlier_no FROM laid)) a ON a.stage_no = m.earlier_no
  JOIN (FROM visits WHERE stage_no IN (SELECT later_no FROM laid)) b ON b.stage_no = m.later_no AND b.of_case = a.of_case
  WHERE b.first_at < a.first_at
), firsts AS (
  SELECT order_key, line_key, line_id, stage, stage_no, entered_at AS first_at,
    CASE WHEN outcome = 'completed' THEN ended_at END AS end_at
  FROM scope.stage_facts WHERE stage_no IS NOT NULL AND visit_no = 1 AND hash(order_key) IN (FROM turned)
), pairs AS (
  SELECT *, lead(stage) OVER one AS next_stage, lead(first_at) OVER one AS next_at, lead(end_at) OVER one AS next_end_at,
    next_at < first_at AS begins_first, coalesce(next_end_at < end_at, false) AS ends_first
  FROM firsts WINDOW one AS (PARTITION BY order_key, line_key ORDER BY stage_no)
), early AS (
  SELECT p.order_key, p.line_key, p.line_id, p.stage, p.stage_no, p.next_stage,
    CASE WHEN p.begins_first THEN p.first_at ELSE p.end_at END AS first_at,
    CASE WHEN p.begins_first THEN p.next_at ELSE p.next_end_at END AS next_at,
    CASE WHEN p.begins_first THEN c.begins_share ELSE c.ends_share END AS share
  FROM pairs p JOIN custom c USING (stage, next_stage)
  WHERE (p.begins_first OR p.ends_first) AND share <= $rarely
    AND p.next_stage NOT IN (SELECT stage FROM meta.stage_order)
  UNION ALL
  SELECT f.order_key, f.line_key, f.line_id, f.stage, f.stage_no, g.stage, f.first_at, g.first_at, 0
  FROM meta.stage_order m JOIN firsts f ON f.stage = m.earlier
  JOIN firsts g ON g.stage = m.stage AND g.order_key = f.order_key AND g.line_key IS NOT DISTINCT FROM f.line_key
  WHERE g.first_at < f.first_at
), of_the_order AS (
  SELECT DISTINCT e.order_key, e.stage, e.next_stage, e.next_at
  FROM early e JOIN firsts f ON f.order_key = e.order_key AND f.stage = e.next_stage
  JOIN firsts g ON g.order_key = f.order_key AND g.line_key = f.line_key AND g.stage = e.stage
  WHERE (f.first_at = e.next_at AND g.first_at <= e.next_at) OR (f.end_at = e.next_at AND g.end_at <= e.next_at)
), first_early AS (
  SELECT o.record_key, o.order_id, e.* FROM early e JOIN scope.orders o USING (order_key)
  ANTI JOIN of_the_order t ON t.order_key = e.order_key AND t.stage = e.stage AND t.next_stage = e.next_stage AND t.next_at = e.next_at
  QUALIFY row_number() OVER (PARTITION BY o.record_key ORDER BY e.next_at, e.line_id) = 1
), went_on AS (
  -- Whoever took the first step of a later stage let the order through.
  SELECT e.record_key, arg_min({'who': a.user_id, 'at': a."at", 'stage': a.stage}, (a."at", a.action_no)) AS step
  FROM first_early e JOIN scope.action_facts a ON a.order_key = e.order_key AND a.stage_no > e.stage_no
    AND (e.line_key IS NULL OR a.line_key = e.line_key)
  WHERE hash(a.order_key) IN (SELECT hash(order_key) FROM first_early)
  GROUP BY e.record_key
)
SELECT e.record_key, e.order_key, e.order_id, e.line_id, 'activity' AS field, e.next_stage AS observed,
  e.stage AS expected, 1 - e.share AS confidence,
  work.say_moment(e.next_at) || ' and ' || work.say_moment(e.first_at) || CASE WHEN e.share = 0 THEN '; the process lays down their order'
    ELSE '; so in ' || work.say_share(e.share) || ' of the orders' END AS evidence,
  w.step.who AS origin_user, w.step."at" AS origin_at, w.step.stage AS origin_stage
FROM first_early e LEFT JOIN went_on w USING (record_key)
