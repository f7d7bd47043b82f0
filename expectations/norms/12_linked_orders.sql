/* ---
grain: field in which two linked systems can be compared (linked_fields); value of one that goes with one of the other (linked_values)
makes: linked_values
refresh: full
--- */
-- Linked orders of two systems agree on a field where nearly all do, as seen on some tens of thousands of links. Where they
-- do not, each system may have names of its own for the same thing: then `linked_values` says which value of the other
-- system (`there`) goes with a value of this one (`here`), and how often (`n` of `all_n`).
CREATE OR REPLACE MACRO work.same_in_both(field, here, there) AS work.same_value(here, there)
  OR (field LIKE '%amount' AND coalesce(round(abs(TRY_CAST(here AS DOUBLE) - TRY_CAST(there AS DOUBLE)), 4) <= 0.02, false));

-- Links whose other order is there; a pair that is linked both ways counts once.
CREATE OR REPLACE MACRO work.linked_pairs(links) AS TABLE
SELECT l.record_key AS link_key, l.order_key, l.order_id, l._system, o.order_key AS other_key, l.other_system, l.linked_at
FROM query_table(links) l SEMI JOIN (SELECT DISTINCT _system FROM core.orders) s ON s._system = l.other_system
JOIN core.orders o ON o.order_key = l.other_system || ':' || l.other_order_id
ANTI JOIN core.order_links back ON back.order_key = o.order_key AND back.other_system = l._system
  AND back.other_order_id = l.order_id AND back._system < l._system;

-- What both orders of each pair say, one row a field that both fill.
CREATE OR REPLACE MACRO work.linked_cells(pairs) AS TABLE
SELECT * FROM (
  SELECT p.*, unnest([
    {'field': 'customer_id', 'here': a.customer_id, 'there': b.customer_id},
    {'field': 'customer_name', 'here': a.customer_name, 'there': b.customer_name},
    {'field': 'currency', 'here': a.currency, 'there': b.currency},
    {'field': 'net_amount', 'here': a.net_amount::VARCHAR, 'there': b.net_amount::VARCHAR},
    {'field': 'gross_amount', 'here': a.gross_amount::VARCHAR, 'there': b.gross_amount::VARCHAR},
    {'field': 'ship_to', 'here': a.ship_to, 'there': b.ship_to},
    {'field': 'requested_delivery_date', 'here': a.requested_delivery_date::VARCHAR,
      'there': b.requested_delivery_date::VARCHAR}], recursive := true)
  FROM query_table(pairs) p JOIN core.orders a USING (order_key) JOIN core.orders b ON b.order_key = p.other_key)
WHERE here IS NOT NULL AND there IS NOT NULL;

-- The products of this side of each pair with their quantity on both (`there` is null where the other side has no such
-- product), where both orders have lines. Quantities in two units are not compared.
CREATE OR REPLACE MACRO work.linked_lines(pairs) AS TABLE
WITH here AS (
  SELECT p.order_key, p.other_key, p._system, p.other_system, l.sku, min(l.record_key) AS record_key, min(l.line_id) AS line_id,
    sum(l.quantity) AS quantity, min(l.unit) AS unit, bool_or(l.quantity IS NULL OR l._source IS NOT DISTINCT FROM 'derived') AS is_vague
  FROM query_table(pairs) p JOIN core.order_lines l USING (order_key) WHERE l.sku IS NOT NULL GROUP BY ALL
), there AS (
  SELECT p.order_key, p.other_key, l.sku, sum(l.quantity) AS quantity, min(l.unit) AS unit, bool_or(l.quantity IS NULL OR l._source IS NOT DISTINCT FROM 'derived') AS is_vague
  FROM query_table(pairs) p JOIN core.order_lines l ON l.order_key = p.other_key WHERE l.sku IS NOT NULL GROUP BY ALL
), both_given AS (
  SELECT DISTINCT order_key, other_key FROM there
)
SELECT h.* EXCLUDE (quantity, unit, is_vague), h.quantity AS here, t.quantity AS there, t.sku IS NOT NULL AS is_matched
FROM here h SEMI JOIN both_given USING (order_key, other_key)
LEFT JOIN there t USING (order_key, other_key, sku)
WHERE NOT h.is_vague AND NOT coalesce(t.is_vague, false) AND coalesce(h.unit = t.unit, true);

CREATE OR REPLACE TABLE work.linked_fields AS
WITH sampled AS (
  SELECT * FROM core.order_links WHERE hash(order_key) % (SELECT greatest(1, count(*) // 20000)::UBIGINT FROM core.order_links) = 0
), pairs AS (
  FROM work.linked_pairs('sampled')
), cells AS (
  SELECT _system, other_system, field, work.same_in_both(field, here, there) AS same FROM work.linked_cells('pairs')
), lines AS (
  FROM work.linked_lines('pairs')
), products AS (
  SELECT _system, other_system, 'sku' AS field, is_matched AS same FROM lines
  UNION ALL
  SELECT _system, other_system, 'quantity', abs(here - there) <= 0.0001 FROM lines WHERE is_matched
)
SELECT _system, other_system, field, count(*) AS n, count(*) FILTER (same) AS same_n
FROM (FROM cells UNION ALL FROM products) GROUP BY ALL;

CREATE OR REPLACE TABLE work.linked_values AS
WITH own_names AS (
  SELECT _system, other_system, field FROM work.linked_fields
  WHERE same_n < 0.5 * n AND field IN ('customer_id', 'currency', 'ship_to')
), links AS (
  SELECT * FROM core.order_links SEMI JOIN own_names USING (_system, other_system)
), pairs AS (
  FROM work.linked_pairs('links')
), counted AS (
  SELECT _system, other_system, field, here, there, count(*) AS n FROM work.linked_cells('pairs')
  SEMI JOIN own_names USING (_system, other_system, field) GROUP BY ALL
)
SELECT *, sum(n) OVER (PARTITION BY _system, other_system, field, here) AS all_n FROM counted
QUALIFY row_number() OVER (PARTITION BY _system, other_system, field, here ORDER BY n DESC, there) = 1;
