-- A few orders, their lines and documents, and what was done with them. Their rows are found by the order's key alone, then fetched by their place:
-- there is no index, and to read all columns of a long history on the way takes six times as long. Those of the orders that time judges
-- (work.clock_orders) a run has at hand already: history is gone through only where others are asked for.
CREATE TABLE IF NOT EXISTS work.clock_orders (order_key VARCHAR);
CREATE VIEW IF NOT EXISTS clock.orders AS FROM core.orders SEMI JOIN work.clock_orders USING (order_key);
CREATE VIEW IF NOT EXISTS clock.order_lines AS FROM core.order_lines SEMI JOIN work.clock_orders USING (order_key);
CREATE VIEW IF NOT EXISTS clock.deliveries AS FROM core.deliveries SEMI JOIN work.clock_orders USING (order_key);
CREATE VIEW IF NOT EXISTS clock.invoices AS FROM core.invoices SEMI JOIN work.clock_orders USING (order_key);

CREATE OR REPLACE MACRO work.actions_of(orders) AS TABLE
SELECT * FROM core.user_actions WHERE rowid IN (
  SELECT rowid FROM core.user_actions SEMI JOIN (SELECT DISTINCT order_key FROM query_table(orders)) USING (order_key));

CREATE OR REPLACE MACRO work.action_facts_of(orders) AS TABLE
SELECT * FROM marts.action_facts WHERE rowid IN (
  SELECT rowid FROM marts.action_facts SEMI JOIN (SELECT DISTINCT order_key FROM query_table(orders)) USING (order_key));

CREATE OR REPLACE MACRO work.orders_of(orders) AS TABLE
FROM clock.orders SEMI JOIN (SELECT DISTINCT order_key FROM query_table(orders)) USING (order_key)
UNION ALL
SELECT * FROM core.orders WHERE rowid IN (SELECT rowid FROM core.orders SEMI JOIN (
  SELECT DISTINCT order_key FROM query_table(orders) ANTI JOIN work.clock_orders USING (order_key)) USING (order_key));

CREATE OR REPLACE MACRO work.order_lines_of(orders) AS TABLE
FROM clock.order_lines SEMI JOIN (SELECT DISTINCT order_key FROM query_table(orders)) USING (order_key)
UNION ALL
SELECT * FROM core.order_lines WHERE rowid IN (SELECT rowid FROM core.order_lines SEMI JOIN (
  SELECT DISTINCT order_key FROM query_table(orders) ANTI JOIN work.clock_orders USING (order_key)) USING (order_key));

CREATE OR REPLACE MACRO work.deliveries_of(orders) AS TABLE
FROM clock.deliveries SEMI JOIN (SELECT DISTINCT order_key FROM query_table(orders)) USING (order_key)
UNION ALL
SELECT * FROM core.deliveries WHERE rowid IN (SELECT rowid FROM core.deliveries SEMI JOIN (
  SELECT DISTINCT order_key FROM query_table(orders) ANTI JOIN work.clock_orders USING (order_key)) USING (order_key));

CREATE OR REPLACE MACRO work.invoices_of(orders) AS TABLE
FROM clock.invoices SEMI JOIN (SELECT DISTINCT order_key FROM query_table(orders)) USING (order_key)
UNION ALL
SELECT * FROM core.invoices WHERE rowid IN (SELECT rowid FROM core.invoices SEMI JOIN (
  SELECT DISTINCT order_key FROM query_table(orders) ANTI JOIN work.clock_orders USING (order_key)) USING (order_key));
