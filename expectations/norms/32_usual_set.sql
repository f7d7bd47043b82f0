/* ---
grain: customer; customer and set of products; system
makes: usual_sets
refresh: full
--- */
-- How many orders a customer has, and how many of them for the same set of products (where it is three at least).
CREATE OR REPLACE TABLE work.usual_parties AS
SELECT _system, party, count(*) AS orders FROM work.order_prints GROUP BY ALL;

CREATE OR REPLACE TABLE work.usual_sets AS
SELECT _system, party, products, count(*) AS orders FROM work.order_prints GROUP BY ALL HAVING count(*) >= 3;

-- How many pairs of orders of one customer come within an hour, eight, a day, four days of each other, and how often
-- orders that follow each other so have the same date, place and way in although their goods are not the same; from the
-- customers of some hundred thousand orders. How often two with nearly the same lines, more than a day apart, have the same
-- prices and the same promised day.
CREATE OR REPLACE TABLE work.usual_neighbours AS
WITH sampled AS (
  SELECT _system, party, ordered_at, order_key, products,
    lead(order_key) OVER (PARTITION BY _system, party ORDER BY ordered_at, order_key) AS next_key
  FROM work.order_prints WHERE hash(party) % (SELECT greatest(1, count(*) // 100000)::UBIGINT FROM work.order_prints) = 0
), next_ones AS (
  SELECT s._system, count(*) AS pairs,
    count(*) FILTER (a.requested_delivery_date IS NOT DISTINCT FROM b.requested_delivery_date) AS same_date,
    count(*) FILTER (a.ship_to IS NOT DISTINCT FROM b.ship_to) AS same_place,
    count(*) FILTER (a.channel IS NOT DISTINCT FROM b.channel) AS same_channel
  FROM sampled s JOIN sampled n ON n.order_key = s.next_key
  JOIN core.orders a ON a.order_key = s.order_key JOIN core.orders b ON b.order_key = s.next_key
  WHERE n.ordered_at <= s.ordered_at + INTERVAL 96 HOUR AND n.products <> s.products
  GROUP BY s._system
), followers AS (
  SELECT _system, count(*) OVER (one RANGE BETWEEN CURRENT ROW AND INTERVAL 1 HOUR FOLLOWING) - 1 AS hour,
    count(*) OVER (one RANGE BETWEEN CURRENT ROW AND INTERVAL 8 HOUR FOLLOWING) - 1 AS shift,
    count(*) OVER (one RANGE BETWEEN CURRENT ROW AND INTERVAL 24 HOUR FOLLOWING) - 1 AS day,
    count(*) OVER (one RANGE BETWEEN CURRENT ROW AND INTERVAL 96 HOUR FOLLOWING) - 1 AS days
  FROM sampled WINDOW one AS (PARTITION BY _system, party ORDER BY ordered_at)
), summed AS (
  SELECT _system, [sum(hour), sum(shift - hour), sum(day - shift), sum(days - day)] AS pairs, count(*) AS orders
  FROM followers GROUP BY _system
), alike AS (
  SELECT _system, (count(*) FILTER (same_price) + 1) / (count(same_price) + 2) AS same_price,
    (count(*) FILTER (same_promise) + 1) / (count(same_promise) + 2) AS same_promise
  FROM work.order_pairs WHERE minutes > 1440 GROUP BY _system
)
SELECT s._system, list_transform(s.pairs, lambda n: n * t.orders / s.orders) AS pairs,
  (coalesce(n.same_date, 0) + 1) / (coalesce(n.pairs, 0) + 10) AS same_date,
  (coalesce(n.same_place, 0) + 1) / (coalesce(n.pairs, 0) + 2) AS same_place,
  (coalesce(n.same_channel, 0) + 1) / (coalesce(n.pairs, 0) + 2) AS same_channel,
  coalesce(a.same_price, 0.5) AS same_price, coalesce(a.same_promise, 0.5) AS same_promise
FROM summed s JOIN (SELECT _system, count(*) AS orders FROM work.order_prints GROUP BY _system) t USING (_system)
LEFT JOIN next_ones n USING (_system) LEFT JOIN alike a USING (_system);
