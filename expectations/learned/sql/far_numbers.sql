-- Numbers far from all others of their column: the middle 96 % span a factor, and beyond them comes a gap as wide again, twice.
-- No more than the noise are taken for slips. Where the numbers stay clear of zero (a year, a life expectancy), less than zero is odd
-- too; zero itself may mean nothing at all.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, try_cast(CASE WHEN regexp_full_match(value, '[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?') THEN replace(value, ',', '') END AS DOUBLE) AS x
  FROM learned.value_counts WHERE dataset = $dataset AND value <> ''
), numbers AS (
  SELECT *, sum(n) OVER (PARTITION BY column_name) AS filled,
    sum(n) FILTER (x IS NOT NULL) OVER (PARTITION BY column_name ORDER BY x) / sum(n) FILTER (x IS NOT NULL) OVER (PARTITION BY column_name) AS cumulated,
    sum(n) FILTER (x IS NOT NULL) OVER (PARTITION BY column_name) AS known
  FROM texts QUALIFY x IS NOT NULL AND known >= $alike * filled AND known >= 5 * $support
), spans AS (
  SELECT column_name, any_value(known) AS known, min(x) FILTER (cumulated >= 0.02) AS low, min(x) FILTER (cumulated >= 0.5) AS middle,
    min(x) FILTER (cumulated >= 0.98) AS high, greatest(3, pow(high / nullif(low, 0), 2)) AS factor
  FROM numbers GROUP BY column_name HAVING low > 0 AND count(*) >= $variety
), far AS (
  SELECT n.column_name, n.value, s.low, s.high, s.known, sum(n.n) OVER (PARTITION BY n.column_name) AS far_n
  FROM numbers n JOIN spans s USING (column_name)
  WHERE x > high * factor OR (x > 0 AND x < low / factor) OR (x < 0 AND low >= middle / 10)
)
SELECT column_name, value, 'format', NULL, $sure, 'far from the others: 96 % of this column lie between ' || low || ' and ' || high
FROM far WHERE far_n <= $noise * known
