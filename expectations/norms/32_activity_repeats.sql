/* ---
grain: activity
makes: activity_repeats
refresh: full
--- */
-- How many orders have the activity that ends a stage, and how many have it more than once; on a sample.
CREATE OR REPLACE TABLE work.activity_repeats AS
WITH per_order AS (
  SELECT s._system, lower(a.activity) AS activity_key, a.order_key, bool_or(coalesce(a.is_repeat, false)) AS is_repeated
  FROM marts.action_facts a JOIN work.sampled_orders s USING (order_key)
  WHERE a.stage IS NOT NULL AND a.marks = 'end' GROUP BY ALL
)
SELECT _system, activity_key, count(*) AS orders, count(*) FILTER (is_repeated) AS repeated FROM per_order GROUP BY ALL;
