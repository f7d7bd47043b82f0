/* ---
name: scoreboard_missed
text: The planted errors that no open finding names. Reads truth_planted and truth_hits.
--- */
SELECT kind, planted_id, order_id, line_id, field, wrong, "right"
FROM truth_planted
ANTI JOIN truth_hits USING (planted_id)
ORDER BY kind, planted_id
