-- Rare texts one slip away from a frequent one. How much that says is asked of the column itself: where it is crowded, nearness
-- tells nothing; and where many records carry rare texts, being rare is nothing odd. A text that differs from another in large
-- and small letters, blanks and punctuation alone is a slip of it in any column.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, n >= $established AS is_established, work.learned_bare(value) AS bare,
    row_number() OVER (PARTITION BY column_name ORDER BY n DESC, value) AS place,
    sum(n) OVER (PARTITION BY column_name) AS filled
  FROM learned.value_counts
  WHERE dataset = $dataset AND value <> '' AND length(value) <= $longest
), frequent AS (
  SELECT * FROM texts WHERE is_established AND place <= $most_values
), rare AS (
  SELECT * FROM texts WHERE NOT is_established OR n <= $rare_share * filled
), rarity AS (
  SELECT column_name, sum(n) FILTER (NOT is_established) / any_value(filled) AS rare_share FROM texts GROUP BY ALL
), near AS (
  SELECT r.column_name, r.value, r.n, f.value AS meant, f.n AS meant_n, false AS is_same,
    work.edits(lower(r.value), lower(f.value)) AS distance
  FROM rare r JOIN frequent f ON f.column_name = r.column_name AND f.n >= $ratio * r.n AND length(r.value) >= 2
    AND work.learned_near(r.value, f.value, $tolerance)
  WHERE r.place <= $most_rare
  UNION ALL
  SELECT r.column_name, r.value, r.n, f.value, f.n, true, 0
  FROM rare r JOIN frequent f ON f.column_name = r.column_name AND f.bare = r.bare AND f.value <> r.value AND f.n >= $same_ratio * r.n
), best AS (
  SELECT * FROM near QUALIFY row_number() OVER (PARTITION BY column_name, value ORDER BY distance, meant_n DESC, meant) = 1
)
SELECT column_name, value, 'spelling', meant,
  CASE WHEN is_same THEN $sure ELSE ln(least(1, $noise / greatest(rare_share, 1e-9))) - ln(crowded) END AS weight,
  meant_n || ' other ' || $things || ' have ' || meant[:80] || ', ' || CASE n WHEN 1 THEN 'only this one has' ELSE n || ' have' END
    || ' ' || value[:80]
FROM best JOIN work.learned_crowding USING (column_name) JOIN rarity USING (column_name)
