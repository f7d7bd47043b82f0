-- Findings of earlier runs that this run does not name: whether their rule looked at them again, or is no more. What was
-- resolved otherwise than by acceptance stays as it was unless somebody noticed it since: history is left alone. So are
-- open findings that nobody looked at and nobody noticed: merge.sql writes no more than that they were still there.
CREATE OR REPLACE TABLE work.standing AS
WITH asked AS (
  SELECT d.defect_id,
    coalesce(CASE j.judged WHEN 'all' THEN true
      WHEN 'clock' THEN d.order_key IN (SELECT order_key FROM work.clock_orders)
      ELSE d.order_key IN (SELECT order_key FROM work.changed_orders) END AND j.rule IS NOT NULL, false) AS judged,
    d.rule NOT IN (SELECT rule FROM ledger.rules) AS withdrawn
  FROM ledger.defects d
  LEFT JOIN work.judged_rules j USING (rule)
  ANTI JOIN work.findings f ON f.defect_id = d.defect_id
  WHERE coalesce(d.resolution, 'accepted') = 'accepted' OR d.defect_id IN (SELECT defect_id FROM work.noticeable)
)
SELECT d.*, a.judged, a.withdrawn
FROM ledger.defects d JOIN asked a USING (defect_id)
WHERE a.judged OR a.withdrawn OR d.resolution IS NOT NULL OR d.found_through IS NOT NULL
  OR d.defect_id IN (SELECT defect_id FROM work.noticeable) OR d.defect_id IN (SELECT defect_id FROM work.accepted);

-- Those whose record, or its order, the source no longer has; filled in entity by entity.
CREATE OR REPLACE TABLE work.gone (defect_id VARCHAR);

-- A cancelled order is not put right any more: findings about entered values end with it, where it was cancelled after
-- they were first seen. What was wrong with an order that had been cancelled before anybody looked is history and
-- stands, as does what people did wrong.
CREATE OR REPLACE TABLE work.cancelled AS
WITH concerned AS (
  SELECT order_key FROM work.findings UNION SELECT order_key FROM work.standing WHERE judged
), said AS (
  SELECT order_key, coalesce(cancelled_at, updated_at, _valid_at, _recorded_at) AS moment
  FROM work.orders_of('concerned')
  WHERE cancelled_at IS NOT NULL OR lower(status) IN ('cancelled', 'canceled')
  UNION ALL
  SELECT a.order_key, a."at" FROM work.actions_of('concerned') a
  JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'cancel'
)
SELECT order_key, min(moment) AS cancelled_at FROM said GROUP BY order_key;
