/* ---
title: The source writes day and month where they belong
entity: orders
kind: swapped_day_month
severity: high
dimension: accuracy
line_of_defence: 1
reach: table
needs: [orders.ordered_at]
sentence: "The source swaps day and month of {field}: {evidence}."
parameters: {minimum: 50, far: 0.6, near: 0.9, slack_days: 1}
--- */
-- Only a day up to 12 can be swapped. So dates with a later day show how near two dates ought to be; where dates with a
-- day up to 12 are far from it as written, and near with day and month swapped, the source swaps them. Values that the
-- profile's repair rule put right are judged as the source wrote them.
-- Judged on the sampled orders; of several deliveries the nearest counts.
WITH sampled AS (
  SELECT order_key, _system, ordered_at, requested_delivery_date, promised_delivery_date FROM (FROM core.orders SEMI JOIN work.sampled_orders USING (order_key))
), repaired AS (
  SELECT record_key, TRY_CAST(raw AS TIMESTAMP) AS raw
  FROM ingest.repairs WHERE entity = 'user_actions' AND column_name = 'at'
), written AS (
  SELECT a._system, a.record_key, a.order_key, a.line_id, a.activity,
    CASE WHEN r.record_key IS NULL THEN a."at" ELSE coalesce(r.raw,
      make_timestamp(year(a."at"), day(a."at"), month(a."at"), hour(a."at"), minute(a."at"), second(a."at"))) END AS moment
  FROM (FROM core.user_actions SEMI JOIN work.sampled_orders USING (order_key)) a
  LEFT JOIN repaired r ON r.record_key = a.record_key
), delivered AS (
  SELECT d.order_key, d.line_id, d."at" AS moment FROM (FROM core.deliveries SEMI JOIN work.sampled_orders USING (order_key)) d
  WHERE d."at" IS NOT NULL
), pairs AS (
  SELECT w._system, 'user_actions' AS entity, 'at' AS field, w.activity || ' and delivery' AS pair, hash(w.record_key) AS record, w.moment,
    d.moment AS partner
  FROM written w JOIN delivered d ON d.order_key = w.order_key AND d.line_id = w.line_id
  WHERE w.moment IS NOT NULL
  UNION ALL
  SELECT _system, 'orders', 'requested_delivery_date', 'order and requested date', NULL, requested_delivery_date::TIMESTAMP, ordered_at
  FROM sampled WHERE requested_delivery_date IS NOT NULL
  UNION ALL
  SELECT _system, 'orders', 'promised_delivery_date', 'order and promised date', NULL, promised_delivery_date::TIMESTAMP, ordered_at
  FROM sampled WHERE promised_delivery_date IS NOT NULL
  UNION ALL
  SELECT o._system, 'deliveries', 'at', 'order and delivery', NULL, d.moment, o.ordered_at
  FROM delivered d JOIN sampled o USING (order_key)
  UNION ALL
  SELECT o._system, 'orders', 'ordered_at', 'order and first delivery', NULL, o.ordered_at, d.moment
  FROM (SELECT order_key, min(moment) AS moment FROM delivered GROUP BY order_key) d JOIN sampled o USING (order_key)
), gaps AS (
  SELECT _system, entity, field, pair, record, date_diff('hour', partner, moment) / 24.0 AS gap,
    CASE WHEN day(moment) <= 12 AND day(moment) <> month(moment)
      THEN date_diff('hour', partner, make_timestamp(year(moment), day(moment), month(moment), hour(moment), minute(moment), 0.0)) / 24.0
    END AS swapped_gap, day(moment) > 12 AS is_certain
  FROM pairs
), nearest AS (
  -- Only what was done to a line may have several partners.
  SELECT _system, entity, field, pair, is_certain, gap, swapped_gap FROM gaps WHERE record IS NULL
  UNION ALL
  SELECT _system, entity, field, pair, any_value(is_certain), arg_min(gap, abs(gap)), arg_min(swapped_gap, abs(swapped_gap))
  FROM gaps WHERE record IS NOT NULL GROUP BY _system, entity, field, pair, record
), plausible AS (
  SELECT _system, entity, field, pair, quantile_cont(gap, 0.02) - $slack_days AS low, quantile_cont(gap, 0.98) + $slack_days AS high
  FROM nearest WHERE is_certain GROUP BY ALL HAVING count(*) >= $minimum
), shares AS (
  SELECT g._system, g.entity, g.field, g.pair, count(*) AS n,
    avg((g.gap NOT BETWEEN p.low AND p.high)::INTEGER) AS far,
    avg((g.swapped_gap BETWEEN p.low AND p.high)::INTEGER) AS near
  FROM nearest g JOIN plausible p USING (_system, entity, field, pair)
  WHERE g.swapped_gap IS NOT NULL GROUP BY ALL
)
SELECT _system || ':' || entity || '.' || field AS record_key, entity || '.' || field AS field,
  work.say_share(far) || ' far' AS observed, work.say_share(near) || ' near once swapped' AS expected,
  least(far, near) AS confidence,
  'of ' || format('{:,}', n) || ' dates with a day up to 12, ' || work.say_share(far) || ' are far from where dates with a later day are ('
    || pair || '), and ' || work.say_share(near) || ' are near once day and month are swapped' AS evidence
FROM shares
WHERE n >= $minimum AND far >= $far AND near >= $near
QUALIFY row_number() OVER (PARTITION BY _system, entity, field ORDER BY n * near DESC, pair) = 1
