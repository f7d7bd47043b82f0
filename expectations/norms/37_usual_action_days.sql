/* ---
grain: system and activity
makes: usual_action_days
refresh: full
--- */
-- How many days lie between an order's entry and an action of this name: nearly never fewer than `shortest` (2 %), mostly no more than
-- `usually` (98 %), nearly never more than `longest` (99.8 %). Told by the actions on a day above 12: day and month of these cannot be swapped.
-- Measured on the sampled orders; where there are few such actions nothing is usual.
CREATE OR REPLACE TABLE work.usual_action_days AS
SELECT a._system, a.activity, count(*) AS n, quantile_cont(days, 0.02) AS shortest, quantile_cont(days, 0.98) AS usually,
  quantile_cont(days, 0.998) AS longest
FROM (
  SELECT a._system, a.activity, date_diff('day', o.ordered_at, a."at") AS days
  FROM core.user_actions a SEMI JOIN work.sampled_orders USING (order_key) JOIN core.orders o USING (order_key)
  WHERE day(a."at") > 12 AND o.ordered_at IS NOT NULL
) a GROUP BY ALL HAVING count(*) >= 200
