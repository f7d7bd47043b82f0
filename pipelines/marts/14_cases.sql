/* ---
mart: cases
phase: facts
temporary: true
text: One row a case in scope, with the last stage it completed and when it was cancelled.
--- */
WITH cases AS (
    SELECT a.case_key, any_value(a.order_key) AS order_key, any_value(a.order_id) AS order_id,
        min(a.line_key) FILTER (WHERE p.process_case = 'line') AS line_key,
        min(a.line_id) FILTER (WHERE p.process_case = 'line') AS line_id,
        max(a.stage_no) FILTER (WHERE a.marks = 'end') AS last_stage_no,
        max(a."at") FILTER (WHERE a.marks = 'end' AND a.stage_no IS NOT NULL) AS last_end,
        min(a."at") FILTER (WHERE a.activity_kind = 'cancel') AS cancel_action_at,
        bool_or(coalesce(a.activity_kind = 'complete', false)) AS is_complete
    FROM stage_acts a CROSS JOIN meta.process p GROUP BY a.case_key
)
SELECT c.*, o.ordered_at, o.status, coalesce(c.cancel_action_at, o.cancelled_at) AS cancelled_at
FROM cases c JOIN scope.orders o USING (order_key)
