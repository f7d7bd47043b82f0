/* ---
mart: stage_begun
phase: facts
temporary: true
text: >
  When the work of a completed visit began, and the first sign of the stage, since its previous completion. A step of its own: to
  find it while the visits are put together does not fit into the memory at a million orders.
--- */
SELECT v.case_key, v.stage_no, v.visit_no, min(s."at") AS first_at, min(s."at") FILTER (WHERE s.marks = 'start') AS started_at
FROM stage_ends v JOIN stage_acts s
    ON s.case_key = v.case_key AND s.stage_no = v.stage_no AND s."at" <= v."at"
    AND (v.previous_same_end IS NULL OR s."at" > v.previous_same_end)
WHERE s.marks IN ('start', 'request')
GROUP BY v.case_key, v.stage_no, v.visit_no
