/* ---
grain: order that is probably a copy of an earlier one
makes: order_copies
refresh: always
--- */
-- Of the earlier orders that it may copy, the likeliest. `sure_at_entry`: that it is one, and neither chance nor an honest repeat;
-- `sure_today`: seeing that the goods of one of the two came back. The pair itself is no evidence of how frequent copies are
-- (`others`), and honest repeats may be more than expected by their spread before what is left over counts (`surplus`).
-- `is_same`: lines, head and name are; else `evidence` says what differs.
CREATE OR REPLACE TABLE work.copied_orders AS
SELECT order_key FROM work.order_pairs UNION SELECT first_key FROM work.order_pairs;

CREATE OR REPLACE TABLE work.order_copies AS
WITH back AS MATERIALIZED (
  FROM work.came_back('work.copied_orders')
), weighed AS (
  SELECT c.*, greatest(1, r.rate * (r.pairs + 500)) AS seen, r.honest * r.pairs AS repeats,
    greatest(0, seen - repeats - sqrt(repeats)) / seen AS surplus,
    greatest(r.rate - r.rate / (r.rate + c.chance) / (r.pairs + 500), 0.05 / (r.pairs + 500)) AS others,
    surplus * others / (others + c.chance) AS sure_at_entry,
    c.order_key IN (FROM back) OR c.first_key IN (FROM back) AS has_come_back
  FROM work.copy_chances c JOIN work.copy_rates r USING (_system, distance, lines_are, likeness, same_channel)
)
SELECT w.*, is_exact AND likeness = 'head' AND same_name AS is_same,
  concat_ws(', ',
    work.say_count(same_lines, 'line', 'lines') || CASE WHEN is_same THEN '' ELSE ' in common' END,
    CASE WHEN lines > first_lines THEN 'one more' WHEN lines < first_lines THEN 'one less'
         WHEN NOT is_exact AND same_products THEN 'one in another quantity' WHEN NOT is_exact THEN 'one of another product' END,
    CASE WHEN NOT same_date THEN 'for another date' END, CASE WHEN NOT same_place THEN 'for another place' END,
    CASE WHEN customer_id <> first_customer THEN 'under another key of the customer' WHEN NOT same_name THEN 'the name spelt otherwise' END,
    work.say_span(60 * minutes) || ' later', CASE WHEN first_user <> second_user THEN 'by another user' END) AS evidence,
  CASE WHEN has_come_back
    THEN sure_at_entry * b.of_copies / (sure_at_entry * b.of_copies + (1 - sure_at_entry) * b.by_chance)
    ELSE sure_at_entry END AS sure_today
FROM weighed w JOIN work.copy_returns b USING (_system)
QUALIFY row_number() OVER (PARTITION BY w.record_key ORDER BY sure_today DESC, w.minutes, w.first_order) = 1;

DROP VIEW work.order_prints;
DROP VIEW work.copy_lines;
DROP VIEW work.order_pairs;
DROP TABLE temp.order_prints;
DROP TABLE temp.copy_lines;
DROP TABLE temp.order_pairs;
DROP TABLE work.copied_orders;
-- What earlier releases left in a home.
DROP TABLE IF EXISTS work.copy_candidates;
