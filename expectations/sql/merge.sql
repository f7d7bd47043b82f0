-- The ledger with this run's findings. A finding that no longer appears where a rule judged is resolved; one that
-- returns is open again; what was not judged stands as it was. How a finding is resolved:
--   changed         its rule looked again and names it no longer
--   record ended    the source no longer has the record, or the order was cancelled (standing.sql says when that counts)
--   accepted        somebody accepted it, and the acceptance is in force
--   rule withdrawn  its rule is switched off or no more
CREATE OR REPLACE TEMP TABLE merged_defects AS
WITH now AS (SELECT work.seen_at() AS data_until),
brought AS (
  SELECT f.defect_id, f.rule, f.kind, f.severity, f.entity, f.record_key, f.order_key, f.order_id, f.line_id, f.field,
    f.observed, f.expected, f.suggested, f.confidence, f.message, f.evidence, o.origin_stage, o.origin_user, o.origin_at,
    coalesce(d.first_seen, now.data_until) AS first_seen, now.data_until AS last_seen, d.resolution AS was, d.resolved_at,
    CASE WHEN work.is_origin_wanted(f.rule_stage, f.entity) AND k.defect_id IS NULL
        AND c.cancelled_at > coalesce(d.first_seen, now.data_until) THEN 'record ended'
      WHEN a.defect_id IS NOT NULL THEN 'accepted' END AS resolution,
    l.file_no, l.source_line, d.found_at, d.found_by, d.found_through, d.found_stage, d.cost
  FROM now, work.findings f
  JOIN work.origins o USING (defect_id)
  LEFT JOIN work.lineage l ON l.entity = f.entity AND l.record_key = f.record_key
  LEFT JOIN ledger.defects d ON d.defect_id = f.defect_id
  LEFT JOIN work.known_findings k ON k.defect_id = f.defect_id
  LEFT JOIN work.cancelled c ON c.order_key = f.order_key
  LEFT JOIN work.accepted a ON a.defect_id = f.defect_id
), kept AS (
  SELECT s.defect_id, s.rule, s.kind, s.severity, s.entity, s.record_key, s.order_key, s.order_id, s.line_id, s.field,
    s.observed, s.expected, s.suggested, s.confidence, s.message, s.evidence, s.origin_stage, s.origin_user, s.origin_at,
    s.first_seen,
    CASE WHEN coalesce(s.resolution, 'accepted') = 'accepted' AND NOT s.judged AND NOT s.withdrawn THEN now.data_until
      ELSE s.last_seen END AS last_seen,
    s.resolution AS was, s.resolved_at,
    CASE WHEN s.resolution <> 'accepted' THEN s.resolution
      WHEN s.withdrawn THEN 'rule withdrawn'
      WHEN s.judged AND (g.defect_id IS NOT NULL OR c.cancelled_at > s.first_seen) THEN 'record ended'
      WHEN s.judged THEN 'changed'
      WHEN a.defect_id IS NOT NULL THEN 'accepted' END AS resolution,
    s.file_no, s.source_line, s.found_at, s.found_by, s.found_through, s.found_stage, s.cost
  FROM now, work.standing s
  LEFT JOIN work.gone g ON g.defect_id = s.defect_id
  LEFT JOIN work.cancelled c ON c.order_key = s.order_key
  LEFT JOIN work.accepted a ON a.defect_id = s.defect_id
), noticed AS (
  SELECT b.* REPLACE (
    CASE WHEN b.resolution IS NULL THEN NULL WHEN b.resolution = b.was THEN b.resolved_at ELSE now.data_until END AS resolved_at,
    CASE WHEN n.defect_id IS NULL THEN b.found_at ELSE f.found_at END AS found_at,
    CASE WHEN n.defect_id IS NULL THEN b.found_by ELSE f.found_by END AS found_by,
    CASE WHEN n.defect_id IS NULL THEN b.found_through ELSE f.found_through END AS found_through,
    CASE WHEN n.defect_id IS NULL THEN b.found_stage ELSE f.found_stage END AS found_stage,
    CASE WHEN n.defect_id IS NULL THEN b.cost ELSE coalesce(f.cost, e.cost) END AS cost)
  FROM now, (FROM brought UNION ALL FROM kept) b
  LEFT JOIN work.noticeable n ON n.defect_id = b.defect_id
  LEFT JOIN work.found f ON f.defect_id = b.defect_id
  LEFT JOIN meta.error_costs e ON e.stage = f.found_stage
)
SELECT n.* EXCLUDE (was, cost), work.line_that_found(n.found_through, s.line_of_defence) AS found_line, n.cost, a.accepted_by, a.accepted_until, a.accepted_note
FROM noticed n
LEFT JOIN meta.stages s ON s.stage = n.found_stage
LEFT JOIN work.accepted a ON a.defect_id = n.defect_id AND n.resolution = 'accepted';

-- An open finding of which the ledger tells the same already needs no new row.
DELETE FROM merged_defects WHERE defect_id IN (
  SELECT defect_id FROM (
    SELECT *, count(*) AS times FROM (
      SELECT * EXCLUDE (last_seen) FROM merged_defects WHERE resolution IS NULL
      UNION ALL BY NAME SELECT * EXCLUDE (last_seen) FROM ledger.defects SEMI JOIN merged_defects USING (defect_id))
    GROUP BY ALL)
  WHERE times = 2);
DELETE FROM ledger.defects WHERE defect_id IN (SELECT defect_id FROM merged_defects);
-- What is open and was left alone still stands.
UPDATE ledger.defects SET last_seen = work.seen_at() WHERE resolution IS NULL;
INSERT INTO ledger.defects BY NAME FROM merged_defects;
DROP TABLE merged_defects;
