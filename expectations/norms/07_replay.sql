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
-- Of most chains nothing is to be said. So all of them are replayed roughly first, by few and short numbers (`steps`); only
-- those of which something may be said are then replayed with all that counts (`changes`).
SET VARIABLE logged_fields = (SELECT coalesce(list(DISTINCT field), []) FROM scope.order_changes);
CREATE OR REPLACE TABLE work.replay AS
WITH covered AS NOT MATERIALIZED (
  SELECT c.*, l.truncates_at, hash(c.order_key, c.line_id, c.sub_key, c.field) AS chain
  FROM scope.order_changes c LEFT JOIN meta.change_logs l ON l.system = c._system
  WHERE coalesce(c.origin, 'log') NOT IN ('version', 'snapshot') AND c.changed_at IS NOT NULL
    AND (l.fields IS NULL OR list_contains(l.fields, c.field)) AND (l.since IS NULL OR c.changed_at >= l.since)
), numbers AS (
  -- The window carries numbers only: sorting texts takes twice as long.
  SELECT chain, epoch_us(changed_at) AS moment, line_id IS NOT NULL AS of_line, hash(field) AS field,
    CASE WHEN sub_key IS NULL THEN hash(coalesce(line_key, _system || ':' || line_id, order_key)) END AS of_record,
    hash(coalesce(old_value, '')) AS before, hash(coalesce(new_value, '')) AS after
  FROM covered
), steps AS MATERIALIZED (
  -- Changes of one moment may come in any order here, but then they lie within four hours: a suspect is never missed.
  SELECT chain, of_record, of_line, field, after, lead(true) OVER one IS NULL AS is_last, moment IS NOT DISTINCT FROM lag(moment) OVER one AS is_tied,
    moment IS NULL OR before <> lag(after) OVER one OR moment - lag(moment) OVER one <= 4 * 3_600_000_000 OR row_number() OVER one > 3 AS is_suspect
  FROM numbers WINDOW one AS (PARTITION BY chain ORDER BY moment)
), now_orders AS (
  SELECT record_key AS _record, COLUMNS(lambda c: c = '_derived' OR list_contains(getvariable('logged_fields'), c)) FROM scope.orders
), now_lines AS (
  SELECT record_key AS _record, COLUMNS(lambda c: c = '_derived' OR list_contains(getvariable('logged_fields'), c)) FROM scope.order_lines
), cells AS (
  -- What the record says now of the field that a chain is about, as text and as its number.
  SELECT chain, after, is_tied, _record, coalesce(*COLUMNS('^value_')) AS value, coalesce(*COLUMNS('^number_')) AS number FROM (
    SELECT s.chain, s.after, s.is_tied, r._record,
      CASE WHEN s.field = hash(alias(COLUMNS(r.*))) THEN coalesce(COLUMNS(r.*)::VARCHAR, '') END AS "value_\0",
      CASE WHEN s.field = hash(alias(COLUMNS(r.*))) THEN hash(coalesce(COLUMNS(r.*)::VARCHAR, '')) END AS "number_\0"
    FROM steps s JOIN now_orders r ON hash(r._record) = s.of_record WHERE s.is_last AND NOT s.of_line AND NOT r._derived)
  UNION ALL
  SELECT chain, after, is_tied, _record, coalesce(*COLUMNS('^value_')), coalesce(*COLUMNS('^number_')) FROM (
    SELECT s.chain, s.after, s.is_tied, r._record,
      CASE WHEN s.field = hash(alias(COLUMNS(r.*))) THEN coalesce(COLUMNS(r.*)::VARCHAR, '') END AS "value_\0",
      CASE WHEN s.field = hash(alias(COLUMNS(r.*))) THEN hash(coalesce(COLUMNS(r.*)::VARCHAR, '')) END AS "number_\0"
    FROM steps s JOIN now_lines r ON hash(r._record) = s.of_record WHERE s.is_last AND s.of_line AND NOT r._derived)
), other_values AS MATERIALIZED (
  -- A log seldom writes the zeros that a decimal column puts behind a number.
  SELECT chain, _record AS of_record, value FROM cells
  WHERE (is_tied AND value IS NOT NULL) OR (number <> after AND hash(work.plain(value, 'quantity')) <> after)
), suspects AS (
  SELECT chain FROM steps WHERE is_suspect
  UNION SELECT chain FROM other_values
  UNION SELECT c.chain FROM work.entry_values e
  JOIN covered c ON c.order_key = e.order_key AND c.line_id IS NOT DISTINCT FROM e.line_id AND c.field = e.field
  WHERE e.is_logged AND e.moment < c.changed_at
    AND NOT work.same_value(c.old_value, work.cut_value(e.entered_as, c.old_value, c.truncates_at))
), changes AS MATERIALIZED (
  SELECT chain, hash(record_key) AS this, record_key, order_key, order_id, line_id, sub_key, field, _system, old_value, new_value,
    changed_at, seq, _line, changed_by, on_behalf_of, request_id, requested_by, approved_by, truncates_at
  FROM covered SEMI JOIN suspects USING (chain)
), exact AS (
  SELECT chain, this, changed_at, seq, _line, hash(changed_by) AS who,
    hash(coalesce(old_value, '')) AS before, hash(coalesce(new_value, '')) AS after
  FROM changes
), linked AS (
  SELECT chain, this, lag(this) OVER one AS previous, row_number() OVER one AS change_no, lead(true) OVER one IS NULL AS is_last,
    before <> lag(after) OVER one AS differs, seq IS NULL AND changed_at = lag(changed_at) OVER one AS is_tied,
    who <> lag(who) OVER one AND changed_at <= lag(changed_at) OVER one + INTERVAL 4 HOUR AS follows_another
  FROM exact WINDOW one AS (PARTITION BY chain ORDER BY changed_at, seq NULLS FIRST, _line, this)
), contradicted AS (
  SELECT this, o.of_record, o.value AS current
  FROM other_values o JOIN linked n USING (chain) JOIN changes c USING (this)
  WHERE n.is_last AND o.value <> coalesce(c.new_value, '')
    AND NOT work.same_value(c.new_value, work.cut_value(o.value, c.new_value, c.truncates_at))
), entered AS (
  SELECT this, e.entered_as, e.moment AS entered_at
  FROM work.entry_values e
  JOIN changes c ON c.order_key = e.order_key AND c.line_id IS NOT DISTINCT FROM e.line_id AND c.field = e.field
  JOIN linked n USING (this)
  WHERE e.is_logged AND n.change_no = 1 AND e.moment < c.changed_at AND NOT work.same_value(c.new_value, e.entered_as)
    AND NOT work.same_value(c.old_value, work.cut_value(e.entered_as, c.old_value, c.truncates_at))
), told AS (
  SELECT n.*, n.is_tied AND n.differs AS is_unclear, x.of_record, x.current, e.entered_as, e.entered_at
  FROM linked n LEFT JOIN contradicted x USING (this) LEFT JOIN entered e USING (this)
  WHERE n.differs OR n.follows_another OR (n.is_last AND n.change_no > 3) OR x.this IS NOT NULL OR e.this IS NOT NULL
), unclear AS (
  SELECT this AS unclear FROM told WHERE is_unclear UNION ALL SELECT previous FROM told WHERE is_unclear
)
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.sub_key, c.field, c._system, c.old_value, c.new_value, c.changed_at,
  c.changed_by, c.on_behalf_of, c.request_id, c.requested_by, c.approved_by,
  c.request_id IS NOT NULL OR coalesce(c.requested_by <> c.changed_by, false) AS is_requested, t.change_no, t.is_last, t.follows_another,
  p.record_key AS previous_key, p.old_value AS previous_old, p.new_value AS left_at, p.changed_at AS previous_at,
  p.changed_by AS previous_by, p.on_behalf_of AS previous_for, p.approved_by AS previous_approver, p.request_id AS previous_request,
  CASE WHEN t.differs THEN NOT work.same_value(c.old_value, p.new_value)
    AND t.this NOT IN (FROM unclear) AND coalesce(t.previous NOT IN (FROM unclear), true) ELSE false END AS breaks,
  CASE WHEN t.current IS NULL THEN false WHEN t.is_tied THEN NOT work.same_value(p.new_value, t.current) ELSE true END AS ends_elsewhere,
  nullif(t.current, '') AS current, t.of_record, t.entered_as, t.entered_at
FROM told t JOIN changes c USING (this) LEFT JOIN changes p ON p.this = t.previous;
