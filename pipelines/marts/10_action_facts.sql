/* ---
mart: action_facts
phase: facts
text: One row an action, with the stage it belongs to, the time since the order's previous action, and whether it repeats one.
--- */
-- A time kept in a column of an order shows each activity once; only a log of actions can show a repeat.
-- The windows carry keys alone and are joined to the actions afterwards: sorting whole actions takes three times as long.
WITH trail AS (
    SELECT record_key, date_diff('second', lag("at") OVER trail, "at") AS seconds_since_previous,
        row_number() OVER trail AS action_no
    FROM scope.user_actions
    WINDOW trail AS (PARTITION BY order_key ORDER BY "at", seq NULLS FIRST, _line, record_key)
),
repeated AS (
    SELECT order_key, line_key, activity, coalesce(lifecycle, 'complete') AS lifecycle
    FROM scope.user_actions GROUP BY ALL HAVING count(*) > 1
),
repeats AS (
    SELECT a.record_key, row_number() OVER same > 1 AS is_repeat,
        CASE
            WHEN row_number() OVER same = 1 THEN NULL
            WHEN a.user_id IS NULL OR lag(a.user_id) OVER same IS NULL THEN NULL
            WHEN a.user_id = lag(a.user_id) OVER same THEN 'repeat'
            ELSE 'redo'
        END AS repeat_kind
    FROM scope.user_actions a
    SEMI JOIN repeated r ON r.order_key = a.order_key AND r.activity = a.activity
        AND r.lifecycle = coalesce(a.lifecycle, 'complete') AND r.line_key IS NOT DISTINCT FROM a.line_key
    WINDOW same AS (
        PARTITION BY a.order_key, a.line_key, a.activity, coalesce(a.lifecycle, 'complete')
        ORDER BY a."at", a.seq NULLS FIRST, a._line, a.record_key)
)
SELECT
    a.record_key, a.order_key, a.line_key, a.order_id, a.line_id, a.activity,
    m.stage, m.stage_no, m.activity_kind,
    CASE WHEN a.lifecycle = 'start' AND m.marks IS DISTINCT FROM 'request' THEN 'start' ELSE coalesce(m.marks, 'end') END AS marks,
    a."at",
    CAST(timezone(n.reporting_zone, timezone('UTC', a."at")) AS DATE) AS on_day,
    hour(timezone(n.reporting_zone, timezone('UTC', a."at"))) AS hour,
    a.user_id, a.role, a.department, a.system, a.automatic, a.lifecycle, a.outcome, a.seq,
    t.seconds_since_previous, t.action_no, CASE WHEN f.primary_entity = 'user_actions' THEN coalesce(r.is_repeat, false) END AS is_repeat,
    r.repeat_kind
FROM scope.user_actions a
JOIN trail t USING (record_key)
LEFT JOIN meta.files f ON f.file_no = a._file_no
LEFT JOIN repeats r USING (record_key)
LEFT JOIN meta.activities m ON m.activity_key = lower(a.activity)
CROSS JOIN meta.now n
