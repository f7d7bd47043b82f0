-- The findings whose origin is looked for: what a rule about entered values found without seeing where it came from.
CREATE OR REPLACE TABLE work.wanted_origins AS
SELECT f.defect_id, f.entity, f.record_key, f.order_key, f.line_id, f.field, f.observed, t.type,
  o._system, [s.schedule_no, s.schedule_id] AS below_keys,
  -- Nobody can change what a record is known by.
  coalesce(t.is_key, false) OR f.field IN ('order_id', 'line_id', 'ordered_at', 'entered_by') AS is_fixed
FROM work.findings f
LEFT JOIN work.field_types t ON t.entity = f.entity AND t.field = f.field
JOIN core.orders o ON o.order_key = f.order_key
LEFT JOIN core.schedule_lines s ON f.entity = 'schedule_lines' AND s.record_key = f.record_key
WHERE f.origin_user IS NULL AND f.origin_at IS NULL AND f.order_key IS NOT NULL AND f.rule_stage = 'entry'
  AND f.entity IN ('orders', 'order_lines', 'schedule_lines');

-- What successive extracts of a record show: defect, and the version that brought the present value in.
CREATE OR REPLACE TABLE work.versioned (defect_id VARCHAR, who VARCHAR, moment TIMESTAMP);
