-- Cases that broke a constraint ($constraint), the latest first, with the action that breaks it: of what is missing, the last action.
-- Numbers from 1000000 on are pairs of steps that two people must do: what a case did with these is its own and not its variant's.
WITH broken AS (
    SELECT c.case_key, c.order_key, c.started_at, unnest(CASE WHEN $constraint < 1000000 THEN [k.place] ELSE
        list_transform(list_filter(c.eyes, lambda eye: eye & 3 = 2 AND 1000000 + (eye >> 20) = $constraint), lambda eye: (eye >> 2) & 262143) END) AS place
    FROM selected_cases c
    JOIN (SELECT variant_no, broken, unfinished, place FROM marts.flow_checks WHERE constraint_no = $constraint
        UNION ALL SELECT variant_no, 1, 0, NULL FROM marts.flow_variants WHERE $constraint >= 1000000) k ON k.variant_no = c.variant_no
    WHERE (k.broken > 0 OR k.unfinished > 0 AND c.is_open IS NOT TRUE AND NOT c.is_cancelled) AND ($constraint < 1000000 OR c.eyes IS NOT NULL)
),
latest AS (SELECT * FROM broken ORDER BY started_at DESC, order_key, case_key LIMIT $most),
trail AS (
    SELECT l.case_key, a.activity, a."at", a.user_id, CASE WHEN p.process_case = 'line' THEN a.line_id END AS line_id,
        row_number() OVER (PARTITION BY l.case_key ORDER BY a.action_no) AS place
    -- Few orders' actions by their place in the table: to read all columns of all actions for a join takes half as long again.
    FROM (FROM marts.action_facts WHERE rowid IN (SELECT f.rowid FROM marts.action_facts f SEMI JOIN latest USING (order_key))) a
    JOIN latest l ON l.order_key = a.order_key CROSS JOIN meta.process p
    WHERE a."at" IS NOT NULL AND a.activity IS NOT NULL
        AND l.case_key = coalesce(CASE WHEN p.process_case = 'line' THEN a.line_key END, a.order_key)
)
SELECT o.order_id, t.line_id, o.customer_name, t.activity, t."at", t.user_id, o.net_amount
FROM latest l JOIN trail t USING (case_key, place) JOIN marts.order_facts o USING (order_key) ORDER BY t."at" DESC, order_id, line_id
