/* ---
grain: recorded change at which the replay of the change log halts
makes: replay
refresh: always
--- */
-- The change log replayed, field by field: each change begins where the one before it ended (`left_at`), the first one
-- with the value at entry (`entered_as`, where an earlier version of the record shows it), and the last one ends with
-- what the record says now (`current`, told where it `ends_elsewhere`). Kept are only changes that something is to be
-- said about: one that `breaks` the chain, the last one of a chain that ends elsewhere or is long, and one that follows
-- within four hours on another user's.
-- Changes of the same moment without a number of their order are in no known order: around them nothing is broken.
-- The profile's `log:` says which fields are covered, since when, and at how many characters values are cut.
CREATE OR REPLACE TABLE work.replay AS
WITH covered AS NOT MATERIALIZED (
  SELECT c.*, hash(c.record_key) AS this, l.truncates_at
  FROM scope.order_changes c LEFT JOIN meta.change_logs l ON l.system = c._system
  WHERE coalesce(c.origin, 'log') NOT IN ('version', 'snapshot') AND c.changed_at IS NOT NULL
    AND (l.fields IS NULL OR list_contains(l.fields, c.field)) AND (l.since IS NULL OR c.changed_at >= l.since)
), numbers AS (
  -- The window carries numbers only: sorting texts takes twice as long.
  SELECT this, hash(order_key, line_id, sub_key, field) AS chain, changed_at, seq, _line, hash(changed_by) AS who,
    hash(coalesce(old_value, '')) AS before, hash(coalesce(new_value, '')) AS after
  FROM covered
), linked AS (
  SELECT this, chain, row_number() OVER one AS change_no, lead(true) OVER one IS NULL AS is_last,
    before <> lag(after) OVER one AS differs, seq IS NULL AND changed_at = lag(changed_at) OVER one AS is_tied,
    who <> lag(who) OVER one AND changed_at <= lag(changed_at) OVER one + INTERVAL 4 HOUR AS follows_another
  FROM numbers WINDOW one AS (PARTITION BY chain ORDER BY changed_at, seq NULLS FIRST, _line, this)
), of_orders AS (
  SELECT c.order_key AS record_key, c.field, c.this, c.new_value, c.truncates_at FROM linked n JOIN covered c USING (this)
  WHERE n.is_last AND c.sub_key IS NULL AND c.line_id IS NULL
), of_lines AS (
  SELECT c._system || ':' || c.line_id AS record_key, c.field, c.this, c.new_value, c.truncates_at
  FROM linked n JOIN covered c USING (this) WHERE n.is_last AND c.sub_key IS NULL AND c.line_id IS NOT NULL
), all_orders AS (
  SELECT *, NULL AS _version FROM scope.orders
), all_lines AS (
  SELECT *, NULL AS _version FROM scope.order_lines
), cells AS (
  FROM work.values_of('of_orders', 'all_orders') UNION ALL FROM work.values_of('of_lines', 'all_lines')
), contradicted AS (
  SELECT this, record_key AS of_record, value AS current FROM cells
  WHERE value <> coalesce(new_value, '') AND NOT _derived
    AND NOT work.same_value(new_value, work.cut_value(value, new_value, truncates_at))
), entered AS (
  SELECT c.this, e.entered_as, e.moment AS entered_at
  FROM work.entry_values e
  JOIN covered c ON c.order_key = e.order_key AND c.line_id IS NOT DISTINCT FROM e.line_id AND c.field = e.field
  JOIN linked n USING (this)
  WHERE e.is_logged AND n.change_no = 1 AND e.moment < c.changed_at AND NOT work.same_value(c.new_value, e.entered_as)
    AND NOT work.same_value(c.old_value, work.cut_value(e.entered_as, c.old_value, c.truncates_at))
), halting AS (
  SELECT this FROM linked WHERE differs OR follows_another OR (is_last AND change_no > 3)
  UNION SELECT this FROM contradicted UNION SELECT this FROM entered
), halts AS (
  SELECT n.*, x.of_record, x.current, e.entered_as, e.entered_at
  FROM linked n SEMI JOIN halting USING (this) LEFT JOIN contradicted x USING (this) LEFT JOIN entered e USING (this)
), told AS (
  SELECT h.*, p.this AS previous, h.is_tied AND h.differs AS is_unclear
  FROM halts h LEFT JOIN linked p ON p.chain = h.chain AND p.change_no = h.change_no - 1
), unclear AS (
  SELECT this AS unclear FROM told WHERE is_unclear UNION ALL SELECT previous FROM told WHERE is_unclear
), named AS (
  SELECT this FROM told UNION SELECT previous FROM told
), texts AS MATERIALIZED (
  SELECT this, record_key, order_key, order_id, line_id, sub_key, field, _system, old_value, new_value, changed_at, changed_by,
    on_behalf_of, request_id, requested_by, approved_by
  FROM covered SEMI JOIN named USING (this)
)
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.sub_key, c.field, c._system, c.old_value, c.new_value, c.changed_at,
  c.changed_by, c.on_behalf_of, c.request_id, c.requested_by, c.approved_by,
  c.request_id IS NOT NULL OR coalesce(c.requested_by <> c.changed_by, false) AS is_requested, t.change_no, t.is_last, t.follows_another, p.record_key AS previous_key,
  p.old_value AS previous_old, p.new_value AS left_at, p.changed_at AS previous_at, p.changed_by AS previous_by,
  p.on_behalf_of AS previous_for, p.approved_by AS previous_approver, p.request_id AS previous_request,
  coalesce(t.differs AND NOT work.same_value(c.old_value, p.new_value), false)
    AND t.this NOT IN (FROM unclear) AND coalesce(t.previous NOT IN (FROM unclear), true) AS breaks,
  t.current IS NOT NULL AND NOT (coalesce(t.is_tied, false) AND work.same_value(p.new_value, t.current)) AS ends_elsewhere,
  nullif(t.current, '') AS current, t.of_record, t.entered_as, t.entered_at
FROM told t JOIN texts c USING (this) LEFT JOIN texts p ON p.this = t.previous;
