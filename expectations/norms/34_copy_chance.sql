/* ---
grain: pair of orders of one customer, one of them checked, with nearly the same lines
makes: copy_chances
refresh: always
--- */
-- How likely the later order has its lines by chance: as often as the customer orders this set of products, each of those in
-- common in just the same quantity as before; without these two orders themselves, and with half an order for what was never
-- seen otherwise. One line of them may differ: as many ways as there are lines, but no more often than he orders the rarest
-- product in common. And as often as neighbours have the same date, place and way in, and the same or other prices and promised
-- days; weighed against a copy, in which one in fifty has others (and of copies for another date, another place too). `likeness`
-- says what is the same besides: the head of the order (date, place, customer), its date but not its place or customer, or not even the date.
CREATE OR REPLACE TABLE work.copy_chances AS
WITH shared AS (
  SELECT first_id, id, min(coalesce(u.all_lines, 0)) AS fewest,
    sum(ln((greatest(0, coalesce(u.same_pairs, 0) - 1) + 0.2)
      / (greatest(0, coalesce(u.all_lines * (u.all_lines - 1) / 2, 0) - 1) + 1))) AS quantities
  FROM work.copy_lines l JOIN work.order_pairs c USING (first_id, id)
  LEFT JOIN work.usual_quantity u ON u._system = c._system AND u.customer_id = c.first_customer AND u.sku = l.sku
    AND u.unit IS NOT DISTINCT FROM l.unit
  GROUP BY first_id, id
)
SELECT c.* EXCLUDE (first_id, id), CASE WHEN c.is_exact THEN 'exact' ELSE 'near' END AS lines_are,
  CASE WHEN c.same_date AND c.same_place AND c.customer_id = c.first_customer THEN 'head' WHEN c.same_date THEN 'date' ELSE 'none' END
    AS likeness,
  CASE WHEN minutes <= 60 THEN 1 WHEN minutes <= 480 THEN 2 WHEN minutes <= 1440 THEN 3 ELSE 4 END AS distance,
  least((greatest(0, s.fewest - 2) + 0.5),
        (greatest(0, coalesce(k.orders, 0) - 2) + 0.5)
          * CASE WHEN c.is_exact THEN 1 WHEN c.same_products THEN c.lines ELSE c.lines + c.first_lines END)
      / (greatest(0, coalesce(p.orders, 0) - 2) + 1) * exp(s.quantities)
    * CASE WHEN c.same_date THEN n.same_date ELSE 1 END
    * CASE WHEN c.same_place AND c.customer_id = c.first_customer THEN n.same_place
        WHEN NOT c.same_place AND NOT c.same_date THEN greatest(1, (1 - n.same_place) / 0.02) ELSE 1 END
    * CASE WHEN c.same_channel THEN n.same_channel ELSE 1 END
    * CASE c.same_price WHEN true THEN n.same_price / 0.98 WHEN false THEN (1 - n.same_price) / 0.02 ELSE 1 END
    * CASE c.same_promise WHEN true THEN n.same_promise / 0.98 WHEN false THEN (1 - n.same_promise) / 0.02 ELSE 1 END AS chance
FROM work.order_pairs c JOIN shared s USING (first_id, id) JOIN work.usual_neighbours n ON n._system = c._system
LEFT JOIN work.usual_parties p ON p._system = c._system AND p.party = c.party
LEFT JOIN work.usual_sets k ON k._system = c._system AND k.party = c.party AND k.products = c.products;
