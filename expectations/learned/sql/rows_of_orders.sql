-- The compared columns of the orders. Counted is what is mature; new is what was not counted before.
CREATE OR REPLACE TEMP VIEW learned_records AS
SELECT t.rid,
  coalesce(t.ordered_at <= $until::TIMESTAMP, false) AS is_counted,
  coalesce(t.ordered_at <= $until::TIMESTAMP AND ($since IS NULL OR t.ordered_at > $since::TIMESTAMP), false) AS is_new,
  {columns}
FROM {records} t WHERE t._system = $system
