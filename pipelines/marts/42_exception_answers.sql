/* ---
mart: exception_answers
phase: facts
text: >
  One row an exception with a beginning: when the order was first approved, a change of it approved, or an alert about it sent, while the
  exception was open. An alert is an activity that says so (alert, notify, inform, escalate, warn).
--- */
WITH raised AS (
    SELECT record_key, order_key, raised_at, coalesce(resolved_at, TIMESTAMP '9999-12-31') AS until FROM scope.exception_facts
    WHERE raised_at IS NOT NULL
),
answers AS (
    SELECT order_key, "at", CASE WHEN activity_kind = 'approve' THEN 'approval' ELSE 'alert' END AS answer
    FROM scope.action_facts SEMI JOIN raised USING (order_key)
    WHERE activity_kind = 'approve' OR regexp_matches(lower(activity), 'alert|notif|escalat|warn|inform|预警|通知|預警')
    UNION ALL
    SELECT order_key, approved_at, 'approval' FROM scope.change_facts SEMI JOIN raised USING (order_key) WHERE approved_at IS NOT NULL
)
SELECT r.record_key, r.order_key, min(a."at") FILTER (WHERE answer = 'approval') AS approved_at, min(a."at") FILTER (WHERE answer = 'alert') AS alerted_at
FROM raised r LEFT JOIN answers a ON a.order_key = r.order_key AND a."at" BETWEEN r.raised_at AND r.until
GROUP BY r.record_key, r.order_key
