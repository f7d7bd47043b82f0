-- No slip of the pen: what depends on the text that seems to be meant is otherwise here, for one dependency. `canapolis` is a town
-- of its own, for no record of `anapolis` lies in that state.
DELETE FROM work.learned_suspects WHERE how = 'spelling' AND field = $determinant AND rid IN (
  SELECT s.rid FROM work.learned_suspects s
  JOIN temp.learned_rows r USING (rid)
  JOIN learned.value_counts c ON c.dataset = $dataset AND c.column_name = $dependent AND c.value = r.{dependent} AND c.n >= 2
  ANTI JOIN (FROM work.learned_directed WHERE dataset = $dataset AND determinant = $determinant AND dependent = $dependent) p
    ON p.value = s.suggested AND p.dependent_value = r.{dependent}
  WHERE s.how = 'spelling' AND s.field = $determinant)
