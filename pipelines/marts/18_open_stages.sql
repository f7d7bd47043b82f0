/* ---
mart: open_stages
phase: facts
temporary: true
text: >
  The visit in which a case stands that is not finished (open, or cancelled there): the stage that was started or asked for last and
  not ended, else the stage after the last one that was completed.
--- */
WITH unended AS (
    -- With no completion of the stage at that time or after it.
    SELECT s.case_key, max_by(s.stage_no, s."at") AS stage_no, max(s."at") AS first_at, max(s."at") FILTER (WHERE s.marks = 'start') AS started_at
    FROM stage_acts s ANTI JOIN stage_ends e ON e.case_key = s.case_key AND e.stage_no = s.stage_no AND e."at" >= s."at"
    WHERE s.marks IN ('start', 'request') AND s.stage_no IS NOT NULL
    GROUP BY s.case_key
),
unfinished AS (
    SELECT c.*, coalesce(u.stage_no, c.last_stage_no + 1, 1) AS stage_no,
        coalesce(least(u.first_at, c.last_end), c.ordered_at) AS entered_at, u.started_at
    FROM cases c LEFT JOIN unended u USING (case_key)
    LEFT JOIN scope.order_lines l ON l.line_key = c.line_key
    WHERE NOT c.is_complete AND coalesce(c.last_stage_no, 0) < (SELECT max(stage_no) FROM meta.stages)
        AND coalesce(meta.status_means(c.status), 'unknown') <> 'done'
        -- An order or a line may be known to have ended without anything that says when.
        AND (c.cancelled_at IS NOT NULL OR coalesce(meta.status_means(c.status), 'unknown') <> 'cancelled')
        AND coalesce(meta.status_means(l.status), 'unknown') NOT IN ('done', 'cancelled')
),
earlier AS (
    SELECT case_key, stage_no, count(*) AS visits
    FROM stage_ends SEMI JOIN unfinished USING (case_key, stage_no) GROUP BY case_key, stage_no
)
SELECT u.case_key, u.order_key, u.line_key, u.order_id, u.line_id, u.stage_no, 1 + coalesce(e.visits, 0) AS visit_no, NULL AS user_id,
    CASE WHEN u.cancelled_at IS NULL THEN 'open' ELSE 'cancelled' END AS outcome,
    u.entered_at, u.started_at, u.cancelled_at AS ended_at
FROM unfinished u LEFT JOIN earlier e USING (case_key, stage_no)
