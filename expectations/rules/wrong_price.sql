/* ---
title: A price is on the price list of the day
entity: order_lines
kind: wrong_price
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: reference
needs: [order_lines.unit_price, order_lines.sku, prices.price]
checked: "unit_price IS NOT NULL AND sku IS NOT NULL"
sentence: "The price {observed} is on no list that held that day; it should be {expected} ({evidence})."
parameters: {relative: 0.006, absolute: 0.006, agrees: 0.7, slack_days: 1}
--- */
-- Every price that held for the product on the day counts: the customer's own or a promotion (on the very day, here or in
-- UTC), the general one (give or take $slack_days); with the line's discount taken off or not; by the ordered unit or,
-- through the pack size, by the other one. A source of whose
-- lines fewer than $agrees are on the list does not take its prices from there.
WITH lines AS NOT MATERIALIZED (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.sku, l.unit, l.unit_price, l.discount,
    o.customer_id, o.currency, o.ordered_at, o.ordered_at::DATE AS on_day
  FROM scope.order_lines l JOIN scope.orders o USING (order_key)
  WHERE l.unit_price IS NOT NULL AND l.sku IS NOT NULL
), lines_in_all AS (
  SELECT count(*) AS n FROM scope.order_lines
  WHERE unit_price IS NOT NULL AND sku IS NOT NULL AND hash(order_key) IN (SELECT hash(order_key) FROM scope.orders)
), listed AS (
  SELECT p._system, p.sku, p.customer_id, p.currency, p.unit, p.price, coalesce(p.valid_from, DATE '0001-01-01') AS valid_from,
    coalesce(p.valid_until, DATE '9999-12-31') AS valid_until, m.unit AS base_unit, m.pack_unit, m.pack_size
  FROM core.prices p LEFT JOIN core.products m ON m._system = p._system AND m.sku = p.sku
), plainly_listed AS (
  SELECT _system, sku, unit, valid_from - $slack_days::INTEGER AS first_day, valid_until + $slack_days::INTEGER AS last_day,
    price - greatest($absolute, $relative * price) AS low, price + greatest($absolute, $relative * price) AS high
  FROM listed WHERE customer_id IS NULL
), others AS (
  -- Nearly all lines have the general price of their unit and day; only the others need the long look.
  SELECT l.*, timezone(n.reporting_zone, timezone('UTC', l.ordered_at))::DATE AS day_here
  FROM meta.now n, lines l
  ANTI JOIN plainly_listed p ON p._system = l._system AND p.sku = l.sku AND p.unit = l.unit
    AND l.on_day >= p.first_day AND l.on_day <= p.last_day AND l.unit_price >= p.low AND l.unit_price <= p.high
), candidates AS (
  SELECT l.record_key, p.customer_id IS NOT NULL AS own,
    p.price * CASE WHEN p.unit = l.unit OR p.unit IS NULL OR l.unit IS NULL THEN 1
                   WHEN l.unit = p.pack_unit AND p.unit = p.base_unit THEN p.pack_size
                   WHEN p.unit = p.pack_unit AND l.unit = p.base_unit THEN 1 / p.pack_size END AS price,
    p.valid_from, p.valid_until, l.on_day, l.unit_price, l.discount
  FROM others l
  JOIN listed p ON p._system = l._system AND p.sku = l.sku
    AND l.on_day BETWEEN p.valid_from - $slack_days::INTEGER AND p.valid_until + $slack_days::INTEGER
    AND (p.customer_id IS NULL OR (p.customer_id = l.customer_id
      AND (l.on_day BETWEEN p.valid_from AND p.valid_until OR l.day_here BETWEEN p.valid_from AND p.valid_until)))
    AND (p.currency IS NULL OR l.currency IS NULL OR p.currency = l.currency)
), judged AS (
  SELECT record_key,
    bool_or(least(abs(unit_price - price), abs(unit_price - price * (1 - coalesce(discount, 0))))
            <= greatest($absolute, $relative * price)) AS listed,
    arg_max(price, (on_day BETWEEN valid_from AND valid_until, own, valid_from, -price)) AS expected,
    count(*) AS prices
  FROM candidates WHERE price IS NOT NULL GROUP BY record_key
), agreement AS (
  SELECT 1 - count(j.record_key) FILTER (NOT j.listed) / nullif(count(j.record_key) + (SELECT n FROM lines_in_all)
    - (SELECT count(*) FROM others), 0) AS share
  FROM judged j
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'unit_price' AS field, l.unit_price::VARCHAR AS observed,
  round(j.expected, 4)::VARCHAR AS expected, round(j.expected, 4)::VARCHAR AS suggested, 0.9 AS confidence,
  work.say_number(round(100 * abs(l.unit_price / nullif(j.expected, 0) - 1), 1)) || CASE WHEN l.unit_price > j.expected THEN ' % too high, ' ELSE ' % too low, ' END
    || work.say_count(j.prices, 'list price', 'list prices') || ' held on ' || l.on_day AS evidence
FROM agreement g, others l
JOIN judged j USING (record_key)
WHERE NOT j.listed AND g.share >= $agrees
