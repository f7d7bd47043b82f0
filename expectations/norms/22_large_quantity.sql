/* ---
grain: system; system, spread and size
makes: large_quantities
refresh: full
--- */
-- How often quantities end in a zero (`tens`), and of these in two (`hundreds`), by their number of digits: many a source has its
-- hundreds by habit and its tens by chance. Without what lies where a slip of a zero would put it.
CREATE OR REPLACE MACRO work.digits(quantity) AS least(6, floor(log10(greatest(1, quantity::DOUBLE)) + 1e-9)::INTEGER + 1);
CREATE OR REPLACE TABLE work.round_habits AS
WITH slips AS (
  SELECT record_key FROM work.unusual_quantities
  WHERE deviation > 0 AND (abs(deviation - ln(10)) <= 2.5 * spread OR abs(deviation - ln(100)) <= 2.5 * spread)
), counted AS (
  SELECT _system, work.digits(quantity) AS digits, count(*) AS lines, count(*) FILTER (quantity % 10 = 0) AS tens,
    count(*) FILTER (quantity % 100 = 0) AS hundreds
  FROM core.order_lines ANTI JOIN slips USING (record_key) WHERE quantity > 0 AND sku IS NOT NULL GROUP BY ALL
)
SELECT s._system, d.digits, (coalesce(c.tens, 0) + 2) / (coalesce(c.lines, 0) + 20) AS tens,
  (coalesce(c.hundreds, 0) + 2) / (coalesce(c.tens, 0) + 20) AS hundreds
FROM (SELECT DISTINCT _system FROM counted) s CROSS JOIN (SELECT unnest(range(0, 7)) AS digits) d
LEFT JOIN counted c ON c._system = s._system AND c.digits = d.digits;

-- How often quantities are large that are no slip, learned from the large ones that cannot be one: neither ending in a zero
-- nor in whole packs. One quantity in `packs` beyond chance is in whole packs, as seen where no slip would put it.
CREATE OR REPLACE TABLE work.large_habits AS
WITH large AS (
  SELECT *, CASE WHEN pack_size > 1 THEN 1 / pack_size::DOUBLE END AS by_chance,
    zeros = 0 AND NOT in_packs AS is_clean,
    abs(deviation - ln(10)) > 2.5 * spread AND coalesce(abs(deviation - ln(pack_size::DOUBLE)) > 2.5 * spread, true) AS is_apart
  FROM work.unusual_quantities WHERE deviation > 0
), counted AS (
  SELECT _system, count(*) AS lines FROM core.order_lines WHERE quantity > 0 AND sku IS NOT NULL GROUP BY _system
), visited AS (
  -- Lines that have a large one beside them: all of an order with two, all but itself of an order with one.
  SELECT f._system, sum(o.lines - (f.lines = 1)::INTEGER) AS lines
  FROM (SELECT _system, order_key, count(*) AS lines FROM large GROUP BY ALL) f
  JOIN (SELECT order_key, count(*) AS lines FROM core.order_lines SEMI JOIN large USING (order_key) GROUP BY order_key) o USING (order_key)
  GROUP BY f._system
)
SELECT l._system, any_value(c.lines) AS lines, count(*) / any_value(c.lines) AS share,
  least(0.9, greatest(0, coalesce((count(*) FILTER (is_apart AND in_packs) - sum(by_chance) FILTER (is_apart))
    / nullif(sum(1 - by_chance) FILTER (is_apart), 0), 0))) AS packs,
  -- Beside a large line stands another one so often where it is genuine (where none is known yet: in two of three), and so
  -- often beside any line.
  (count(*) FILTER (is_clean AND large_neighbours > 0) + 2) / (count(*) FILTER (is_clean) + 3) AS in_company,
  (any_value(v.lines) + 1) / (any_value(c.lines) + 2) AS by_accident
FROM large l JOIN counted c USING (_system) JOIN visited v USING (_system) GROUP BY l._system;

-- Lines a size (`deviation` in tenths, smoothed over five of them) of those whose usual quantity is known about as well; helped
-- by all lines, as much as five large ones.
CREATE OR REPLACE TABLE work.large_quantities AS
WITH sold AS (
  SELECT _system, sku, unit, count(*) AS lines FROM core.order_lines WHERE quantity > 0 GROUP BY ALL
), known AS (
  SELECT _system, sku, unit, sum(all_lines) AS lines FROM work.usual_quantity GROUP BY ALL
), widths AS (
  SELECT _system, spread, all_lines AS lines FROM work.usual_quantity
  UNION ALL
  SELECT p._system, greatest(p.spread, 0.2), s.lines - coalesce(k.lines, 0) FROM work.usual_product_quantity p
  JOIN sold s ON s._system = p._system AND s.sku = p.sku AND s.unit IS NOT DISTINCT FROM p.unit
  LEFT JOIN known k ON k._system = p._system AND k.sku = p.sku AND k.unit IS NOT DISTINCT FROM p.unit
), exposed AS (
  SELECT _system, round(log2(spread / 0.1))::INTEGER AS width, greatest(1, sum(lines)) AS lines FROM widths GROUP BY ALL
), clean AS (
  SELECT q._system, round(log2(q.spread / 0.1))::INTEGER AS width, floor(q.deviation / 0.1)::INTEGER AS size,
    sum(1 / (1 - r.tens) / CASE WHEN q.pack_size > 1 THEN (1 - h.packs) * (1 - 1 / q.pack_size::DOUBLE) ELSE 1 END) AS lines
  FROM work.unusual_quantities q JOIN work.large_habits h USING (_system)
  JOIN work.round_habits r ON r._system = q._system AND r.digits = work.digits(q.quantity)
  WHERE q.deviation > 0 AND q.zeros = 0 AND NOT q.in_packs
  GROUP BY ALL
), smoothed AS (
  SELECT c._system, c.width, c.size + s.shift AS size, sum(c.lines * s.weight) / 0.1 AS lines
  FROM clean c
  CROSS JOIN (VALUES (-2, 1 / 9), (-1, 2 / 9), (0, 3 / 9), (1, 2 / 9), (2, 1 / 9)) s(shift, weight)
  GROUP BY ALL
), pooled AS (
  SELECT s._system, s.size, sum(s.lines) / any_value(e.lines) AS density
  FROM smoothed s JOIN (SELECT _system, sum(lines) AS lines FROM exposed GROUP BY _system) e USING (_system) GROUP BY ALL
)
SELECT e._system, e.width, p.size, (coalesce(s.lines, 0) + 5 / h.share * p.density) / (e.lines + 5 / h.share) AS density
FROM exposed e JOIN pooled p USING (_system) JOIN work.large_habits h USING (_system) LEFT JOIN smoothed s USING (_system, width, size);

-- Small ones cannot be told by zeros and packs: how many lie at the tenth, or at the pack's part, of the usual quantity
-- (within 1.5 spreads), and how many as wide on both sides of it. Only for customers with eight lines of the product.
CREATE OR REPLACE TABLE work.small_quantities AS
WITH away AS (
  SELECT _system, unnest(['tenth', 'unpack']) AS hypothesis, abs(deviation + unnest([ln(10), ln(pack_size::DOUBLE)])) / spread AS z
  FROM work.unusual_quantities WHERE deviation < 0 AND history_lines >= 8
)
SELECT _system, hypothesis, count(*) FILTER (z <= 1.5) AS inside, count(*) FILTER (z BETWEEN 2.5 AND 4) AS beside
FROM away GROUP BY ALL;
