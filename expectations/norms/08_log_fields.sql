/* ---
grain: field that a system's change log knows, of orders or of their lines
makes: log_fields
refresh: full
--- */
-- How each field is logged: `changes` in all. Of the fields of some tens of thousands of orders that were changed (`chains`):
-- those that did not end with the record's own value (`elsewhere`), and whether these all differ by one factor, as percents and
-- shares do (`is_scaled`); how many changes all but one in twenty have at most (`usual_changes`); how many changes follow on
-- another (`followed`) and begin where that one did not end (`broken`). And how many fields have two versions that differ
-- without any change in the log (`silent`).
CREATE OR REPLACE TABLE work.log_fields AS
WITH sampled AS (
  SELECT order_key FROM core.orders WHERE hash(order_key) % (SELECT greatest(1, count(*) // 20000)::UBIGINT FROM core.orders) = 0
), logged AS (
  SELECT _system, line_id IS NOT NULL AS of_line, field, count(*) AS changes FROM core.order_changes
  WHERE coalesce(origin, 'log') NOT IN ('version', 'snapshot') AND field IS NOT NULL GROUP BY ALL
), chains AS (
  SELECT _system, line_id IS NOT NULL AS of_line, field, count(*) AS changes FROM core.order_changes SEMI JOIN sampled USING (order_key)
  WHERE coalesce(origin, 'log') NOT IN ('version', 'snapshot') AND sub_key IS NULL GROUP BY _system, order_key, line_id, field
), counted AS (
  SELECT _system, of_line, field, count(*) AS chains, sum(changes) - count(*) AS followed,
    quantile_disc(changes, 0.95) AS usual_changes
  FROM chains GROUP BY ALL
), ended AS (
  SELECT _system, line_id IS NOT NULL AS of_line, field, count(*) FILTER (ends_elsewhere) AS elsewhere,
    count(*) FILTER (breaks) AS broken,
    quantile_cont(TRY_CAST(current AS DOUBLE) / nullif(TRY_CAST(new_value AS DOUBLE), 0), [0.1, 0.9]) FILTER (ends_elsewhere) AS ratios
  FROM work.replay SEMI JOIN sampled USING (order_key) GROUP BY ALL
), silent AS (
  SELECT _system, line_id IS NOT NULL AS of_line, field, count(*) AS silent FROM work.entry_values WHERE NOT is_logged GROUP BY ALL
)
SELECT l.*, coalesce(c.chains, 0) AS chains, c.usual_changes, coalesce(e.elsewhere, 0) AS elsewhere,
  coalesce(c.followed, 0) AS followed, coalesce(e.broken, 0) AS broken, coalesce(s.silent, 0) AS silent,
  coalesce(e.elsewhere > 1 AND e.ratios[2] / e.ratios[1] BETWEEN 0.99 AND 1.01, false) AS is_scaled
FROM logged l
LEFT JOIN counted c USING (_system, of_line, field)
LEFT JOIN ended e USING (_system, of_line, field)
LEFT JOIN silent s USING (_system, of_line, field);
