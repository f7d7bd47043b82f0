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
parameters: {usually: 0.9, last: 20, in_a_row: 13, minimum: 10, days: 7, largest_share: 0.5, seldom: 3}
--- */
-- Somebody else entered up to $seldom orders in a row, or changed them, between two of the one who has nearly all of the
-- customer's last $last, or the last $in_a_row without exception, as after a change of seller: of two who share a customer evenly
-- either comes about as seldom (18 of 20: 0.02 %, 13 of 13: 0.01 %). That one was at it within $days before and after, and entered other orders on the very day: so it
-- was no hand-over, and nobody stood in for him. Customers who are served by a pool have no such seller; somebody with more
-- than $largest_share of all orders is nobody's own seller. Only people of the same role are rivals, and only those who
-- enter orders as a rule; a deputy says so in the log.
WITH concerned AS (
  SELECT DISTINCT _system, customer_id FROM scope.orders WHERE customer_id IS NOT NULL
), sellers AS (
  SELECT hash(o._system, o.entered_by) AS seller, o._system, o.entered_by AS who, any_value(u.role) AS role, count(*) AS n,
    count(*) / sum(count(*)) OVER (PARTITION BY o._system) AS share
  FROM core.orders o LEFT JOIN core.users u ON u._system = o._system AND u.user_id = o.entered_by
  WHERE o.entered_by IS NOT NULL AND NOT coalesce(u.automatic, false)
  GROUP BY o._system, o.entered_by
), touches AS (
  -- A trail is what was entered for one customer, or changed; numbers stand for trails and sellers: texts take long to sort.
  SELECT hash('entered', o._system, o.customer_id) AS trail, 'entered' AS deed, o.order_key,
    hash(o._system, o.entered_by) AS seller, o.ordered_at AS "at"
  FROM core.orders o SEMI JOIN concerned c USING (_system, customer_id)
  WHERE o.entered_by IS NOT NULL AND o.ordered_at IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale'
  UNION ALL
  SELECT hash('changed', o._system, o.customer_id), 'changed', c.order_key, hash(o._system, c.changed_by), min(c.changed_at)
  FROM core.order_changes c JOIN core.orders o ON o.order_key = c.order_key
  SEMI JOIN concerned x ON x._system = o._system AND x.customer_id = o.customer_id
  WHERE c.changed_by IS NOT NULL AND c.changed_at IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale' GROUP BY ALL
), weeks AS (
  -- How many touches a trail has in each week, and before it. Around an order of this run only some weeks of its trail have to
  -- be gone through one by one: those with the $last + $seldom touches before and with the $seldom + 1 after it.
  SELECT trail, week, touches, (sum(touches) OVER (PARTITION BY trail ORDER BY week) - touches)::BIGINT AS before
  FROM (SELECT t.trail, date_trunc('week', "at") AS week, count(*) AS touches FROM touches t SEMI JOIN sellers USING (seller) GROUP BY ALL)
), asked AS (
  SELECT DISTINCT trail, before, before + touches AS until FROM weeks
  SEMI JOIN (SELECT trail, date_trunc('week', "at") AS week FROM touches SEMI JOIN scope.orders USING (order_key)) USING (trail, week)
), kept AS (
  SELECT DISTINCT m.trail, m.week, m.before FROM weeks m JOIN asked a
    ON a.trail = m.trail AND m.before + m.touches > a.before - $last - $seldom AND m.before <= a.until + $seldom
), numbered AS (
  SELECT t.*, k.before + row_number() OVER (PARTITION BY t.trail, k.week ORDER BY "at", order_key) AS no
  FROM touches t JOIN kept k ON k.trail = t.trail AND k.week = date_trunc('week', "at") SEMI JOIN sellers USING (seller)
), counted AS (
  SELECT *, count(*) OVER (PARTITION BY trail, seller ORDER BY no ROWS UNBOUNDED PRECEDING) AS own_no FROM numbered
), runs AS (
  -- In a row of one seller both numbers grow alike.
  SELECT trail, seller, no - own_no AS run, any_value(deed) AS deed, count(*) AS orders, min("at") AS since, max("at") AS until,
    min(no) AS first_no, max(no) AS last_no
  FROM counted GROUP BY trail, seller, run
), between_two AS (
  SELECT *, lag(seller) OVER one AS owner, lag(last_no) OVER one AS owner_no, lag(until) OVER one AS before,
    lead(since) OVER one AS after, lead(seller) OVER one AS next_owner, lead(first_no) OVER one AS next_no
  FROM runs WINDOW one AS (PARTITION BY trail ORDER BY first_no)
), intrusions AS (
  FROM between_two
  WHERE owner = next_owner AND orders <= $seldom AND owner_no = first_no - 1 AND next_no = last_no + 1
    AND since <= before + to_days($days) AND until >= after - to_days($days)
), lately AS (
  -- The owner's orders among the customer's last ones until then.
  SELECT i.trail, i.first_no, count(*) AS own_orders, count(*) FILTER (i.no > i.owner_no - $in_a_row) AS own_in_a_row
  FROM (SELECT trail, first_no, owner, owner_no, unnest(generate_series(owner_no - $last + 1, owner_no)) AS no FROM intrusions) i
  JOIN numbered m ON m.trail = i.trail AND m.no = i.no AND m.seller = i.owner GROUP BY ALL
), stable AS (
  SELECT i.*, n.own_orders >= $usually * least($last, i.owner_no) AND n.own_orders >= $minimum AS usual,
    CASE WHEN usual THEN n.own_orders ELSE n.own_in_a_row END AS own_orders,
    CASE WHEN usual THEN least($last, i.owner_no) ELSE $in_a_row END AS last_orders
  FROM intrusions i JOIN lately n USING (trail, first_no) WHERE usual OR n.own_in_a_row = $in_a_row
), contested AS (
  SELECT s.* EXCLUDE (owner), a._system, a.who AS owner, b.who FROM stable s
  JOIN sellers a ON a.seller = s.owner
  JOIN sellers b ON b.seller = s.seller
  WHERE a.share <= $largest_share AND b.n >= $minimum AND coalesce(a.role = b.role, true)
), touched AS (
  SELECT c.*, m.order_key, m."at" FROM contested c
  JOIN counted m ON m.trail = c.trail AND m.seller = c.seller AND m.no - m.own_no = c.run
), present AS (
  SELECT DISTINCT o._system, o.entered_by AS owner, work.day_of(o.ordered_at) AS day
  FROM core.orders o SEMI JOIN contested c ON c._system = o._system AND c.owner = o.entered_by
)
SELECT o.record_key, o.order_key, o.order_id, 'entered_by' AS field, c.who AS observed, c.owner AS expected,
  c.own_orders / c.last_orders AS confidence,
  c.owner || ' ' || c.deed || ' ' || format('{:,} of the {:,} orders before, the last ', c.own_orders, c.last_orders::BIGINT) || work.say_when(c.before)
    || ', the next ' || work.say_when(c.after) AS evidence,
  c.who AS origin_user, c."at" AS origin_at, CASE WHEN c.deed = 'entered' THEN 'entry' END AS origin_stage
FROM touched c
JOIN scope.orders o ON o.order_key = c.order_key
JOIN present p ON p._system = c._system AND p.owner = c.owner
  AND p.day = work.day_of(c."at")
WHERE NOT EXISTS (FROM core.user_actions a
  WHERE a.order_key = o.order_key AND a.user_id = c.who AND a.on_behalf_of IS NOT NULL)
QUALIFY row_number() OVER (PARTITION BY o.record_key ORDER BY c.deed DESC, c."at", c.who) = 1
