-- The judged records whose value a dependency does not expect.
INSERT INTO work.learned_votes
SELECT r.rid, v.dependent AS field, v.dependent_value AS observed, v.determinant, v.value, v.expected, v.expected_n, v.others,
  v.is_new, least(v.weight, $most) AS weight
FROM temp.learned_rows r
JOIN work.learned_pair_votes v
  ON v.value = r.{determinant} AND v.dependent_value = coalesce(r.{dependent}, '') AND v.is_counted = r.is_counted
WHERE v.determinant = $determinant AND v.dependent = $dependent AND v.is_against
  AND v.weight + CASE WHEN v.is_near THEN $slip ELSE 0 END > 0
