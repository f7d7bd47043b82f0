-- Rare texts one slip away from a frequent one. How much that says is asked of the column itself: where even established
-- texts have neighbours of their own rank (codes that differ by a letter), nearness tells nothing. And where many records
-- carry rare texts, being rare is nothing odd.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, n >= $established AS is_established,
    row_number() OVER (PARTITION BY column_name ORDER BY n DESC, value) AS place,
    sum(n) OVER (PARTITION BY column_name) AS filled
  FROM learned.value_counts
  WHERE dataset = $dataset AND value <> '' AND length(value) BETWEEN 2 AND $longest
), frequent AS (
  SELECT * FROM texts WHERE is_established AND place <= $most_values
), rare AS (
  SELECT * FROM texts WHERE NOT is_established OR n <= $rare_share * filled
), neighbours AS (
  SELECT a.column_name, a.value, b.value AS neighbour, b.n >= $ratio * a.n AS is_above
  FROM frequent a JOIN frequent b ON b.column_name = a.column_name AND b.value <> a.value
    AND work.learned_near(a.value, b.value, $tolerance)
), beyond_doubt AS (
  SELECT column_name, value FROM frequent
  ANTI JOIN (SELECT column_name, value FROM neighbours WHERE is_above) USING (column_name, value)
), of_rank AS (
  SELECT d.column_name, d.value, count(e.value) AS near FROM beyond_doubt d
  LEFT JOIN neighbours n ON n.column_name = d.column_name AND n.value = d.value
  LEFT JOIN beyond_doubt e ON e.column_name = n.column_name AND e.value = n.neighbour GROUP BY ALL
), crowding AS (
  -- Columns of few texts lean on the whole table.
  SELECT column_name, (count(*) FILTER (near > 0) + 2 * any_value(overall)) / (count(*) + 2) AS crowded
  FROM of_rank, (SELECT (count(*) FILTER (near > 0) + 1) / (count(*) + 2) AS overall FROM of_rank) GROUP BY ALL
), rarity AS (
  SELECT column_name, sum(n) FILTER (NOT is_established) / any_value(filled) AS rare_share FROM texts GROUP BY ALL
), near AS (
  SELECT r.column_name, r.value, r.n, f.value AS meant, f.n AS meant_n,
    damerau_levenshtein(lower(r.value), lower(f.value)) AS distance
  FROM rare r JOIN frequent f ON f.column_name = r.column_name AND f.n >= $ratio * r.n
    AND work.learned_near(r.value, f.value, $tolerance)
  WHERE r.place <= $most_rare
), best AS (
  SELECT * FROM near QUALIFY row_number() OVER (PARTITION BY column_name, value ORDER BY distance, meant_n DESC, meant) = 1
)
SELECT column_name, value, 'spelling', meant,
  ln(least(1, $noise / greatest(rare_share, 1e-9))) - ln(crowded) AS weight,
  meant_n || ' other ' || $things || ' have ' || meant[:80] || ', ' || CASE n WHEN 1 THEN 'only this one has' ELSE n || ' have' END
    || ' ' || value[:80]
FROM best JOIN crowding USING (column_name) JOIN rarity USING (column_name)
