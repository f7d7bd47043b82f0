-- Deviations that another value of the record explains, for one column, are no suspects.
DELETE FROM work.learned_suspects WHERE how IN ('dependency', 'spelling') AND observed <> '' AND (rid, field) IN (
  SELECT r.rid, e.dependent FROM temp.learned_rows r
  JOIN learned.exceptions e ON e.dataset = $dataset AND e.column_name = $column AND e.value = r.{column})
