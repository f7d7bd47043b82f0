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
), owned AS (
  -- Each touch beside the next one of the same seller, and how many of the trail's last ones until then were that one's.
  SELECT trail, seller AS owner, no AS owner_no, "at" AS before, lead(no) OVER own AS next_no, lead("at") OVER own AS after,
    count(*) OVER (own RANGE BETWEEN $last - 1 PRECEDING AND CURRENT ROW) AS own_of_last,
    count(*) OVER (own RANGE BETWEEN least($in_a_row, $last) - 1 PRECEDING AND CURRENT ROW) AS own_in_a_row
  FROM numbered WINDOW own AS (PARTITION BY trail, seller ORDER BY no)
), left_out AS (
  SELECT *, own_of_last >= $usually * least($last, owner_no) AND own_of_last >= $minimum AS usual,
    CASE WHEN usual THEN own_of_last ELSE own_in_a_row END AS own_orders,
    CASE WHEN usual THEN least($last, owner_no) ELSE $in_a_row END AS last_orders
  FROM owned WHERE next_no - owner_no BETWEEN 2 AND $seldom + 1 AND (usual OR own_in_a_row = $in_a_row)
), between_two AS (
  SELECT l.*, m.seller, m.deed, m.order_key, m."at"
  FROM (SELECT *, unnest(generate_series(owner_no + 1, next_no - 1)) AS no FROM left_out) l
  JOIN numbered m ON m.trail = l.trail AND m.no = l.no
), stable AS (
  -- All between the two are one seller's.
  SELECT trail, owner_no, any_value(seller) AS seller, any_value(deed) AS deed, any_value(owner) AS owner, any_value(before) AS before,
    any_value(after) AS after, any_value(own_orders) AS own_orders, any_value(last_orders) AS last_orders
  FROM between_two GROUP BY trail, owner_no
  HAVING count(*) = any_value(next_no) - owner_no - 1 AND count(DISTINCT seller) = 1
    AND min("at") <= any_value(before) + to_days($days) AND max("at") >= any_value(after) - to_days($days)
), contested AS (
  SELECT s.* EXCLUDE (owner), a._system, a.who AS owner, b.who FROM stable s
  JOIN sellers a ON a.seller = s.owner
  JOIN sellers b ON b.seller = s.seller
  WHERE a.share <= $largest_share AND b.n >= $minimum AND coalesce(a.role = b.role, true)
), touched AS (
  SELECT c.*, m.order_key, m."at", work.day_of(m."at") AS day FROM contested c JOIN between_two m USING (trail, owner_no)
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
JOIN present p ON p._system = c._system AND p.owner = c.owner AND p.day = c.day
WHERE NOT EXISTS (FROM core.user_actions a
  WHERE a.order_key = o.order_key AND a.user_id = c.who AND a.on_behalf_of IS NOT NULL)
QUALIFY row_number() OVER (PARTITION BY o.record_key ORDER BY c.deed DESC, c."at", c.who) = 1
