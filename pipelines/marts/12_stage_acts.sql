/* ---
mart: stage_acts
phase: facts
temporary: true
text: The actions of the orders in scope, each with its case (the order or the line), in the columns that stages are made of.
--- */
SELECT CASE WHEN p.process_case = 'line' THEN a.line_key ELSE a.order_key END AS case_key,
    a.order_key, a.line_key, a.order_id, a.line_id, a.stage_no, a.activity_kind, a.marks, a."at", a.action_no, a.user_id
FROM scope.action_facts a JOIN scope.orders o ON o.order_key = a.order_key
CROSS JOIN meta.process p
