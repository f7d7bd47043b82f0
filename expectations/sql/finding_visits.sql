-- The visits to stages of the orders with findings, looked up once for where each error came in and where it was noticed; those of
-- the orders of this run are at hand.
CREATE OR REPLACE TEMP TABLE finding_visits AS
WITH wanted AS (
  SELECT order_key FROM work.origins UNION SELECT order_key FROM work.found
), here AS (
  FROM wanted SEMI JOIN work.scope_orders USING (order_key)
), elsewhere AS MATERIALIZED (
  FROM wanted ANTI JOIN work.scope_orders USING (order_key)
)
SELECT order_key, stage, stage_no, ended_at FROM scope.stage_facts SEMI JOIN here USING (order_key)
UNION ALL
SELECT order_key, stage, stage_no, ended_at FROM marts.stage_facts SEMI JOIN elsewhere USING (order_key);
