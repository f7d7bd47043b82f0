-- Findings of which the ledger knows already where they came in and who noticed them: open ones that say the same, about orders that
-- did not change since. All that this is looked up in hangs on the order. Of a rule that could not be run once, the ledger may know
-- less than there was to know.
CREATE OR REPLACE TABLE work.known_findings AS
SELECT f.defect_id, d.origin_stage, d.origin_user, d.origin_at
FROM work.findings f JOIN ledger.defects d USING (defect_id)
WHERE d.resolution IS NULL AND d.observed IS NOT DISTINCT FROM f.observed
  AND f.order_key = d.order_key AND f.order_key NOT IN (SELECT order_key FROM work.changed_orders)
  AND f.line_id IS NOT DISTINCT FROM d.line_id
  AND (f.origin_user IS NOT DISTINCT FROM d.origin_user AND f.origin_at IS NOT DISTINCT FROM d.origin_at
    OR f.origin_user IS NULL AND f.origin_at IS NULL AND work.is_origin_wanted(f.rule_stage, f.entity))
  AND coalesce(f.origin_stage = d.origin_stage, f.origin_stage IS NULL)
  AND f.rule NOT IN (SELECT rule FROM ledger.rule_runs WHERE outcome IN ('error', 'not_applicable'));

-- The findings whose origin is looked for: what a rule about entered values found without seeing where it came from.
CREATE OR REPLACE TABLE work.wanted_origins AS
SELECT f.defect_id, f.entity, f.record_key, f.order_key, f.line_id, f.field, f.observed, t.type,
  o._system, [s.schedule_no, s.schedule_id] AS below_keys,
  -- Nobody can change what a record is known by.
  coalesce(t.is_key, false) OR f.field IN ('order_id', 'line_id', 'ordered_at', 'entered_by') AS is_fixed
FROM work.findings f
ANTI JOIN work.known_findings k ON k.defect_id = f.defect_id
LEFT JOIN work.field_types t ON t.entity = f.entity AND t.field = f.field
JOIN core.orders o ON o.order_key = f.order_key
LEFT JOIN core.schedule_lines s ON f.entity = 'schedule_lines' AND s.record_key = f.record_key
WHERE f.origin_user IS NULL AND f.origin_at IS NULL AND f.order_key IS NOT NULL AND work.is_origin_wanted(f.rule_stage, f.entity);

-- What successive extracts of a record show: defect, and the version that brought the present value in.
CREATE OR REPLACE TABLE work.versioned (defect_id VARCHAR, who VARCHAR, moment TIMESTAMP);
