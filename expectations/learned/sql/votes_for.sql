-- What speaks for a suspected value: other records of a group have it too, more of them than the noise explains.
INSERT INTO work.learned_support
SELECT r.rid, v.dependent AS field, v.determinant, greatest(v.weight, -$most_for) AS weight
FROM temp.learned_rows r
JOIN (SELECT DISTINCT rid FROM work.learned_suspects WHERE field = $dependent) s USING (rid)
JOIN work.learned_pair_votes v
  ON v.value = r.{determinant} AND v.dependent_value = coalesce(r.{dependent}, '') AND v.is_counted = r.is_counted
WHERE v.determinant = $determinant AND v.dependent = $dependent AND v.weight < 0 AND v.same >= 1
