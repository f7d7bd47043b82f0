-- Dates in digits: in which order day, month and year come the column tells, and what is no date in that order is odd (`97/4/18` where
-- the others are like `4/18/97`; a thirteenth month). So is a year far from all others.
INSERT INTO work.learned_odd_values
WITH parts AS (
  SELECT column_name, value, n, regexp_extract(trim(value), '^(\d{1,4})([-/.])(\d{1,2})([-/.])(\d{1,4})(?:\D.*)?$', ['a', 'sign', 'b', 'other', 'c']) AS d
  FROM learned.value_counts WHERE dataset = $dataset AND value <> '' AND length(value) <= 40 AND NOT work.learned_placeholder(value)
), dated AS (
  SELECT column_name, sum(n) AS filled FROM parts GROUP BY column_name
  HAVING sum(n) >= $support AND coalesce(sum(n) FILTER (d.a <> ''), 0) >= $alike * sum(n)
), ordered AS (
  SELECT column_name, filled, value, n, d.sign AS sign, unnest([
    {'ordering': 'ymd', 'y': d.a, 'm': d.b, 'd': d.c}, {'ordering': 'dmy', 'y': d.c, 'm': d.b, 'd': d.a},
    {'ordering': 'mdy', 'y': d.c, 'm': d.a, 'd': d.b}], recursive := true)
  FROM parts JOIN dated USING (column_name) WHERE d.a <> ''
), read AS (
  SELECT *, CASE length(y) WHEN 4 THEN y WHEN 2 THEN '20' || y END AS year, length(m) <= 2 AND length(d) <= 2 AND
    try_cast(year || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') AS DATE) IS NOT NULL AS is_date
  FROM ordered
), usual AS (
  SELECT column_name, ordering, sum(n) FILTER (is_date) / any_value(filled) AS share FROM read GROUP BY ALL HAVING share >= $ordered
), best AS (
  FROM usual QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY share DESC, ordering) = 1
), impossible AS (
  -- No date in any order that nearly all have.
  SELECT column_name, value FROM read JOIN usual USING (column_name, ordering) GROUP BY ALL HAVING NOT bool_or(coalesce(is_date, false))
), meant AS (
  SELECT i.column_name, i.value, any_value(CASE b.ordering WHEN 'ymd' THEN concat_ws(r.sign, y, m, d) WHEN 'dmy' THEN concat_ws(r.sign, d, m, y)
      ELSE concat_ws(r.sign, m, d, y) END) FILTER (r.is_date) AS suggested, count(*) FILTER (r.is_date) AS readings, any_value(b.ordering) AS ordering
  FROM impossible i JOIN read r USING (column_name, value) JOIN best b USING (column_name) GROUP BY ALL
), years AS (
  SELECT r.column_name, r.value, r.n, r.y::INTEGER AS year, filled,
    sum(r.n) OVER (PARTITION BY column_name ORDER BY r.y::INTEGER) / sum(r.n) OVER (PARTITION BY column_name) AS cumulated
  FROM read r JOIN best USING (column_name, ordering) WHERE r.is_date AND length(r.y) = 4
), spans AS (
  SELECT column_name, min(year) FILTER (cumulated >= 0.02) AS first, min(year) FILTER (cumulated >= 0.98) AS last FROM years GROUP BY ALL
), far AS (
  SELECT *, sum(n) OVER (PARTITION BY column_name) AS far_n FROM years JOIN spans USING (column_name)
  WHERE year < first - greatest(5, 3 * (last - first)) OR year > last + greatest(5, 3 * (last - first))
)
SELECT column_name, value, 'notation', CASE WHEN readings = 1 THEN suggested END, $sure,
  'no date in the order of the others (' || CASE ordering WHEN 'ymd' THEN 'year, month, day' WHEN 'dmy' THEN 'day, month, year' ELSE 'month, day, year' END || ')'
FROM meant
UNION ALL
SELECT column_name, value, 'format', NULL, $sure, 'the year ' || year || ' is far from those of the others (' || first || ' to ' || last || ')'
FROM far WHERE far_n <= $noise * filled
