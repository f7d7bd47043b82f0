/* ---
name: scoreboard_hits
text: >
  Every open finding that names order, line, field and kind of a planted error, with what both say about the origin.
  Reads truth_planted (loaded by scoreboard.py) and the ledger.
--- */
SELECT p.planted_id, p.kind, p.origin_stage AS true_stage, p.origin_user AS true_user, p.origin_at AS true_at,
       d.defect_id, d.confidence, d.origin_stage, d.origin_user, d.origin_at
FROM truth_planted p
JOIN ledger.defects d
  ON d.kind = p.kind
 AND d.field = p.field
 AND d.order_id = p.order_id
 AND d.line_id IS NOT DISTINCT FROM p.line_id
WHERE d.resolved_at IS NULL
