/* ---
title: The product code is the one that was meant
entity: order_lines
kind: wrong_product
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: reference
needs: [order_lines.sku, products.name]
checked: "sku IS NOT NULL"
sentence: "{observed} is probably a slip for {suggested} ({evidence})."
parameters: {regular: 2, agrees: 0.7}
--- */
-- Neighbouring codes differ by one character or two characters swapped. A code is suspected where it is unknown and a
-- neighbour is known; where the text on the line is the neighbour's;
-- or where the price is on no list of its own but exactly one of a product that this customer regularly orders, or of a
-- neighbour, be it the next code before or after it in the master.
WITH written AS (
  SELECT DISTINCT _system, sku FROM scope.order_lines WHERE sku IS NOT NULL
), cut AS (
  SELECT _system, sku, sku[:place - 1] || sku[place + 1:] AS rest
  FROM (SELECT _system, sku, unnest(range(1, length(sku) + 1)) AS place FROM written)
), master_cut AS (
  SELECT _system, sku, sku[:place - 1] || sku[place + 1:] AS rest
  FROM (SELECT _system, sku, unnest(range(1, length(sku) + 1)) AS place FROM core.products)
), neighbours AS (
  SELECT DISTINCT w._system, w.sku, m.sku AS neighbour
  FROM cut w JOIN master_cut m ON m._system = w._system AND m.rest = w.rest AND m.sku <> w.sku
  WHERE damerau_levenshtein(w.sku, m.sku) = 1 AND length(w.sku) = length(m.sku)
), listed AS (
  -- One number stands for code, unit and price.
  SELECT DISTINCT _system, sku, unit, round(price, 2) AS price, hash(_system, sku, coalesce(unit, ''), round(price, 2)::DECIMAL(18, 2)) AS print
  FROM core.prices
), offers AS (
  -- Many lines have the same code, unit, price and discount: each of these is judged once, and a number for it finds its lines.
  SELECT _system, sku, unit, unit_price, discount, count(*) AS n FROM scope.order_lines WHERE unit_price > 0 GROUP BY ALL
), judged AS (
  SELECT hash(l._system, l.sku, l.unit, l.unit_price, l.discount) AS offer, l.n, l._system, l.sku, l.unit, round(l.unit_price, 2) AS price,
    round((l.unit_price::DOUBLE / nullif(1 - coalesce(l.discount, 0), 0))::DECIMAL(18, 6), 2) AS gross_price,
    hash(l._system, l.sku, coalesce(l.unit, ''), round(l.unit_price, 2)::DECIMAL(18, 2)) AS print
  FROM offers l SEMI JOIN listed k ON k._system = l._system AND k.sku = l.sku
), not_net AS (
  SELECT j.* FROM judged j ANTI JOIN listed k USING (print)
), off_list AS (
  SELECT j.* FROM not_net j
  ANTI JOIN listed k ON k._system = j._system AND k.sku = j.sku AND (k.price = j.price OR k.price = j.gross_price)
    AND (k.unit IS NULL OR j.unit IS NULL OR k.unit = j.unit)
  WHERE (SELECT sum(n) FROM not_net) <= (1 - $agrees) * (SELECT sum(n) FROM judged)
), labels AS (
  SELECT DISTINCT _system, sku, description FROM scope.order_lines WHERE sku IS NOT NULL
), odd_labels AS (
  SELECT DISTINCT hash(l._system, l.sku, l.description) AS label FROM labels l JOIN neighbours n ON n._system = l._system AND n.sku = l.sku
  JOIN core.products p ON p._system = l._system AND p.sku = n.neighbour
  LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE m.sku IS NULL OR lower(trim(l.description)) = lower(trim(p.name))
), lines AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.sku, l.description, l.unit_price, l.discount,
    hash(l._system, l.sku, l.unit, l.unit_price, l.discount) AS offer,
    o.customer_id, m.sku IS NULL AS is_unknown, m.name AS own_name, m.list_price AS own_price
  FROM (
    FROM scope.order_lines WHERE hash(_system, sku, unit, unit_price, discount) IN (SELECT offer FROM off_list)
      OR hash(_system, sku, description) IN (FROM odd_labels)
  ) l JOIN scope.orders o USING (order_key)
  LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE l.sku IS NOT NULL
), suspects AS (
  SELECT l.*, n.neighbour, p.name, p.list_price,
    lower(trim(l.description)) = lower(trim(p.name)) AND lower(trim(l.description)) IS DISTINCT FROM lower(trim(l.own_name))
      AS has_text
  FROM lines l
  JOIN neighbours n ON n._system = l._system AND n.sku = l.sku
  JOIN core.products p ON p._system = l._system AND p.sku = n.neighbour
  WHERE l.is_unknown OR (l.description IS NOT NULL AND lower(trim(l.description)) = lower(trim(p.name))
                         AND lower(trim(l.description)) IS DISTINCT FROM lower(trim(l.own_name)))
), places AS (
  SELECT _system, sku, row_number() OVER (PARTITION BY _system ORDER BY sku) AS place FROM core.products
), priced AS (
  SELECT DISTINCT l.*, k.sku AS neighbour, coalesce(abs(a.place - b.place) = 1, false) OR damerau_levenshtein(f.sku, k.sku) = 1 AS is_next
  FROM lines l JOIN off_list f ON f.offer = l.offer
  JOIN listed k ON k._system = f._system AND k.price IN (f.price, f.gross_price) AND k.sku <> f.sku
    AND (k.unit IS NULL OR k.unit = f.unit)
  LEFT JOIN places a ON a._system = f._system AND a.sku = f.sku
  LEFT JOIN places b ON b._system = k._system AND b.sku = k.sku
), wanted AS (
  SELECT _system, customer_id, neighbour, hash(_system, customer_id, neighbour) AS pair
  FROM (SELECT _system, customer_id, neighbour FROM priced UNION SELECT _system, customer_id, neighbour FROM suspects) WHERE customer_id IS NOT NULL
), past AS (
  -- How many lines a customer has of a product, of those that are asked for.
  SELECT hash(h._system, o.customer_id, h.sku) AS pair, count(*) AS lines
  FROM (SELECT order_key, _system, sku FROM core.order_lines WHERE sku IN (SELECT DISTINCT neighbour FROM wanted)) h
  JOIN (SELECT order_key, customer_id FROM core.orders WHERE customer_id IN (SELECT DISTINCT customer_id FROM wanted)) o USING (order_key)
  WHERE hash(h._system, o.customer_id, h.sku) IN (SELECT DISTINCT pair FROM wanted) GROUP BY pair
), regular AS (
  SELECT p.* FROM priced p LEFT JOIN past o ON o.pair = hash(p._system, p.customer_id, p.neighbour)
  WHERE p.is_next OR o.lines >= $regular
), candidates AS (
  SELECT record_key, order_key, order_id, line_id, customer_id, _system, sku, neighbour, is_unknown, has_text, false AS has_price
  FROM suspects
  UNION ALL BY NAME
  SELECT record_key, order_key, order_id, line_id, customer_id, _system, sku, neighbour, false AS is_unknown,
    false AS has_text, true AS has_price
  FROM regular
)
SELECT s.record_key, s.order_key, s.order_id, s.line_id, 'sku' AS field, s.sku AS observed, s.neighbour AS expected,
  s.neighbour AS suggested,
  CASE WHEN s.has_text THEN 0.95 WHEN h.lines >= $regular THEN 0.9 WHEN s.has_price THEN 0.8 ELSE 0.6 END AS confidence,
  concat_ws(', ', CASE WHEN s.is_unknown THEN 'the code is unknown' END,
    CASE WHEN s.has_text THEN 'the text on the line is that of ' || s.neighbour END,
    CASE WHEN s.has_price THEN 'the price is that of ' || s.neighbour || ' and on no list of its own' END,
    CASE WHEN h.lines > 0 THEN 'this customer has ' || work.say_count(h.lines, 'line', 'lines') || ' of ' || s.neighbour END) AS evidence
FROM candidates s LEFT JOIN past h ON h.pair = hash(s._system, s.customer_id, s.neighbour)
QUALIFY row_number() OVER (
  PARTITION BY s.record_key ORDER BY s.has_text DESC NULLS LAST, h.lines DESC NULLS LAST, s.neighbour) = 1
