-- Steps that the process lays down the other way round: what must come before it follows it.
SELECT s.activity AS from_activity, f.activity AS to_activity
FROM (SELECT constraint_no, unnest(firsts) AS first_no, seconds FROM marts.flow_constraints WHERE is_configured AND template = 'precedence') c
JOIN marts.flow_activities f ON f.activity_no = c.first_no JOIN marts.flow_activities s ON list_contains(c.seconds, s.activity_no)
