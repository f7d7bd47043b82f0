-- Deviations that came again since the counting, for one dependency: twice is a new habit (terms that were agreed anew).
INSERT INTO work.learned_recent
SELECT $determinant, $dependent, p.value, p.observed
FROM {records}
JOIN (SELECT DISTINCT value, observed FROM work.learned_blame
  WHERE determinant = $determinant AND field = $dependent AND observed <> '') p
  ON {determinant} = p.value AND {dependent} = p.observed
WHERE {moment} > $until::TIMESTAMP AND t._system = $system
GROUP BY ALL HAVING count(*) >= 2
