/* ---
mart: stage_facts
phase: facts
text: >
  One row a visit of a case to a stage. A visit ends at the stage's completing action and begins at its starting action, or, where
  the source stamps completions alone, at the case's previous completion (then it is sojourn, waiting included). A case that is not
  finished has one open visit: the stage that was started last and not ended, else the stage after the last one that was completed.
  Finished means: cancelled, an activity of kind `complete`, or the last stage completed.
--- */
WITH starts AS (
    SELECT case_key, stage_no, "at" FROM stage_acts WHERE marks = 'start' AND stage_no IS NOT NULL
),
begun AS (
    -- The first start of the stage since its previous completion.
    SELECT v.case_key, v.stage_no, v.visit_no, min(s."at") AS started_at
    FROM stage_ends v JOIN starts s
        ON s.case_key = v.case_key AND s.stage_no = v.stage_no AND s."at" <= v."at"
        AND (v.previous_same_end IS NULL OR s."at" > v.previous_same_end)
    GROUP BY v.case_key, v.stage_no, v.visit_no
),
closed AS (
    SELECT v.case_key, v.stage_no, v.visit_no, v.user_id, 'completed' AS outcome,
        coalesce(b.started_at, v.previous_end, CASE WHEN c.ordered_at <= v."at" THEN c.ordered_at END, v."at") AS entered_at,
        v."at" AS ended_at
    FROM stage_ends v JOIN cases c USING (case_key)
    LEFT JOIN begun b USING (case_key, stage_no, visit_no)
),
unended AS (
    -- Started last, with no completion of the stage at that time or after it.
    SELECT s.case_key, max_by(s.stage_no, s."at") AS stage_no, max(s."at") AS started_at
    FROM starts s ANTI JOIN stage_ends e ON e.case_key = s.case_key AND e.stage_no = s.stage_no AND e."at" >= s."at"
    GROUP BY s.case_key
),
unfinished AS (
    SELECT c.case_key, c.cancelled_at, coalesce(u.stage_no, c.last_stage_no + 1, 1) AS stage_no,
        coalesce(u.started_at, c.last_end, c.ordered_at) AS entered_at
    FROM cases c LEFT JOIN unended u USING (case_key)
    LEFT JOIN scope.order_lines l ON l.line_key = c.line_key
    WHERE NOT c.is_complete AND coalesce(c.last_stage_no, 0) < (SELECT max(stage_no) FROM meta.stages)
        AND lower(coalesce(c.status, '')) NOT IN ('closed', 'completed', 'complete', 'done', 'delivered', 'paid')
        -- A line may be known to have ended without an event that says when.
        AND lower(coalesce(l.status, '')) NOT IN ('closed', 'completed', 'complete', 'done', 'delivered', 'paid', 'rejected', 'cancelled')
),
earlier AS (
    SELECT case_key, stage_no, count(*) AS visits
    FROM stage_ends SEMI JOIN unfinished USING (case_key, stage_no) GROUP BY case_key, stage_no
),
open_visits AS (
    SELECT u.case_key, u.stage_no, 1 + coalesce(e.visits, 0) AS visit_no, NULL AS user_id,
        CASE WHEN u.cancelled_at IS NULL THEN 'open' ELSE 'cancelled' END AS outcome,
        u.entered_at, u.cancelled_at AS ended_at
    FROM unfinished u LEFT JOIN earlier e USING (case_key, stage_no)
)
SELECT c.order_key, c.line_key, c.order_id, c.line_id,
    m.stage, m.stage_no, m.title AS stage_title, m.department, CAST(v.visit_no AS INTEGER) AS visit_no,
    v.entered_at, v.ended_at, v.outcome = 'open' AS is_open, v.outcome, v.user_id,
    CASE WHEN v.outcome = 'completed' THEN date_diff('second', v.entered_at, v.ended_at) END AS sojourn_seconds,
    m.target_hours * 3600 AS target_seconds
FROM (SELECT * FROM closed UNION ALL BY NAME SELECT * FROM open_visits) v
JOIN cases c USING (case_key)
JOIN meta.stages m USING (stage_no)
