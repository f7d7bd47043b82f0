-- Cases that went right from one activity ($from; empty for any) to another ($to), where $again is 1 only those that did it again there;
-- the longest waits first.
WITH wanted AS (
    SELECT coalesce((SELECT activity_no FROM marts.flow_activities WHERE activity = $from), 0) AS from_no, activity_no AS to_no
    FROM marts.flow_activities WHERE activity = $to
),
steps AS (SELECT order_key, order_id, line_id, started_at, is_open, unnest(steps) AS step FROM selected_cases WHERE $again = 0 OR n_repeats > 0),
longest AS (
    SELECT s.*, step & 4095 AS bin FROM steps s
    WHERE (step >> 14) & 65535 = (SELECT to_no FROM wanted) AND ((SELECT from_no FROM wanted) IN (0, step >> 30)) AND ($again = 0 OR (step >> 12) & 3 > 0)
    ORDER BY bin DESC, order_id, line_id LIMIT $most
)
SELECT l.order_id, l.line_id, o.customer_name, round(exp((l.bin - 0.5) / 100) - 1) / 86400 AS days, l.started_at,
    coalesce(o.current_stage, CASE WHEN l.is_open THEN NULL ELSE o.status END) AS state, o.net_amount
FROM longest l JOIN marts.order_facts o USING (order_key) ORDER BY l.bin DESC, order_id, line_id
