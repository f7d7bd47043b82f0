-- Cases that broke a constraint ($constraint), the latest first, with the action that breaks it: of what is missing, the last action.
WITH broken AS (
    SELECT c.case_key, c.order_key, c.order_id, c.line_id, c.started_at, k.place
    FROM selected_cases c JOIN marts.flow_checks k ON k.variant_no = c.variant_no AND k.constraint_no = $constraint
    WHERE k.broken > 0 OR k.unfinished > 0 AND c.is_open IS NOT TRUE AND NOT c.is_cancelled
    UNION ALL
    SELECT case_key, order_key, order_id, line_id, started_at, (eye >> 2) & 262143
    FROM (SELECT *, unnest(eyes) AS eye FROM selected_cases WHERE eyes IS NOT NULL) WHERE eye & 3 = 2 AND 1000000 + (eye >> 20) = $constraint
),
latest AS (SELECT * FROM broken ORDER BY started_at DESC, order_id, line_id LIMIT $most),
trail AS (
    SELECT l.case_key, a.activity, a."at", a.user_id, row_number() OVER (PARTITION BY l.case_key ORDER BY a.action_no) AS place
    FROM marts.action_facts a JOIN latest l ON l.order_key = a.order_key CROSS JOIN meta.process p
    WHERE a."at" IS NOT NULL AND a.activity IS NOT NULL
        AND l.case_key = coalesce(CASE WHEN p.process_case = 'line' THEN a.line_key END, a.order_key)
)
SELECT l.order_id, l.line_id, o.customer_name, t.activity, t."at", t.user_id, o.net_amount
FROM latest l JOIN trail t USING (case_key, place) JOIN marts.order_facts o USING (order_key) ORDER BY t."at" DESC, order_id, line_id
