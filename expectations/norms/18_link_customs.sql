/* ---
grain: order system
makes: link_customs
refresh: full
--- */
-- How many of a system's orders are linked with one of another system; those of the last three days may still be.
CREATE OR REPLACE TABLE work.link_customs AS
WITH links AS (
  SELECT DISTINCT hash(order_key, other_system) AS link, hash(order_key) AS of_order, other_system FROM core.order_links
)
SELECT o._system, count(l.link) / count(*) AS share, max(l.other_system) AS other_system
FROM core.orders o LEFT JOIN links l ON l.of_order = hash(o.order_key), meta.now
WHERE o.ordered_at < now.data_until - INTERVAL 72 HOUR AND o.cancelled_at IS NULL
GROUP BY o._system;
