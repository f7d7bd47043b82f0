/* ---
mart: current_news
phase: orders
temporary: true
text: What reviewers confirmed and which documents contradict each other, as it stands now; each may be evidence of an error.
--- */
SELECT o.order_key, 'review:' || d.decision_id AS error_key
FROM meta.decisions d
LEFT JOIN ledger.defects f ON d.subject_kind = 'defect' AND f.defect_id = d.subject_key
JOIN core.orders o ON o.order_key = CASE WHEN d.subject_kind = 'defect' THEN f.order_key ELSE d.subject_key END
WHERE d.kind = 'review' AND d.verdict = 'confirmed'
UNION
SELECT order_key, error_key FROM ledger.mismatches
