-- Blame: from a wrong value back to the entry or change that introduced it. Where the log is silent it stays unknown.
-- 1. What the rule itself saw. 2. The latest change whose new value is the wrong one. 3. The entry, for a rule about
-- entered values, where no change of that field was recorded at all.
CREATE OR REPLACE TABLE work.origins AS
WITH wanted AS (
  SELECT defect_id, order_key, line_id, field, observed, rule_stage FROM work.findings
  WHERE origin_user IS NULL AND origin_at IS NULL AND order_key IS NOT NULL AND rule_stage = 'entry'
), logged AS (
  SELECT w.defect_id,
    arg_max({'who': c.changed_by, 'moment': c.changed_at}, (c.changed_at, coalesce(c.seq, 0), c.record_key))
      FILTER (nullif(c.new_value, '') IS NOT DISTINCT FROM w.observed
        OR TRY_CAST(c.new_value AS DOUBLE) = TRY_CAST(w.observed AS DOUBLE)) AS introduced
  FROM wanted w
  JOIN core.order_changes c
    ON c.order_key = w.order_key AND c.field = w.field AND c.line_id IS NOT DISTINCT FROM w.line_id
  GROUP BY w.defect_id
), entered AS (
  SELECT w.defect_id, o.entered_by AS who, o.ordered_at AS moment
  FROM wanted w
  ANTI JOIN logged l ON l.defect_id = w.defect_id
  JOIN core.orders o ON o.order_key = w.order_key
)
SELECT f.defect_id, f.order_key,
  coalesce(f.origin_user, l.introduced.who, e.who) AS origin_user,
  coalesce(f.origin_at, l.introduced.moment, e.moment) AS origin_at,
  CASE WHEN f.origin_stage IS NOT NULL THEN f.origin_stage
       WHEN e.defect_id IS NOT NULL THEN 'entry'
       WHEN f.rule_stage <> 'entry' THEN f.rule_stage END AS origin_stage
FROM work.findings f
LEFT JOIN logged l ON l.defect_id = f.defect_id
LEFT JOIN entered e ON e.defect_id = f.defect_id;
