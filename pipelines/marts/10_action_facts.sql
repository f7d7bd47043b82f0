/* ---
mart: action_facts
phase: facts
text: One row an action, with the stage it belongs to, the time since the order's previous action, and whether it repeats one.
--- */
SELECT
    a.record_key, a.order_key, a.line_key, a.order_id, a.line_id, a.activity,
    m.stage, m.stage_no, m.activity_kind,
    CASE WHEN a.lifecycle = 'start' THEN 'start' ELSE coalesce(m.marks, 'end') END AS marks,
    a."at",
    CAST(timezone(n.reporting_zone, timezone('UTC', a."at")) AS DATE) AS on_day,
    hour(timezone(n.reporting_zone, timezone('UTC', a."at"))) AS hour,
    a.user_id, a.role, a.department, a.system, a.automatic, a.lifecycle, a.outcome, a.seq,
    date_diff('second', lag(a."at") OVER trail, a."at") AS seconds_since_previous,
    row_number() OVER trail AS action_no,
    row_number() OVER same > 1 AS is_repeat,
    CASE
        WHEN row_number() OVER same = 1 THEN NULL
        WHEN a.user_id IS NULL OR lag(a.user_id) OVER same IS NULL THEN NULL
        WHEN a.user_id = lag(a.user_id) OVER same THEN 'repeat'
        ELSE 'redo'
    END AS repeat_kind
FROM scope.user_actions a
LEFT JOIN meta.activities m ON m.activity_key = lower(a.activity)
CROSS JOIN meta.now n
WINDOW
    trail AS (PARTITION BY a.order_key ORDER BY a."at", a.seq NULLS FIRST, a.record_key),
    same AS (
        PARTITION BY a.order_key, a.line_key, a.activity, coalesce(a.lifecycle, 'complete')
        ORDER BY a."at", a.seq NULLS FIRST, a.record_key)
