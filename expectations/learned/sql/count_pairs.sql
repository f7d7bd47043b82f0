-- How often two values stand in one record, for one pair of columns; '' is no value. Kept where one of the columns tells
-- something of the other (Goodman and Kruskal's tau, the record itself left out).
CREATE OR REPLACE TABLE work.learned_counted AS
SELECT coalesce({left}, '') AS a, coalesce({right}, '') AS b, count(*) AS n FROM temp.learned_rows WHERE is_new GROUP BY ALL;

INSERT INTO learned.pair_counts
WITH filled AS (
  SELECT a, b, n FROM work.learned_counted WHERE a <> '' AND b <> ''
), of_left AS (
  SELECT sum(n) AS records, sum(n * (n - 1)) AS agreeing FROM filled GROUP BY a HAVING sum(n) > 1
), of_right AS (
  SELECT sum(n) AS records, sum(n * (n - 1)) AS agreeing FROM filled GROUP BY b HAVING sum(n) > 1
), chances AS (
  SELECT (SELECT sum(records * (records - 1)) FROM of_left) / (sum(n) * (sum(n) - 1)) AS of_left,
    (SELECT sum(records * (records - 1)) FROM of_right) / (sum(n) * (sum(n) - 1)) AS of_right
  FROM filled
), told AS (
  SELECT ((SELECT sum(agreeing / (records - 1)) / sum(records) FROM of_left) - of_right) / nullif(1 - of_right, 0) AS by_left,
    ((SELECT sum(agreeing / (records - 1)) / sum(records) FROM of_right) - of_left) / nullif(1 - of_left, 0) AS by_right
  FROM chances
)
SELECT $dataset, $left, $right, a, b, n FROM work.learned_counted, told
WHERE $keep OR greatest(coalesce(by_left, 0), coalesce(by_right, 0)) >= $partial
