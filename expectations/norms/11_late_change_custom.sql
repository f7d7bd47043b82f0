/* ---
grain: order system, and the milestone after which something was changed
makes: late_change_custom
refresh: full
--- */
-- Which share of a system's orders were changed after the milestone without an approval and not for the customer
-- (`share`): where that is everyday business it is no mistake. And which share of its changes say why or for whom (`told`).
CREATE OR REPLACE TABLE work.late_change_custom AS
WITH orders AS (
  SELECT _system, count(*) AS orders FROM core.orders GROUP BY _system
), told AS (
  SELECT _system, avg((reason IS NOT NULL OR requested_by IS NOT NULL OR request_id IS NOT NULL)::INTEGER) AS told
  FROM core.order_changes WHERE coalesce(origin, 'log') NOT IN ('version', 'snapshot') GROUP BY _system
), changed AS (
  SELECT _system, after, count(DISTINCT order_key) AS orders FROM work.late_changes
  WHERE customer_initiated IS NOT TRUE AND NOT is_approved GROUP BY ALL
)
SELECT c._system, c.after, c.orders / o.orders AS share, t.told
FROM changed c JOIN orders o USING (_system) JOIN told t USING (_system);
