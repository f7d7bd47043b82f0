/* ---
mart: stage_facts
phase: facts
text: >
  One row a visit of a case to a stage. A visit ends at the stage's completing action and begins at its starting action, or, where
  the source stamps completions alone, at the case's previous completion (then it is sojourn, waiting included). A case that is not
  finished has one open visit: the stage that was started last and not ended, else the stage after the last one that was completed.
  Finished means: cancelled, an activity of kind `complete`, or the last stage completed.
--- */
WITH acts AS (
    SELECT a.*, CASE WHEN p.process_case = 'line' THEN a.line_key ELSE a.order_key END AS case_key
    FROM marts.action_facts a CROSS JOIN meta.process p
    SEMI JOIN scope.orders o ON o.order_key = a.order_key
),
staged AS (
    SELECT * FROM acts WHERE stage IS NOT NULL AND case_key IS NOT NULL
),
ends AS (
    SELECT *,
        lag("at") OVER trail AS previous_end,
        lag("at") OVER same_stage AS previous_same_end,
        row_number() OVER same_stage AS visit_no
    FROM staged WHERE marks = 'end'
    WINDOW
        trail AS (PARTITION BY case_key ORDER BY "at", stage_no, action_no),
        same_stage AS (PARTITION BY case_key, stage ORDER BY "at", action_no)
),
starts AS (
    SELECT case_key, stage, stage_no, "at", order_key, line_key, order_id, line_id, user_id FROM staged WHERE marks = 'start'
),
begun AS (
    -- The first start of the stage since its previous completion.
    SELECT e.case_key, e.stage, e.visit_no, min(s."at") AS started_at
    FROM ends e JOIN starts s
        ON s.case_key = e.case_key AND s.stage = e.stage AND s."at" <= e."at"
        AND (e.previous_same_end IS NULL OR s."at" > e.previous_same_end)
    GROUP BY ALL
),
closed AS (
    SELECT e.order_key, e.line_key, e.order_id, e.line_id, e.case_key, e.stage, e.stage_no, e.visit_no,
        coalesce(b.started_at, e.previous_end, CASE WHEN o.ordered_at <= e."at" THEN o.ordered_at END, e."at") AS entered_at,
        e."at" AS ended_at, e.user_id, 'completed' AS outcome
    FROM ends e
    LEFT JOIN begun b USING (case_key, stage, visit_no)
    LEFT JOIN scope.orders o ON o.order_key = e.order_key
),
cases AS (
    SELECT case_key, min(order_key) AS order_key, min(line_key) AS line_key, min(order_id) AS order_id, min(line_id) AS line_id,
        max(stage_no) FILTER (WHERE marks = 'end') AS last_stage_no,
        max("at") FILTER (WHERE marks = 'end' AND stage IS NOT NULL) AS last_end,
        min("at") FILTER (WHERE activity_kind = 'cancel') AS cancel_action_at,
        bool_or(coalesce(activity_kind = 'complete', false)) AS is_complete
    FROM acts WHERE case_key IS NOT NULL GROUP BY case_key
),
unended AS (
    SELECT s.case_key, max_by(s.stage_no, s."at") AS stage_no, max(s."at") AS started_at
    FROM starts s LEFT JOIN (SELECT case_key, stage, max("at") AS last_end FROM ends GROUP BY ALL) e USING (case_key, stage)
    WHERE e.last_end IS NULL OR s."at" > e.last_end
    GROUP BY s.case_key
),
unfinished AS (
    SELECT c.*, coalesce(c.cancel_action_at, o.cancelled_at) AS cancelled_at,
        coalesce(u.stage_no, c.last_stage_no + 1, 1) AS stage_no,
        coalesce(u.started_at, c.last_end, o.ordered_at) AS entered_at
    FROM cases c JOIN scope.orders o USING (order_key) LEFT JOIN unended u USING (case_key)
    CROSS JOIN meta.process p
    LEFT JOIN scope.order_lines l ON p.process_case = 'line' AND l.line_key = c.line_key
    WHERE NOT c.is_complete AND coalesce(c.last_stage_no, 0) < (SELECT max(stage_no) FROM meta.stages)
        AND lower(coalesce(o.status, '')) NOT IN ('closed', 'completed', 'complete', 'done', 'delivered', 'paid')
        -- A line may be known to have ended without an event that says when.
        AND lower(coalesce(l.status, '')) NOT IN ('closed', 'completed', 'complete', 'done', 'delivered', 'paid', 'rejected', 'cancelled')
),
open_visits AS (
    SELECT u.order_key, u.line_key, u.order_id, u.line_id, u.case_key, s.stage, s.stage_no,
        1 + (SELECT count(*) FROM closed c WHERE c.case_key = u.case_key AND c.stage = s.stage) AS visit_no,
        u.entered_at, u.cancelled_at AS ended_at, NULL AS user_id,
        CASE WHEN u.cancelled_at IS NULL THEN 'open' ELSE 'cancelled' END AS outcome
    FROM unfinished u JOIN meta.stages s ON s.stage_no = u.stage_no
)
SELECT v.order_key, CASE WHEN p.process_case = 'line' THEN v.line_key END AS line_key, v.order_id,
    CASE WHEN p.process_case = 'line' THEN v.line_id END AS line_id,
    v.stage, v.stage_no, m.title AS stage_title, m.department, CAST(v.visit_no AS INTEGER) AS visit_no,
    v.entered_at, v.ended_at, v.outcome = 'open' AS is_open, v.outcome, v.user_id,
    CASE WHEN v.outcome = 'completed' THEN date_diff('second', v.entered_at, v.ended_at) END AS sojourn_seconds,
    m.target_hours * 3600 AS target_seconds
FROM (SELECT * FROM closed UNION ALL BY NAME SELECT * FROM open_visits) v
JOIN meta.stages m ON m.stage = v.stage
CROSS JOIN meta.process p
