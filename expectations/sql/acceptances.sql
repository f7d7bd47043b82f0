-- Accepted deviations: a single finding, or a rule for an order, a customer, a product or everything. An acceptance
-- holds through the day `until`, in data time; that of a single finding holds for the value that was accepted, not for
-- another one that comes later.
CREATE OR REPLACE TABLE ledger.acceptances AS
WITH decided AS (
  SELECT *, payload::JSON AS terms FROM meta.decisions WHERE kind = 'acceptance' AND verdict = 'accepted'
)
SELECT decision_id AS acceptance_id,
  CASE WHEN subject_kind = 'defect' THEN subject_key END AS defect_id,
  CASE WHEN subject_kind = 'rule' THEN coalesce(terms ->> 'rule', subject_key) END AS rule,
  terms ->> 'order' AS order_id, terms ->> 'customer' AS customer_id, terms ->> 'product' AS sku,
  terms ->> 'observed' AS observed, json_exists(terms, '$.observed') AS is_of_a_value,
  decided_by AS accepted_by, decided_at, note, TRY_CAST(terms ->> 'until' AS DATE) AS until,
  coalesce(TRY_CAST(terms ->> 'until' AS DATE) < work.seen_at()::DATE, false) AS is_expired
FROM decided;

-- Findings that an acceptance in force covers; of several, the one that holds longest.
CREATE OR REPLACE TABLE work.accepted AS
WITH in_force AS (
  SELECT * FROM ledger.acceptances WHERE NOT is_expired
), standing AS (
  SELECT defect_id, rule, order_key, order_id, line_id, observed FROM work.findings
  UNION ALL
  SELECT defect_id, rule, order_key, order_id, line_id, observed FROM ledger.defects ANTI JOIN work.findings USING (defect_id)
  WHERE resolved_at IS NULL OR resolution = 'accepted'
), of_rules AS (
  SELECT s.*, o.customer_id, l.sku
  FROM standing s SEMI JOIN in_force a ON a.rule = s.rule
  LEFT JOIN core.orders o ON o.order_key = s.order_key
  LEFT JOIN core.order_lines l ON l.order_key = s.order_key AND l.line_id = s.line_id
), covered AS (
  SELECT s.defect_id, a.acceptance_id
  FROM standing s JOIN in_force a ON a.defect_id = s.defect_id
  WHERE NOT a.is_of_a_value OR a.observed IS NOT DISTINCT FROM s.observed
  UNION ALL
  SELECT s.defect_id, a.acceptance_id
  FROM of_rules s JOIN in_force a ON a.rule = s.rule AND (a.order_id IS NULL OR a.order_id = s.order_id)
    AND (a.customer_id IS NULL OR a.customer_id = s.customer_id) AND (a.sku IS NULL OR a.sku = s.sku)
)
SELECT c.defect_id, acceptance_id, a.accepted_by, a.until AS accepted_until, a.note AS accepted_note
FROM covered c JOIN in_force a USING (acceptance_id)
QUALIFY row_number() OVER (PARTITION BY c.defect_id ORDER BY a.until DESC NULLS FIRST, a.decided_at, acceptance_id) = 1;
