/* ---
title: One seller works a customer
entity: orders
kind: contested_customer
severity: low
dimension: consistency
line_of_defence: 3
reach: clock
needs: [orders.customer_id, orders.entered_by]
checked: "customer_id IS NOT NULL AND entered_by IS NOT NULL"
sentence: "{observed} worked this customer of {expected} ({evidence})."
parameters: {usually: 0.9, last: 20, minimum: 10, days: 7, largest_share: 0.5, seldom: 3}
--- */
-- Somebody else entered up to $seldom orders in a row, or changed them, between two of the one who has nearly all of the
-- customer's last $last. That one was at it within $days before and after, and entered other orders on the very day: so it
-- was no hand-over, and nobody stood in for him. Customers who are served by a pool have no such seller; somebody with more
-- than $largest_share of all orders is nobody's own seller. Only people of the same role are rivals, and only those who
-- enter orders as a rule; a deputy says so in the log.
WITH concerned AS (
  SELECT DISTINCT _system, customer_id FROM scope.orders WHERE customer_id IS NOT NULL
), now AS (SELECT reporting_zone FROM meta.now
), sellers AS (
  SELECT o._system, o.entered_by AS who, any_value(u.role) AS role, count(*) AS n,
    count(*) / sum(count(*)) OVER (PARTITION BY o._system) AS share
  FROM core.orders o LEFT JOIN core.users u ON u._system = o._system AND u.user_id = o.entered_by
  WHERE o.entered_by IS NOT NULL AND NOT coalesce(u.automatic, false)
  GROUP BY o._system, o.entered_by
), touches AS (
  SELECT 'entered' AS deed, o._system, o.customer_id, o.order_key, o.entered_by AS who, o.ordered_at AS "at"
  FROM core.orders o SEMI JOIN concerned c USING (_system, customer_id)
  WHERE o.entered_by IS NOT NULL AND o.ordered_at IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale'
  UNION ALL
  SELECT 'changed', o._system, o.customer_id, c.order_key, c.changed_by, min(c.changed_at)
  FROM core.order_changes c JOIN core.orders o ON o.order_key = c.order_key
  SEMI JOIN concerned x ON x._system = o._system AND x.customer_id = o.customer_id
  WHERE c.changed_by IS NOT NULL AND c.changed_at IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale' GROUP BY ALL
), numbered AS (
  SELECT t.*, row_number() OVER trail AS no, count(*) OVER own AS own_no,
    t.who IS DISTINCT FROM lag(t.who) OVER trail AS begins
  FROM touches t SEMI JOIN sellers s ON s._system = t._system AND s.who = t.who
  WINDOW trail AS (PARTITION BY deed, t._system, customer_id ORDER BY "at", order_key),
    own AS (PARTITION BY deed, t._system, customer_id, t.who ORDER BY "at", order_key ROWS UNBOUNDED PRECEDING)
), marked AS (
  SELECT *, count(*) FILTER (begins) OVER (PARTITION BY deed, _system, customer_id ORDER BY no ROWS UNBOUNDED PRECEDING) AS run
  FROM numbered
), runs AS (
  SELECT deed, _system, customer_id, run, any_value(who) AS who, count(*) AS orders, min("at") AS since, max("at") AS until,
    max(no) AS last_no, max(own_no) AS last_own_no
  FROM marked GROUP BY deed, _system, customer_id, run
), between_two AS (
  SELECT *, lag(who) OVER one AS owner, lag(last_no) OVER one AS owner_no, lag(last_own_no) OVER one AS owner_own_no,
    lag(until) OVER one AS before, lead(since) OVER one AS after, lead(who) OVER one AS next_owner
  FROM runs WINDOW one AS (PARTITION BY deed, _system, customer_id ORDER BY run)
), intrusions AS (
  FROM between_two
  WHERE owner = next_owner AND orders <= $seldom AND owner_own_no >= $minimum
    AND since <= before + to_days($days) AND until >= after - to_days($days)
), stable AS (
  -- The owner's orders among the customer's last ones: all of his until then, less those that are longer ago.
  SELECT i.*, i.owner_own_no - coalesce(m.own_no, 0) AS own_orders, least($last, i.owner_no) AS last_orders
  FROM intrusions i
  ASOF LEFT JOIN numbered m ON m.deed = i.deed AND m._system = i._system AND m.customer_id = i.customer_id AND m.who = i.owner
    AND m.no <= i.owner_no - $last
), contested AS (
  SELECT s.* FROM stable s
  JOIN sellers a ON a._system = s._system AND a.who = s.owner
  JOIN sellers b ON b._system = s._system AND b.who = s.who
  WHERE s.own_orders >= $usually * s.last_orders AND s.own_orders >= $minimum AND a.share <= $largest_share
    AND b.n >= $minimum AND coalesce(a.role = b.role, true)
), touched AS (
  SELECT c.*, m.order_key, m."at" FROM contested c
  JOIN marked m ON m.deed = c.deed AND m._system = c._system AND m.customer_id = c.customer_id AND m.run = c.run
), present AS (
  SELECT DISTINCT o._system, o.entered_by AS owner, timezone(now.reporting_zone, timezone('UTC', o.ordered_at))::DATE AS day
  FROM now, core.orders o SEMI JOIN contested c ON c._system = o._system AND c.owner = o.entered_by
)
SELECT o.record_key, o.order_key, o.order_id, 'entered_by' AS field, c.who AS observed, c.owner AS expected,
  c.own_orders / c.last_orders AS confidence,
  c.owner || ' ' || c.deed || ' ' || c.own_orders || ' of the ' || c.last_orders || ' orders before, the last at ' || c.before
    || ', the next at ' || c.after AS evidence,
  c.who AS origin_user, c."at" AS origin_at, CASE WHEN c.deed = 'entered' THEN 'entry' END AS origin_stage
FROM now, touched c
JOIN scope.orders o ON o.order_key = c.order_key
JOIN present p ON p._system = c._system AND p.owner = c.owner
  AND p.day = timezone(now.reporting_zone, timezone('UTC', c."at"))::DATE
WHERE NOT EXISTS (FROM core.user_actions a
  WHERE a.order_key = o.order_key AND a.user_id = c.who AND a.on_behalf_of IS NOT NULL)
QUALIFY row_number() OVER (PARTITION BY o.record_key ORDER BY c.deed DESC, c."at", c.who) = 1
