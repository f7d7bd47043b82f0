-- A broken dependency has two ends. A slip or a gap tells itself which is wrong: from a wrong determinant no text follows
-- that nobody else has; and voices are asked about the determinant's thing. Else it is the cell at which more broken dependencies meet; where two cells accuse each other, and
-- nothing else accuses either, nobody can tell.
CREATE OR REPLACE TABLE work.learned_blame AS
WITH parts AS (
  SELECT determinant, unnest(CASE WHEN c.name IS NULL THEN [determinant] ELSE [c.left_column, c.right_column] END) AS cell
  FROM (SELECT DISTINCT determinant FROM work.learned_votes)
  LEFT JOIN learned.combinations c ON c.dataset = $dataset AND c.name = determinant
), ends AS (
  SELECT rid, field AS cell, weight FROM work.learned_votes
  UNION ALL SELECT v.rid, p.cell, v.weight FROM work.learned_votes v JOIN parts p USING (determinant) WHERE NOT v.is_new
), burdens AS (
  SELECT rid, cell, sum(weight) AS burden FROM ends GROUP BY ALL
), determining AS (
  SELECT rid, determinant, max(burden) AS burden FROM burdens JOIN parts USING (cell) GROUP BY ALL
), judged AS (
  SELECT v.*, v.is_new OR d.burden IS NULL OR b.burden > d.burden * (1 + 1e-9)
      OR (w.rid IS NULL AND b.burden >= d.burden * (1 - 1e-9)) AS is_blamed,
    coalesce(d.burden > b.burden * (1 + 1e-9), false) AS is_excused
  FROM work.learned_votes v
  JOIN burdens b ON b.rid = v.rid AND b.cell = v.field
  LEFT JOIN determining d ON d.rid = v.rid AND d.determinant = v.determinant
  LEFT JOIN work.learned_votes w ON w.rid = v.rid AND w.field = v.determinant AND w.determinant = v.field
)
FROM judged
