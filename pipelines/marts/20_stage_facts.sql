/* ---
mart: stage_facts
phase: facts
joins: as written
text: >
  One row a visit of a case to a stage. A visit begins when the case's previous stage was completed and ends at the stage's completing
  action. Where the source stamps the start of the work, the visit is split there into waiting and service; where it stamps
  completions alone, its whole length is sojourn, waiting included. A case that is not finished has one open visit: the stage that was
  started last and not ended, else the stage after the last one that was completed. Finished means: cancelled, an activity of kind
  `complete`, or the last stage completed. Working seconds are counted by the calendar of the stage's department.
--- */
-- The small tables stand at the right: where no calendar is configured, DuckDB takes the visits for none and would keep all of them
-- in memory, which ends a run at a million orders.
WITH closed AS (
    -- Work that began before the stage before was completed: the case was here since then.
    SELECT v.case_key, c.order_key, c.line_key, c.order_id, c.line_id, v.stage_no, v.visit_no, v.user_id, 'completed' AS outcome,
        coalesce(least(v.previous_end, b.first_at), CASE WHEN c.ordered_at <= v."at" THEN c.ordered_at END, v."at") AS entered_at,
        b.started_at, v."at" AS ended_at
    FROM stage_ends v JOIN cases c USING (case_key)
    LEFT JOIN stage_begun b USING (case_key, stage_no, visit_no)
),
visits AS (
    SELECT * FROM closed UNION ALL BY NAME SELECT * FROM open_stages
),
starters AS (
    -- Who started the work; where two did at the same time, nobody can say which.
    SELECT case_key, stage_no, "at", CASE WHEN min(user_id) = max(user_id) AND bool_and(user_id IS NOT NULL) THEN min(user_id) END AS user_id
    FROM stage_acts WHERE marks = 'start' AND stage_no IS NOT NULL GROUP BY case_key, stage_no, "at"
)
SELECT v.order_key, v.line_key, v.order_id, v.line_id,
    m.stage, m.stage_no, m.title AS stage_title, m.department, CAST(v.visit_no AS INTEGER) AS visit_no,
    v.entered_at, v.started_at, v.ended_at, v.outcome = 'open' AS is_open, v.outcome, v.user_id, w.user_id AS started_by,
    CASE WHEN v.outcome = 'completed' THEN date_diff('second', v.entered_at, v.ended_at) END AS sojourn_seconds,
    date_diff('second', v.entered_at, v.started_at) AS waiting_seconds,
    CASE WHEN v.outcome = 'completed' THEN date_diff('second', v.started_at, v.ended_at) END AS service_seconds,
    meta.worked(t, v.ended_at) - meta.worked(e, v.entered_at) AS working_seconds,
    meta.worked(s, v.started_at) - meta.worked(e, v.entered_at) AS working_waiting_seconds,
    CASE WHEN v.outcome = 'completed' THEN meta.worked(t, v.ended_at) - meta.worked(s, v.started_at) END AS working_service_seconds,
    m.target_hours * 3600 AS target_seconds, m.calendar IS NOT NULL AS target_is_working
FROM visits v
JOIN meta.stages m USING (stage_no)
LEFT JOIN starters w ON w.case_key = v.case_key AND w.stage_no = v.stage_no AND w."at" = v.started_at
LEFT JOIN meta.working_days e ON e.calendar = m.calendar AND e.day = CAST(v.entered_at AS DATE)
LEFT JOIN meta.working_days s ON s.calendar = m.calendar AND s.day = CAST(v.started_at AS DATE)
LEFT JOIN meta.working_days t ON t.calendar = m.calendar AND t.day = CAST(v.ended_at AS DATE)
