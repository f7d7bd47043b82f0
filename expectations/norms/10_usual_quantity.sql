/* ---
grain: product and unit; customer over all products; customer, product and unit
makes: usual_quantity
refresh: full
--- */
-- The logarithm of the quantity: its median by product and unit, and by how much a customer's lines differ from that;
-- measured on two hundred thousand orders, chosen by their key, where there are more.
CREATE OR REPLACE TABLE work.usual_product_quantity AS
SELECT _system, sku, unit, count(*) AS lines, median(ln(quantity::DOUBLE)) AS mid,
  1.4826 * mad(ln(quantity::DOUBLE)) AS spread
FROM core.order_lines
WHERE quantity > 0 AND sku IS NOT NULL
  AND hash(order_key) % (SELECT greatest(1, count(*) // 200000)::UBIGINT FROM core.orders) = 0
GROUP BY _system, sku, unit;

CREATE OR REPLACE TABLE work.usual_customer_quantity AS
WITH deviations AS (
  SELECT l._system, o.customer_id, ln(l.quantity::DOUBLE) - p.mid AS deviation
  FROM core.order_lines l
  JOIN core.orders o USING (order_key)
  JOIN work.usual_product_quantity p
    ON p._system = l._system AND p.sku = l.sku AND p.unit IS NOT DISTINCT FROM l.unit AND p.lines >= 5
  WHERE l.quantity > 0 AND o.customer_id IS NOT NULL
    AND hash(l.order_key) % (SELECT greatest(1, count(*) // 200000)::UBIGINT FROM core.orders) = 0
)
SELECT _system, customer_id, count(*) AS lines, median(deviation) AS shift, 1.4826 * mad(deviation) AS spread
FROM deviations GROUP BY _system, customer_id;

-- What a customer usually orders of a product, from all lines: those within 2.5 times of their median are usual, the
-- others are far. The few lines of one customer and product are helped by what is known of all: their variance by that of
-- all customers and products (as much as five lines), their middle by the product's. `usual` and `spread` foretell ln(quantity)
-- of one line more; a spread below 0.1 is chance, as with quantities that were always the same so far. `same_pairs` counts
-- the pairs of lines that have the same quantity, to tell chance from a copy. Where more than one line in twenty is far, the far
-- ones are no exceptions: what lies within 2.5 times then knows nothing of how wide quantities spread, and the variance of all is
-- taken from the middle difference of two lines of one customer and product (0.954 spreads, were they normal).
CREATE OR REPLACE TABLE work.usual_quantity AS
WITH sizes AS (
  SELECT l._system, o.customer_id, l.sku, l.unit, ln(l.quantity::DOUBLE) AS size
  FROM core.order_lines l JOIN core.orders o USING (order_key)
  WHERE l.quantity > 0 AND l.sku IS NOT NULL AND o.customer_id IS NOT NULL
), middles AS (
  SELECT _system, customer_id, sku, unit, median(size) AS mid FROM sizes GROUP BY ALL HAVING count(*) >= 2
), counted AS (
  SELECT _system, customer_id, sku, unit, size, count(*) AS lines FROM sizes GROUP BY ALL
), summed AS (
  SELECT c._system, c.customer_id, c.sku, c.unit, sum(c.lines) AS all_lines, sum(c.lines * (c.lines - 1) / 2) AS same_pairs,
    sum(c.lines) FILTER (abs(size - mid) < ln(2.5)) AS lines, sum(c.lines * size) FILTER (abs(size - mid) < ln(2.5)) AS total,
    sum(c.lines * size * size) FILTER (abs(size - mid) < ln(2.5)) AS squares
  FROM counted c JOIN middles m ON m._system = c._system AND m.customer_id = c.customer_id AND m.sku = c.sku
    AND m.unit IS NOT DISTINCT FROM c.unit
  GROUP BY ALL
), pairs AS (
  SELECT *, total / lines AS mid, greatest(0, squares / lines - pow(total / lines, 2)) AS variance FROM summed
), differences AS (
  SELECT _system, median(abs(size - previous)) / 0.954 AS spread FROM (
    -- Of some of the customers, where there are more than half a million lines.
    SELECT l._system, ln(l.quantity::DOUBLE) AS size,
      lag(size) OVER (PARTITION BY l._system, o.customer_id, l.sku, l.unit ORDER BY l.record_key) AS previous
    FROM core.order_lines l JOIN core.orders o USING (order_key)
    WHERE l.quantity > 0 AND l.sku IS NOT NULL
      AND hash(o.customer_id) % (SELECT greatest(1, count(*) // 500000) FROM core.order_lines) = 0)
  GROUP BY _system
), common AS (
  SELECT _system, sum(lines * variance) FILTER (lines >= 2) / sum(lines - 1) FILTER (lines >= 2) AS of_the_near,
    CASE WHEN sum(all_lines - coalesce(lines, 0)) > 0.05 * sum(all_lines) THEN greatest(of_the_near, pow(any_value(spread), 2)) ELSE of_the_near END AS variance
  FROM pairs JOIN differences USING (_system) GROUP BY _system HAVING count(*) FILTER (lines >= 2) > 0
), weighed AS (
  SELECT p.*, (p.lines * p.variance + 5 * c.variance) / (p.lines + 4) AS own, u.mid + coalesce(k.shift, 0) AS product_mid,
    1 / pow(greatest(k.spread, u.spread, 0.2), 2) AS product_weight
  FROM pairs p JOIN common c ON c._system = p._system AND p.lines >= 2
  LEFT JOIN work.usual_product_quantity u
    ON u._system = p._system AND u.sku = p.sku AND u.unit IS NOT DISTINCT FROM p.unit AND u.lines >= 5
  LEFT JOIN work.usual_customer_quantity k ON k._system = p._system AND k.customer_id = p.customer_id AND k.lines >= 5
)
SELECT _system, customer_id, sku, unit, all_lines, lines, all_lines - lines AS far_lines, same_pairs,
  (lines / greatest(own, 0.01) * mid + coalesce(product_weight * product_mid, 0))
    / (lines / greatest(own, 0.01) + coalesce(product_weight, 0)) AS usual,
  sqrt(greatest(own, 0.01) + 1 / (lines / greatest(own, 0.01) + coalesce(product_weight, 0))) AS spread
FROM weighed;
