-- Blame: from a wrong value back to the entry or change that introduced it. Where the log is silent it stays unknown.
-- 1. What the rule itself saw. 2. For a rule about entered values: the change after which the log has the value as it
-- is, if that change is the last one that altered it; a record that was added later came in with the change that added
-- it. 3. What successive extracts of the record show. 4. The entry, where a log covers the field and
-- knows of no change.
CREATE OR REPLACE TABLE work.origins AS
WITH cell AS (
  SELECT w.defect_id, w.observed, w.type, c.old_value, c.new_value, c.changed_by, c.changed_at,
    CASE WHEN w.entity = 'schedule_lines' THEN coalesce(list_contains(w.below_keys, c.sub_key), false)
         ELSE c.sub_key IS NULL END AS is_own,
    coalesce(c.seq, 0) AS seq, c.record_key
  FROM work.wanted_origins w
  JOIN core.order_changes c
    ON c.order_key = w.order_key AND c.field = w.field AND c.line_id IS NOT DISTINCT FROM w.line_id
), trail AS (
  SELECT *, coalesce(old_value, lag(new_value) OVER back) AS before
  FROM cell WHERE is_own
  WINDOW back AS (PARTITION BY defect_id ORDER BY changed_at, seq, record_key)
), last_change AS (
  -- A change from a value to itself brings nothing in.
  SELECT defect_id, arg_max({'who': changed_by, 'moment': changed_at, 'is_it': work.is_same(new_value, observed, type)},
    (changed_at, seq, record_key)) AS step
  FROM trail WHERE before IS NULL OR NOT work.is_same(before, new_value, type)
  GROUP BY defect_id
), below AS (
  -- A change under a key below the record (a partner, a schedule line) may be the one, or may not.
  SELECT DISTINCT defect_id FROM cell WHERE NOT is_own AND work.is_same(new_value, observed, type)
), added AS (
  SELECT w.defect_id, arg_max({'who': c.changed_by, 'moment': c.changed_at}, (c.changed_at, coalesce(c.seq, 0))) AS step
  FROM work.wanted_origins w
  JOIN core.order_changes c ON c.order_key = w.order_key AND c.line_id = w.line_id AND c.field = 'line'
  WHERE nullif(c.old_value, '') IS NULL AND nullif(c.new_value, '') IS NOT NULL
  GROUP BY w.defect_id
), follows AS (
  -- An amount is as old as the last change of what it is reckoned from, and whether it was right before nobody wrote down.
  SELECT DISTINCT w.defect_id
  FROM work.wanted_origins w
  JOIN core.order_changes c ON c.order_key = w.order_key AND (w.line_id IS NULL OR c.line_id = w.line_id)
  WHERE w.type = 'amount' AND c.field IN ('quantity', 'unit', 'unit_price', 'discount', 'sku', 'line')
), entered AS (
  SELECT w.defect_id, coalesce(a.step.who, o.entered_by) AS who, coalesce(a.step.moment, o.ordered_at) AS moment,
    a.defect_id IS NULL AS is_entry
  FROM work.wanted_origins w
  JOIN core.orders o ON o.order_key = w.order_key
  LEFT JOIN added a ON a.defect_id = w.defect_id
  LEFT JOIN ledger.logs g ON g._system = w._system
  ANTI JOIN last_change l ON l.defect_id = w.defect_id
  ANTI JOIN below b ON b.defect_id = w.defect_id
  ANTI JOIN follows n ON n.defect_id = w.defect_id
  ANTI JOIN work.versioned v ON v.defect_id = w.defect_id
  WHERE w.is_fixed OR (g._system IS NOT NULL AND coalesce(list_contains(g.fields, w.field), true)
    AND coalesce(o.ordered_at >= g.since, true))
), known AS (
  SELECT defect_id, step.who AS who, step.moment AS moment, false AS is_entry FROM last_change WHERE step.is_it
  UNION ALL SELECT defect_id, who, moment, is_entry FROM entered
  UNION ALL SELECT v.defect_id, v.who, v.moment, false FROM work.versioned v
    ANTI JOIN last_change l ON l.defect_id = v.defect_id AND (l.step.is_it OR l.step.moment >= v.moment)
    WHERE v.moment IS NOT NULL
)
SELECT f.defect_id, f.order_key, coalesce(f.origin_user, k.who) AS origin_user, coalesce(f.origin_at, k.moment) AS origin_at,
  CASE WHEN f.origin_stage IS NOT NULL THEN f.origin_stage
       WHEN k.is_entry THEN coalesce(s.stage, 'entry')
       WHEN f.rule_stage <> 'entry' THEN f.rule_stage END AS origin_stage
FROM work.findings f
ANTI JOIN work.known_findings o ON o.defect_id = f.defect_id
LEFT JOIN known k ON k.defect_id = f.defect_id
LEFT JOIN (SELECT min_by(stage, stage_no) AS stage FROM meta.stages) s ON true;
