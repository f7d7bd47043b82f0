/* ---
grain: date of delivery
makes: usual_leads
refresh: full
--- */
-- How many days lie between an order's entry and the day on which a line is wanted or promised: nearly never fewer
-- than `shortest` (2 %) nor more than `longest` (99.5 %). Where a source has few such dates nothing is usual.
CREATE OR REPLACE TABLE work.usual_leads AS
WITH dates AS (
  SELECT l._system, 'order_lines' AS entity, 'requested_delivery_date' AS field, o.ordered_at, l.requested_delivery_date AS day
  FROM core.order_lines l JOIN core.orders o USING (order_key)
  UNION ALL
  SELECT l._system, 'order_lines', 'promised_delivery_date', o.ordered_at, l.promised_delivery_date
  FROM core.order_lines l JOIN core.orders o USING (order_key)
)
SELECT _system, entity, field, count(*) AS n, quantile_cont(lead, 0.02) AS shortest, median(lead) AS middle,
  quantile_cont(lead, 0.995) AS longest
FROM (SELECT *, date_diff('day', work.day_of(ordered_at), day) AS lead FROM dates WHERE day IS NOT NULL AND ordered_at IS NOT NULL)
GROUP BY ALL HAVING count(*) >= 50;
