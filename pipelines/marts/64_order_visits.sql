/* ---
mart: order_visits
phase: orders
before: visit_bins.sql
text: >
  One row an order with the durations of its ended visits, elapsed and working, and the days on which it came to stages and left
  them, as lists of small numbers (visit_bins.sql says how to read them). Stages without a calendar have no working duration.
--- */
WITH visits AS (
    SELECT order_key, stage_no, outcome, entered_at, ended_at, date_diff('second', entered_at, ended_at) AS elapsed_seconds, working_seconds,
        coalesce(outcome = 'completed' AND CASE WHEN target_is_working THEN working_seconds ELSE sojourn_seconds END > target_seconds, false)
            AS is_late
    FROM marts.stage_facts SEMI JOIN scope.orders USING (order_key)
    WHERE entered_at IS NOT NULL AND (ended_at IS NULL OR ended_at >= entered_at)
),
lists AS (
    SELECT order_key,
        list(marts.visit_code(stage_no, outcome = 'cancelled', is_late, marts.duration_step(elapsed_seconds)))
            FILTER (WHERE elapsed_seconds IS NOT NULL) AS elapsed,
        list(marts.visit_code(stage_no, outcome = 'cancelled', is_late, marts.duration_step(working_seconds)))
            FILTER (WHERE working_seconds IS NOT NULL) AS working,
        list(marts.day_code(stage_no, timezone(n.reporting_zone, timezone('UTC', entered_at)))) AS arrivals,
        list(marts.day_code(stage_no, timezone(n.reporting_zone, timezone('UTC', ended_at)))) FILTER (WHERE ended_at IS NOT NULL) AS departures
    FROM visits CROSS JOIN meta.now n GROUP BY order_key
)
SELECT f.order_key, f.ordered_on, f.region, f.channel, f.department, list_sort(l.elapsed) AS elapsed, list_sort(l.working) AS working,
    list_sort(l.arrivals) AS arrivals, list_sort(l.departures) AS departures
FROM lists l JOIN marts.order_facts f USING (order_key)
