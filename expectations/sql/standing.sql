-- Findings of earlier runs that this run does not name: whether their rule looked at them again, or is no more. What was
-- resolved otherwise than by acceptance stays as it was unless somebody noticed it since: history is left alone. So are
-- open findings that nobody looked at and nobody noticed since: merge.sql writes no more than that they were still there.
-- The rows are found by what decides that, and fetched by their place.
CREATE OR REPLACE TABLE work.standing AS
WITH asked AS (
  SELECT d.rowid AS place,
    coalesce(CASE j.judged WHEN 'all' THEN true
      WHEN 'clock' THEN d.order_key IN (SELECT order_key FROM work.clock_orders)
      ELSE d.order_key IN (SELECT order_key FROM work.changed_orders) END AND j.rule IS NOT NULL, false) AS judged,
    d.rule NOT IN (SELECT rule FROM ledger.rules) AS withdrawn,
    d.resolution IS NOT NULL AS is_resolved,
    d.found_line IS DISTINCT FROM work.line_that_found(d.found_through, s.line_of_defence) AS found_otherwise,
    d.defect_id IN (SELECT defect_id FROM work.noticeable) AS may_be_noticed,
    d.defect_id IN (SELECT defect_id FROM work.accepted) AS is_accepted
  FROM ledger.defects d
  LEFT JOIN work.judged_rules j USING (rule)
  LEFT JOIN meta.stages s ON s.stage = d.found_stage
  ANTI JOIN work.findings f ON f.defect_id = d.defect_id
  WHERE coalesce(d.resolution, 'accepted') = 'accepted' OR may_be_noticed
), wanted AS (
  SELECT place, judged, withdrawn FROM asked
  WHERE judged OR withdrawn OR is_resolved OR found_otherwise OR may_be_noticed OR is_accepted
)
SELECT d.*, w.judged, w.withdrawn FROM ledger.defects d JOIN wanted w ON w.place = d.rowid;

-- Those whose record, or its order, the source no longer has; filled in entity by entity.
CREATE OR REPLACE TABLE work.gone (defect_id VARCHAR);

-- A cancelled order is not put right any more: findings about entered values end with it, where it was cancelled after
-- they were first seen (of one that is open and known, that it was not is known, too). What was wrong with an order that had been cancelled before anybody looked is history and
-- stands, as does what people did wrong.
CREATE OR REPLACE TABLE work.cancelled AS
WITH concerned AS (
  SELECT order_key FROM work.findings ANTI JOIN work.known_findings USING (defect_id) WHERE work.is_origin_wanted(rule_stage, entity)
  UNION SELECT order_key FROM work.standing WHERE judged
), here AS (
  -- What belongs to the orders of this run is at hand.
  FROM concerned SEMI JOIN work.scope_orders USING (order_key)
), elsewhere AS MATERIALIZED (
  FROM concerned ANTI JOIN work.scope_orders USING (order_key)
), said AS (
  SELECT order_key, coalesce(cancelled_at, updated_at, _valid_at, _recorded_at) AS moment
  FROM (FROM scope.orders SEMI JOIN here USING (order_key) UNION ALL BY NAME FROM work.orders_of('elsewhere'))
  WHERE cancelled_at IS NOT NULL OR lower(status) IN ('cancelled', 'canceled')
  UNION ALL
  SELECT a.order_key, a."at"
  FROM (FROM scope.user_actions SEMI JOIN here USING (order_key) UNION ALL BY NAME FROM work.actions_of('elsewhere')) a
  JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'cancel'
)
SELECT order_key, min(moment) AS cancelled_at FROM said GROUP BY order_key;
