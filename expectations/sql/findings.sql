-- One finding a rule, record and field, with the sentence a clerk reads.
CREATE OR REPLACE TABLE work.findings AS
WITH distinct_hits AS (
  SELECT * FROM work.rule_hits
  QUALIFY row_number() OVER (
    PARTITION BY rule, record_key, field ORDER BY confidence DESC NULLS LAST, observed, expected, suggested, evidence) = 1
), told AS (
  SELECT h.*, r.kind, r.severity, r.entity, r.origin_stage AS rule_stage,
    replace(replace(replace(replace(replace(r.sentence,
      '{field}', coalesce(replace(h.field, '_', ' '), '')), '{observed}', coalesce(h.observed, 'nothing')),
      '{expected}', coalesce(h.expected, 'unknown')), '{suggested}', coalesce(h.suggested, 'unknown')),
      '{evidence}', coalesce(h.evidence, 'no evidence')) AS sentence
  FROM distinct_hits h JOIN ledger.rules r USING (rule)
)
SELECT md5(concat_ws('|', rule, record_key, coalesce(field, '')))[:16] AS defect_id,
  rule, kind, severity, entity, record_key, order_key, order_id, line_id, field, observed, expected, suggested, confidence,
  upper(sentence[1]) || sentence[2:] AS message, evidence, rule_stage, origin_stage, origin_user, origin_at
FROM told;
