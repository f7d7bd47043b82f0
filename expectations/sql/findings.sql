-- One finding a rule, record and field, with the sentence a clerk reads. Values are written as people write them, stages by their titles.
CREATE OR REPLACE TABLE work.findings AS
WITH distinct_hits AS (
  SELECT * FROM work.rule_hits
  QUALIFY row_number() OVER (
    PARTITION BY rule, record_key, field ORDER BY confidence DESC NULLS LAST, observed, expected, suggested, evidence) = 1
), types AS (
  SELECT field, any_value(type) AS type FROM work.field_types GROUP BY field
), plain AS (
  SELECT h.* REPLACE (work.plain(observed, t.type) AS observed, work.plain(expected, t.type) AS expected,
    work.plain(suggested, t.type) AS suggested), t.type, coalesce(b.label, replace(h.field, '_', ' ')) AS label
  FROM distinct_hits h LEFT JOIN types t USING (field) LEFT JOIN work.field_labels b USING (field)
), named AS (
  -- Stages stand in their own words, one after the other where several are named.
  SELECT codes, string_agg(coalesce(s.title, p.code), ' and ' ORDER BY p.no) AS titles
  FROM (SELECT codes, unnest(string_split(codes, ', ')) AS code, generate_subscripts(string_split(codes, ', '), 1) AS no
    FROM (SELECT observed AS codes FROM plain WHERE field IN ('activity', 'status')
      UNION SELECT expected FROM plain WHERE field IN ('activity', 'status'))) p
  LEFT JOIN meta.stages s ON s.stage = p.code
  GROUP BY codes HAVING count(s.stage) = count(*)
), worded AS (
  SELECT h.*, r.kind, r.severity, r.entity, r.origin_stage AS rule_stage, r.sentence AS pattern, coalesce(o.titles,
    CASE r.entity WHEN 'exceptions' THEN replace(h.observed, '_', ' ') END, work.say_value(h.observed, h.type), 'nothing') AS observed_said,
    coalesce(x.titles, CASE r.entity WHEN 'exceptions' THEN replace(h.expected, '_', ' ') END, work.say_value(h.expected, h.type), 'unknown')
      AS expected_said
  FROM plain h JOIN ledger.rules r USING (rule)
  LEFT JOIN named o ON o.codes = h.observed AND h.field IN ('activity', 'status')
  LEFT JOIN named x ON x.codes = h.expected AND h.field IN ('activity', 'status')
), told AS (
  SELECT *, replace(replace(replace(replace(replace(pattern, '{field}', coalesce(label, '')), '{observed}', observed_said),
    '{expected}', expected_said), '{suggested}', coalesce(work.say_value(suggested, type), 'unknown')),
    '{evidence}', coalesce(evidence, 'no evidence')) AS sentence
  FROM worded
)
SELECT md5(concat_ws('|', rule, record_key, coalesce(field, '')))[:16] AS defect_id,
  rule, kind, severity, entity, record_key, order_key, order_id, line_id, field, observed, expected, suggested, confidence,
  -- A sentence begins with a capital, a user or a code stays as it is.
  CASE WHEN pattern[1] = '{' AND NOT starts_with(pattern, '{field}') THEN sentence ELSE upper(sentence[1]) || sentence[2:] END AS message,
  evidence, rule_stage, origin_stage, origin_user, origin_at
FROM told;
