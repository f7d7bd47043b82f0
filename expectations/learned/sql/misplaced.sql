-- A cell that ends with what belongs into another, empty one, for one pair of columns: `Afton VA` with no state. It is one
-- where nearly all records with the empty cell show it, and hardly any record with the filled one.
INSERT INTO work.learned_suspects
WITH known AS (
  SELECT value FROM learned.value_counts WHERE dataset = $dataset AND column_name = $empty AND value <> '' AND n >= 2
), seen AS (
  SELECT r.rid, r.{carrier} AS carrier, r.{empty} IS NULL AS is_empty, k.value AS tail
  FROM temp.learned_rows r
  LEFT JOIN known k ON k.value = regexp_extract(r.{carrier}, '[\s,;/|-]+([^\s,;/|-]+)$', 1)
  WHERE r.{carrier} IS NOT NULL
), counted AS (
  SELECT count(*) FILTER (is_empty AND tail IS NOT NULL) AS hits, count(*) FILTER (is_empty) AS empties,
    count(*) FILTER (NOT is_empty AND tail IS NOT NULL) AS others, count(*) FILTER (NOT is_empty) AS filled
  FROM seen
), found AS (
  SELECT seen.*, hits, empties FROM seen, counted
  WHERE hits >= $least AND hits >= $nearly_all * empties AND others <= (1 - $nearly_all) * filled AND is_empty AND tail IS NOT NULL
)
SELECT rid, $carrier, 'misplaced', carrier, rtrim(carrier[:length(carrier) - length(tail)], ' ,;/|-'), $sure,
  'it ends with ' || tail || ', which belongs into ' || replace($empty, '_', ' ') || ', and that is empty here' FROM found
UNION ALL
SELECT rid, $empty, 'misplaced', '', tail, $sure,
  'it is empty, and ' || replace($carrier, '_', ' ') || ' ends with ' || tail FROM found
