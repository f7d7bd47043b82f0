-- One finding a rule, record and field, with the sentence a clerk reads. Numbers are written as people write them, stages by their titles.
CREATE OR REPLACE TABLE work.findings AS
WITH distinct_hits AS (
  SELECT * FROM work.rule_hits
  QUALIFY row_number() OVER (
    PARTITION BY rule, record_key, field ORDER BY confidence DESC NULLS LAST, observed, expected, suggested, evidence) = 1
), plain AS (
  SELECT h.* REPLACE (work.plain(observed, t.type) AS observed, work.plain(expected, t.type) AS expected,
    work.plain(suggested, t.type) AS suggested)
  FROM distinct_hits h LEFT JOIN (SELECT field, any_value(type) AS type FROM work.field_types GROUP BY field) t USING (field)
), told AS (
  SELECT h.*, r.kind, r.severity, r.entity, r.origin_stage AS rule_stage,
    replace(replace(replace(replace(replace(r.sentence,
      '{field}', coalesce(replace(h.field, '_', ' '), '')), '{observed}', coalesce(o.title, h.observed, 'nothing')),
      '{expected}', coalesce(x.title, h.expected, 'unknown')), '{suggested}', coalesce(h.suggested, 'unknown')),
      '{evidence}', coalesce(h.evidence, 'no evidence')) AS sentence
  FROM plain h JOIN ledger.rules r USING (rule)
  LEFT JOIN meta.stages o ON o.stage = h.observed AND h.field IN ('activity', 'status')
  LEFT JOIN meta.stages x ON x.stage = h.expected AND h.field IN ('activity', 'status')
)
SELECT md5(concat_ws('|', rule, record_key, coalesce(field, '')))[:16] AS defect_id,
  rule, kind, severity, entity, record_key, order_key, order_id, line_id, field, observed, expected, suggested, confidence,
  upper(sentence[1]) || sentence[2:] AS message, evidence, rule_stage, origin_stage, origin_user, origin_at
FROM told;
