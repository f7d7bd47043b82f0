/* ---
mart: order_visits
phase: orders
before: visit_bins.sql
text: >
  One row an order with its visits as a list of numbers: stage, outcome, duration in elapsed and in working time, the days on which it
  came and left (visit_bins.sql says how they are read). Stages without a calendar have no working duration.
--- */
WITH visits AS (
    SELECT order_key, list_sort(list(marts.visit_code(
        stage_no, outcome = 'cancelled',
        coalesce(outcome = 'completed' AND CASE WHEN target_is_working THEN working_seconds ELSE sojourn_seconds END > target_seconds, false),
        marts.duration_step(date_diff('second', entered_at, ended_at)), marts.duration_step(working_seconds),
        CASE WHEN n.reporting_zone = 'UTC' THEN entered_at ELSE timezone(n.reporting_zone, timezone('UTC', entered_at)) END,
        CASE WHEN n.reporting_zone = 'UTC' THEN ended_at ELSE timezone(n.reporting_zone, timezone('UTC', ended_at)) END))) AS visits
    FROM scope.stage_facts CROSS JOIN meta.now n
    WHERE entered_at IS NOT NULL AND (ended_at IS NULL OR ended_at >= entered_at)
    GROUP BY order_key
)
SELECT f.order_key, f.ordered_on, f.region, f.channel, f.department, f.families, f.entered_by, f.touched_by, v.visits
FROM visits v JOIN marts.order_facts f USING (order_key)
