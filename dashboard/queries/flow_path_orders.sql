-- Cases of one variant ($variant; 0 for any) that passed an activity ($activity; empty for any), the longest first.
WITH ways AS (
    SELECT v.variant_no FROM marts.flow_variants v
    WHERE ($variant = 0 OR v.variant_no = $variant)
        AND ($activity = '' OR list_contains(v.activities, (SELECT activity_no FROM marts.flow_activities WHERE activity = $activity)))
),
longest AS (
    SELECT order_key, order_id, line_id, started_at, seconds, is_open FROM selected_cases SEMI JOIN ways USING (variant_no)
    ORDER BY seconds DESC, order_id, line_id LIMIT $most
)
SELECT l.order_id, l.line_id, o.customer_name, l.seconds / 86400 AS days, l.started_at,
    coalesce(o.current_stage, CASE WHEN l.is_open THEN NULL ELSE o.status END) AS state, o.net_amount
FROM longest l JOIN marts.order_facts o USING (order_key) ORDER BY l.seconds DESC, order_id, line_id
