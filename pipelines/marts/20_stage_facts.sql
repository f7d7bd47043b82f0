/* ---
mart: stage_facts
phase: facts
text: >
  One row a visit of a case to a stage. A visit begins when the case's previous stage was completed and ends at the stage's completing
  action. Where the source stamps the start of the work, the visit is split there into waiting and service; where it stamps
  completions alone, its whole length is sojourn, waiting included. A case that is not finished has one open visit: the stage that was
  started last and not ended, else the stage after the last one that was completed. Finished means: cancelled, an activity of kind
  `complete`, or the last stage completed. Working seconds are counted by the calendar of the stage's department.
--- */
WITH starts AS (
    SELECT case_key, stage_no, "at", user_id, marks = 'start' AS is_work FROM stage_acts
    WHERE marks IN ('start', 'request') AND stage_no IS NOT NULL
),
begun AS (
    -- The first start of the work, and the first sign of the stage, since its previous completion.
    SELECT v.case_key, v.stage_no, v.visit_no, min(s."at") AS first_at, min(s."at") FILTER (WHERE s.is_work) AS started_at,
        arg_min({'id': s.user_id}, s."at") FILTER (WHERE s.is_work) AS starter
    FROM stage_ends v JOIN starts s
        ON s.case_key = v.case_key AND s.stage_no = v.stage_no AND s."at" <= v."at"
        AND (v.previous_same_end IS NULL OR s."at" > v.previous_same_end)
    GROUP BY v.case_key, v.stage_no, v.visit_no
),
closed AS (
    -- Work that began before the stage before was completed: the case was here since then.
    SELECT v.case_key, v.stage_no, v.visit_no, v.user_id, 'completed' AS outcome,
        coalesce(least(v.previous_end, b.first_at), CASE WHEN c.ordered_at <= v."at" THEN c.ordered_at END, v."at") AS entered_at,
        b.started_at, b.starter.id AS started_by, v."at" AS ended_at
    FROM stage_ends v JOIN cases c USING (case_key)
    LEFT JOIN begun b USING (case_key, stage_no, visit_no)
),
unended AS (
    -- Started or asked for last, with no completion of the stage at that time or after it.
    SELECT s.case_key, max_by(s.stage_no, s."at") AS stage_no, max(s."at") AS first_at,
        max(s."at") FILTER (WHERE s.is_work) AS started_at, arg_max({'id': s.user_id}, s."at") FILTER (WHERE s.is_work) AS starter
    FROM starts s ANTI JOIN stage_ends e ON e.case_key = s.case_key AND e.stage_no = s.stage_no AND e."at" >= s."at"
    GROUP BY s.case_key
),
unfinished AS (
    SELECT c.case_key, c.cancelled_at, coalesce(u.stage_no, c.last_stage_no + 1, 1) AS stage_no,
        coalesce(least(u.first_at, c.last_end), c.ordered_at) AS entered_at, u.started_at, u.starter.id AS started_by
    FROM cases c LEFT JOIN unended u USING (case_key)
    LEFT JOIN scope.order_lines l ON l.line_key = c.line_key
    WHERE NOT c.is_complete AND coalesce(c.last_stage_no, 0) < (SELECT max(stage_no) FROM meta.stages)
        AND lower(coalesce(c.status, '')) NOT IN ('closed', 'completed', 'complete', 'done', 'delivered', 'paid')
        -- An order or a line may be known to have ended without anything that says when.
        AND (c.cancelled_at IS NOT NULL OR lower(coalesce(c.status, '')) NOT IN ('rejected', 'cancelled', 'canceled'))
        AND lower(coalesce(l.status, '')) NOT IN ('closed', 'completed', 'complete', 'done', 'delivered', 'paid', 'rejected', 'cancelled', 'canceled')
),
earlier AS (
    SELECT case_key, stage_no, count(*) AS visits
    FROM stage_ends SEMI JOIN unfinished USING (case_key, stage_no) GROUP BY case_key, stage_no
),
open_visits AS (
    SELECT u.case_key, u.stage_no, 1 + coalesce(e.visits, 0) AS visit_no, NULL AS user_id,
        CASE WHEN u.cancelled_at IS NULL THEN 'open' ELSE 'cancelled' END AS outcome,
        u.entered_at, u.started_at, u.started_by, u.cancelled_at AS ended_at
    FROM unfinished u LEFT JOIN earlier e USING (case_key, stage_no)
),
visits AS (
    SELECT * FROM closed UNION ALL BY NAME SELECT * FROM open_visits
)
SELECT c.order_key, c.line_key, c.order_id, c.line_id,
    m.stage, m.stage_no, m.title AS stage_title, m.department, CAST(v.visit_no AS INTEGER) AS visit_no,
    v.entered_at, v.started_at, v.ended_at, v.outcome = 'open' AS is_open, v.outcome, v.user_id, v.started_by,
    CASE WHEN v.outcome = 'completed' THEN date_diff('second', v.entered_at, v.ended_at) END AS sojourn_seconds,
    date_diff('second', v.entered_at, v.started_at) AS waiting_seconds,
    CASE WHEN v.outcome = 'completed' THEN date_diff('second', v.started_at, v.ended_at) END AS service_seconds,
    meta.worked(t, v.ended_at) - meta.worked(e, v.entered_at) AS working_seconds,
    meta.worked(s, v.started_at) - meta.worked(e, v.entered_at) AS working_waiting_seconds,
    CASE WHEN v.outcome = 'completed' THEN meta.worked(t, v.ended_at) - meta.worked(s, v.started_at) END AS working_service_seconds,
    m.target_hours * 3600 AS target_seconds, m.calendar IS NOT NULL AS target_is_working
FROM visits v
JOIN cases c USING (case_key)
JOIN meta.stages m USING (stage_no)
LEFT JOIN meta.working_days e ON e.calendar = m.calendar AND e.day = CAST(v.entered_at AS DATE)
LEFT JOIN meta.working_days s ON s.calendar = m.calendar AND s.day = CAST(v.started_at AS DATE)
LEFT JOIN meta.working_days t ON t.calendar = m.calendar AND t.day = CAST(v.ended_at AS DATE)
