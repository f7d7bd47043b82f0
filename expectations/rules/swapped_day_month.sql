/* ---
title: Day and month of the requested or promised date are not swapped
entity: orders
kind: swapped_day_month
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders.ordered_at]
checked: "requested_delivery_date IS NOT NULL OR promised_delivery_date IS NOT NULL"
applies:
  when: "EXISTS (FROM core.orders WHERE requested_delivery_date IS NOT NULL OR promised_delivery_date IS NOT NULL)"
  otherwise: "No order says when it is wanted or promised."
sentence: "{observed} is {evidence}; probably {suggested} is meant."
parameters: {low: 0.01, high: 0.99, margin: 1.5}
--- */
-- As written the date is far from the order (before it, or $margin times later than nearly all), with day and month
-- swapped it is near, and nearer by half at least. Only a day up to 12 can be swapped. Promises
-- are as long as usual once swapped: a source that promises for months has long ones that are meant.
WITH leads AS (
  SELECT _system, field, date_diff('day', day, written) AS lead, count(*) AS n
  FROM (
    SELECT _system, 'requested_delivery_date' AS field, requested_delivery_date AS written, work.day_of(ordered_at) AS day
    FROM core.orders WHERE day(requested_delivery_date) > 12
    UNION ALL
    SELECT _system, 'promised_delivery_date', promised_delivery_date, work.day_of(ordered_at)
    FROM core.orders WHERE day(promised_delivery_date) > 12
  ) GROUP BY ALL
), counted AS (
  SELECT *, sum(n) OVER (PARTITION BY _system, field ORDER BY lead) AS until, sum(n) OVER (PARTITION BY _system, field) AS given
  FROM leads WHERE lead IS NOT NULL
), usual AS (
  SELECT _system, field, work.counted_quantile(lead, until, given, $low) AS shortest,
    work.counted_quantile(lead, until, given, $high) AS longest
  FROM counted GROUP BY ALL
), dates AS (
  SELECT record_key, order_key, order_id, _system, work.day_of(ordered_at) AS ordered_on,
    unnest(['requested_delivery_date', 'promised_delivery_date']) AS field, unnest([requested_delivery_date, promised_delivery_date]) AS written
  FROM scope.orders
), swapped AS (
  SELECT *, make_date(year(written), day(written), month(written)) AS other FROM dates
  WHERE day(written) <= 12 AND day(written) <> month(written)
)
SELECT s.record_key, s.order_key, s.order_id, s.field, s.written::VARCHAR AS observed,
  s.other::VARCHAR AS expected, s.other::VARCHAR AS suggested, 0.85 AS confidence,
  CASE WHEN s.written < s.ordered_on THEN work.say_count(date_diff('day', s.written, s.ordered_on), 'day', 'days') || ' before the order, '
    ELSE work.say_count(date_diff('day', s.ordered_on, s.written), 'day', 'days') || ' after the order, ' END
    || work.say_count(date_diff('day', s.ordered_on, s.other), 'day', 'days') || ' after it with day and month swapped' AS evidence
FROM swapped s JOIN usual u ON u._system = s._system AND u.field = s.field
WHERE (date_diff('day', s.ordered_on, s.written) < least(u.shortest, 0)
       OR date_diff('day', s.ordered_on, s.written) > $margin * greatest(u.longest, 14))
  AND date_diff('day', s.ordered_on, s.other) BETWEEN u.shortest
    AND CASE WHEN s.field = 'promised_delivery_date' THEN u.longest ELSE 2 * $margin * greatest(u.longest, 14) END
  AND (s.written < s.ordered_on OR 2 * date_diff('day', s.ordered_on, s.other) < date_diff('day', s.ordered_on, s.written))
