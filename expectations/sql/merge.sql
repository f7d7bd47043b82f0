-- The ledger with this run's findings. A finding that no longer appears where a rule judged is resolved; one that
-- returns is open again; what was not judged stands as it was.
CREATE OR REPLACE TABLE ledger.defects AS
WITH now AS (SELECT data_until FROM meta.now),
standing AS (
  SELECT d.*,
    coalesce(CASE j.judged WHEN 'all' THEN true
      WHEN 'clock' THEN d.order_key IN (SELECT order_key FROM work.clock_orders)
      ELSE d.order_key IN (SELECT order_key FROM work.changed_orders) END AND j.rule IS NOT NULL, false) AS judged,
    d.rule NOT IN (SELECT rule FROM ledger.rules) AS withdrawn
  FROM ledger.defects d
  LEFT JOIN work.judged_rules j USING (rule)
  ANTI JOIN work.findings f ON f.defect_id = d.defect_id
)
SELECT defect_id, rule, kind, severity, entity, record_key, order_key, order_id, line_id, field, observed, expected,
  suggested, confidence, message, evidence, origin_stage, origin_user, origin_at, first_seen,
  CASE WHEN resolved_at IS NULL AND NOT judged AND NOT withdrawn THEN now.data_until ELSE last_seen END AS last_seen,
  CASE WHEN resolved_at IS NULL AND (judged OR withdrawn) THEN now.data_until ELSE resolved_at END AS resolved_at,
  CASE WHEN resolved_at IS NOT NULL THEN resolution WHEN withdrawn THEN 'rule withdrawn' WHEN judged THEN 'changed' END
    AS resolution,
  file_no, source_line
FROM standing, now
UNION ALL
SELECT f.defect_id, f.rule, f.kind, f.severity, f.entity, f.record_key, f.order_key, f.order_id, f.line_id, f.field,
  f.observed, f.expected, f.suggested, f.confidence, f.message, f.evidence, o.origin_stage, o.origin_user, o.origin_at,
  coalesce(d.first_seen, now.data_until) AS first_seen, now.data_until AS last_seen,
  NULL::TIMESTAMP AS resolved_at, NULL::VARCHAR AS resolution, l.file_no, l.source_line
FROM work.findings f
JOIN work.origins o USING (defect_id)
LEFT JOIN work.lineage l ON l.entity = f.entity AND l.record_key = f.record_key
LEFT JOIN ledger.defects d ON d.defect_id = f.defect_id, now;
