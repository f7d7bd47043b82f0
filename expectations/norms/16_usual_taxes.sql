/* ---
grain: system, entity and tax rate that is in use there; product and its rate
makes: usual_taxes
refresh: full
--- */
-- Orders and lines with their amounts, so that both are judged alike.
CREATE OR REPLACE MACRO work.amounts(orders, order_lines) AS TABLE
SELECT 'orders' AS entity, record_key, order_key, order_id, NULL::VARCHAR AS line_id, NULL::VARCHAR AS sku, _system, net_amount, tax_amount,
  gross_amount FROM query_table(orders) WHERE _source IS DISTINCT FROM 'derived'
UNION ALL
SELECT 'order_lines', record_key, order_key, order_id, line_id, sku, _system, net_amount, tax_amount, gross_amount
FROM query_table(order_lines) WHERE _source IS DISTINCT FROM 'derived';

-- The tax rate to a tenth of a percent; null where the amount is so small that its cents do not tell it.
CREATE OR REPLACE MACRO work.tax_rate(tax, net) AS CASE WHEN abs(net) >= 10 THEN round(tax::DOUBLE / net::DOUBLE, 3) END;

-- Whether a tax is that of an amount at a rate, give or take a cent.
CREATE OR REPLACE MACRO work.is_taxed(tax, net, rate) AS abs(tax::DOUBLE - rate * net::DOUBLE) <= 0.0151;

-- The rates that three records in a sample of some tens of thousands of orders have, and one in five hundred; how many records
-- have a rate at all, and in how many of those with a gross amount net and tax add up to it.
CREATE OR REPLACE TABLE work.usual_taxes AS
WITH sampled_orders AS (
  SELECT * FROM core.orders SEMI JOIN work.sampled_orders USING (order_key)
), sampled_lines AS (
  SELECT * FROM core.order_lines SEMI JOIN work.sampled_orders USING (order_key)
), given AS (
  SELECT *, work.tax_rate(tax_amount, net_amount) AS rate FROM work.amounts('sampled_orders', 'sampled_lines')
  WHERE net_amount IS NOT NULL AND tax_amount IS NOT NULL
), systems AS (
  SELECT entity, _system, count(rate) AS rated, count(gross_amount) AS with_gross,
    count(*) FILTER (abs(net_amount + tax_amount - gross_amount) <= 0.02) / nullif(count(gross_amount), 0) AS adds_up
  FROM given GROUP BY ALL
), rates AS (
  SELECT entity, _system, rate, count(*) AS n FROM given WHERE rate IS NOT NULL GROUP BY ALL
)
SELECT s.*, r.rate, r.n FROM systems s
LEFT JOIN rates r ON r.entity = s.entity AND r._system = s._system AND r.n >= 3 AND r.n >= 0.002 * s.rated;

-- Products of which five lines or more have all but one in twenty the same rate.
CREATE OR REPLACE TABLE work.usual_product_taxes AS
WITH rates AS (
  SELECT l._system, l.sku, work.tax_rate(l.tax_amount, l.net_amount) AS rate, count(*) AS n
  FROM core.order_lines l SEMI JOIN work.sampled_orders USING (order_key)
  WHERE l.sku IS NOT NULL AND work.tax_rate(l.tax_amount, l.net_amount) IS NOT NULL GROUP BY ALL
)
SELECT _system, sku, arg_max(rate, n) AS rate, sum(n) AS n FROM rates GROUP BY ALL
HAVING sum(n) >= 5 AND max(n) >= 0.95 * sum(n) - 1;
