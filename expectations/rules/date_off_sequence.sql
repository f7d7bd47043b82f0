/* ---
title: The date of an order fits its number
entity: orders
kind: wrong_date
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: table
needs: [orders.ordered_at]
sentence: "{observed} does not fit the number of the order: {evidence}."
parameters: {minimum: 100, in_order: 0.97, dense: 0.9, beside: 5, days: 14, times: 3}
--- */
-- Where numbers are given in the order of time (work.number_series: $in_order of the steps, of $minimum): the $beside orders with the nearest numbers
-- on both sides (three at least) are all later, or all earlier, by $days and by $times as much as lies between themselves. Day and month swapped, or another year, is suggested where that falls between them.
WITH numbered AS (
  SELECT o.order_key, o.series, o.number, o.ordered_at, r.dense FROM work.order_numbers o
  JOIN work.number_series r ON r.series = o.series AND r.n >= $minimum AND r.in_order >= $in_order WHERE o.ordered_at IS NOT NULL
), placed AS (
  -- Where few numbers are missing the number itself says which orders are beside one another.
  SELECT order_key, series, ordered_at, number AS place FROM numbered WHERE dense >= $dense
  UNION ALL
  SELECT order_key, series, ordered_at, row_number() OVER (PARTITION BY series ORDER BY number, order_key) FROM numbered WHERE dense < $dense
), suspects AS (
  -- Few orders are far from the ones right before and after them; only these are looked at closely.
  SELECT n.* FROM placed n
  LEFT JOIN placed p ON p.series = n.series AND p.place = n.place - 1
  LEFT JOIN placed f ON f.series = n.series AND f.place = n.place + 1
  WHERE coalesce(abs(date_diff('day', p.ordered_at, n.ordered_at)) > $days, true)
    AND coalesce(abs(date_diff('day', f.ordered_at, n.ordered_at)) > $days, true)
), near AS (
  SELECT s.order_key, s.place, s.ordered_at, b.place AS beside, b.ordered_at AS moment
  FROM (SELECT DISTINCT *, unnest(range(place - 10, place + 11)) AS wanted FROM suspects) s
  JOIN placed b ON b.series = s.series AND b.place = s.wanted
  WHERE b.order_key <> s.order_key
  QUALIFY row_number() OVER (PARTITION BY s.order_key, b.place < s.place ORDER BY abs(b.place - s.place), b.order_key) <= $beside
), framed AS (
  SELECT order_key, any_value(ordered_at) AS written, count(*) AS n, min(moment) AS first, max(moment) AS last,
    max(moment) FILTER (beside < place) AS before, min(moment) FILTER (beside > place) AS after
  FROM near GROUP BY order_key HAVING least(count(*) FILTER (beside < place), count(*) FILTER (beside > place)) >= 3
), off AS (
  SELECT *, greatest($days, $times * date_diff('day', first, last)) AS slack,
    CASE WHEN day(written) <= 12 THEN make_timestamp(year(written), day(written), month(written), hour(written), minute(written), 0.0) END AS swapped,
    CASE WHEN month(written) <> 2 OR day(written) < 29 THEN make_timestamp(year(first), month(written), day(written), hour(written), minute(written), 0.0) END AS other_year
  FROM framed WHERE written < first OR written > last
)
SELECT o.record_key, o.order_key, o.order_id, 'ordered_at' AS field, work.day_of(f.written)::VARCHAR AS observed,
  work.day_of(f.before)::VARCHAR AS expected,
  CASE WHEN work.day_of(f.swapped) BETWEEN work.day_of(f.first) AND work.day_of(f.last) THEN work.day_of(f.swapped)::VARCHAR
    WHEN work.day_of(f.other_year) BETWEEN work.day_of(f.first) AND work.day_of(f.last) THEN work.day_of(f.other_year)::VARCHAR END AS suggested, 0.9 AS confidence,
  format('the {} orders with the nearest numbers are of {} to {}', f.n, work.day_of(f.first), work.day_of(f.last)) AS evidence
FROM off f JOIN scope.orders o USING (order_key)
WHERE date_diff('day', f.written, f.first) > slack OR date_diff('day', f.last, f.written) > slack
