/* ---
mart: stage_ends
phase: facts
temporary: true
text: One row a completion of a stage, with its number and the completion before it, of the case and of the stage.
--- */
WITH ends AS (
    SELECT case_key, stage_no, "at", action_no, user_id,
        lag("at") OVER (PARTITION BY case_key ORDER BY "at", stage_no, action_no) AS previous_end
    FROM stage_acts WHERE marks = 'end' AND stage_no IS NOT NULL
),
-- Few stages are ended twice; only those are put in order.
twice AS (
    SELECT case_key, stage_no FROM ends GROUP BY case_key, stage_no HAVING count(*) > 1
),
again AS (
    SELECT case_key, stage_no, action_no, row_number() OVER same_stage AS visit_no, lag("at") OVER same_stage AS previous_same_end
    FROM ends SEMI JOIN twice USING (case_key, stage_no)
    WINDOW same_stage AS (PARTITION BY case_key, stage_no ORDER BY "at", action_no)
)
SELECT e.*, coalesce(a.visit_no, 1) AS visit_no, a.previous_same_end
FROM ends e LEFT JOIN again a USING (case_key, stage_no, action_no)
