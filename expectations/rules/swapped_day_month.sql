/* ---
title: Day and month of the requested date are not swapped
entity: orders
kind: swapped_day_month
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders.requested_delivery_date, orders.ordered_at]
checked: "requested_delivery_date IS NOT NULL"
sentence: "{observed} is {evidence}; probably {suggested} is meant."
parameters: {low: 0.01, high: 0.99, margin: 1.5}
--- */
-- As written the date is far from the order (before it, or $margin times later than nearly all), with day and month
-- swapped it is near, and nearer by half at least. Only a day up to 12 can be swapped.
WITH usual AS (
  SELECT _system, quantile_cont(date_diff('day', work.day_of(ordered_at), requested_delivery_date), $low) AS shortest,
    quantile_cont(date_diff('day', work.day_of(ordered_at), requested_delivery_date), $high) AS longest
  FROM core.orders WHERE requested_delivery_date IS NOT NULL AND day(requested_delivery_date) > 12 GROUP BY _system
), swapped AS (
  SELECT o.record_key, o.order_key, o.order_id, o._system, work.day_of(o.ordered_at) AS ordered_on, o.requested_delivery_date AS written,
    make_date(year(o.requested_delivery_date), day(o.requested_delivery_date), month(o.requested_delivery_date)) AS other
  FROM scope.orders o
  WHERE day(o.requested_delivery_date) <= 12 AND day(o.requested_delivery_date) <> month(o.requested_delivery_date)
)
SELECT s.record_key, s.order_key, s.order_id, 'requested_delivery_date' AS field, s.written::VARCHAR AS observed,
  s.other::VARCHAR AS expected, s.other::VARCHAR AS suggested, 0.85 AS confidence,
  CASE WHEN s.written < s.ordered_on THEN work.say_count(date_diff('day', s.written, s.ordered_on), 'day', 'days') || ' before the order, '
    ELSE work.say_count(date_diff('day', s.ordered_on, s.written), 'day', 'days') || ' after the order, ' END
    || work.say_count(date_diff('day', s.ordered_on, s.other), 'day', 'days') || ' after it with day and month swapped' AS evidence
FROM swapped s JOIN usual u ON u._system = s._system
WHERE (date_diff('day', s.ordered_on, s.written) < least(u.shortest, 0)
       OR date_diff('day', s.ordered_on, s.written) > $margin * greatest(u.longest, 14))
  AND date_diff('day', s.ordered_on, s.other) BETWEEN u.shortest AND 2 * $margin * greatest(u.longest, 14)
  AND (s.written < s.ordered_on OR 2 * date_diff('day', s.ordered_on, s.other) < date_diff('day', s.ordered_on, s.written))
