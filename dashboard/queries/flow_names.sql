-- What the numbers of paths stand for.
SELECT n.activity_no, n.activity, coalesce(s.title, n.activity) AS short
FROM marts.flow_activities n LEFT JOIN meta.activities m ON m.activity_key = lower(n.activity) LEFT JOIN meta.stages s ON s.stage = m.stage
