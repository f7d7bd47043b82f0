-- Whether a system delivers its orders and its order lines as such. An order that lines or actions merely name is derived; where more
-- orders are derived than delivered, the table of orders is an extract of some of them, and proves nothing about the others.
SELECT _system, coalesce(o.own, 0) >= coalesce(o.derived, 0) AND coalesce(o.own, 0) > 0 AS has_orders, coalesce(l.own, 0) > 0 AS has_lines
FROM (SELECT _system, count(*) FILTER (_source = 'derived') AS derived, count(*) - derived AS own FROM core.orders GROUP BY _system) o
LEFT JOIN (SELECT _system, count(*) FILTER (_source IS DISTINCT FROM 'derived') AS own FROM core.order_lines GROUP BY _system) l USING (_system)
