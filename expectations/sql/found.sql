-- By whom and where a defect was noticed: the earliest of the change that corrected it, an exception that names it, what
-- the source reports as an error, and a reviewer's confirmation. Nobody noticed: no row. This is looked for anew for
-- every finding of this run of which it is not known, where a record of the order came, and where a reviewer spoke.
CREATE OR REPLACE TABLE work.noticeable AS
WITH reviewed AS (
  SELECT subject_key AS defect_id FROM meta.decisions WHERE kind = 'review' AND subject_kind = 'defect'
  -- Whoever confirmed it may have taken that back; what the source reports stands.
  UNION SELECT d.defect_id FROM ledger.defects d
  ANTI JOIN core.order_errors e ON e.order_key = d.order_key AND e.evidence = 'review'
    AND e.found_at IS NOT DISTINCT FROM d.found_at AND e.found_by IS NOT DISTINCT FROM d.found_by
  WHERE d.found_through = 'review'
)
SELECT f.defect_id, f.kind, f.entity, f.order_key, f.line_id, f.field, f.observed, o.origin_at,
  f.rule_stage = 'entry' AND f.entity IN ('orders', 'order_lines') AS is_of_a_value
FROM work.findings f JOIN work.origins o USING (defect_id)
UNION ALL
SELECT d.defect_id, d.kind, d.entity, d.order_key, d.line_id, d.field, d.observed, d.origin_at,
  coalesce(r.origin_stage = 'entry' AND d.entity IN ('orders', 'order_lines'), false)
FROM ledger.defects d ANTI JOIN work.origins o ON o.defect_id = d.defect_id
LEFT JOIN ledger.rules r ON r.rule = d.rule
WHERE d.order_key IN (SELECT order_key FROM work.changed_orders) OR d.defect_id IN (FROM reviewed);

CREATE OR REPLACE TABLE work.found AS
WITH words(word, field) AS (
  -- What people call a field in the name of an exception.
  VALUES ('price', 'unit_price'), ('discount', 'discount'), ('quantity', 'quantity'), ('qty', 'quantity'), ('unit', 'unit'),
    ('uom', 'unit'), ('address', 'ship_to'), ('ship', 'ship_to'), ('terms', 'payment_terms'), ('product', 'sku'), ('material', 'sku'),
    ('sku', 'sku'), ('customer', 'customer_name'), ('customer', 'customer_id'), ('date', 'requested_delivery_date'),
    ('total', 'net_amount'), ('duplicate', 'order_id')
), corrected AS (
  SELECT n.defect_id, c.changed_at AS found_at, c.changed_by AS found_by, 'correction' AS found_through, NULL::DOUBLE AS cost
  FROM work.noticeable n
  LEFT JOIN work.field_types t ON t.entity = n.entity AND t.field = n.field
  JOIN core.order_changes c
    ON c.order_key = n.order_key AND c.field = n.field AND c.line_id IS NOT DISTINCT FROM n.line_id
  WHERE n.is_of_a_value AND c.sub_key IS NULL
    AND work.is_same(c.old_value, n.observed, t.type) AND NOT work.is_same(c.new_value, n.observed, t.type)
    AND c.changed_at > coalesce(n.origin_at, c.changed_at - INTERVAL 1 SECOND)
), reported AS (
  SELECT n.defect_id, e.found_at, e.found_by, coalesce(e.evidence, 'report') AS found_through, e.cost::DOUBLE AS cost
  FROM work.noticeable n
  JOIN core.order_errors e ON e.order_key = n.order_key AND (e.line_id IS NULL OR n.line_id IS NULL OR e.line_id = n.line_id)
  WHERE e.type = n.kind OR e.field = n.field AND (e.type IS NULL OR NOT EXISTS (FROM ledger.rules r WHERE r.kind = e.type))
), named AS (
  SELECT n.defect_id, x.raised_at AS found_at, x.raised_by AS found_by, 'exception' AS found_through, NULL::DOUBLE AS cost
  FROM work.noticeable n
  JOIN core.exceptions x ON x.order_key = n.order_key AND (x.line_id IS NULL OR n.line_id IS NULL OR x.line_id = n.line_id)
  WHERE n.is_of_a_value AND x.raised_at >= coalesce(n.origin_at, x.raised_at)
    AND (lower(replace(x.type, ' ', '_')) = n.kind
      OR EXISTS (FROM words w WHERE w.field = n.field AND list_contains(regexp_split_to_array(lower(x.type), '[^a-z]+'), w.word)))
), confirmed AS (
  SELECT n.defect_id, d.decided_at AS found_at, d.decided_by AS found_by, 'review' AS found_through, NULL::DOUBLE AS cost
  FROM work.noticeable n JOIN meta.decisions d ON d.subject_key = n.defect_id
  WHERE d.kind = 'review' AND d.subject_kind = 'defect' AND d.verdict = 'confirmed'
), earliest AS (
  SELECT n.order_key, e.*
  FROM (FROM corrected UNION ALL FROM reported UNION ALL FROM named UNION ALL FROM confirmed) e
  JOIN work.noticeable n USING (defect_id)
  QUALIFY row_number() OVER (PARTITION BY defect_id
    ORDER BY e.found_at NULLS LAST, found_through, found_by, e.cost) = 1
)
SELECT defect_id, order_key, found_at, found_by, found_through, NULL::VARCHAR AS found_stage, cost FROM earliest;
