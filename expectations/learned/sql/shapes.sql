-- Codes, dates, times, telephone numbers: where one shape has nearly all of a column, the others are odd. Texts of words
-- alone are free; numbers are judged by their notation.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n FROM learned.value_counts WHERE dataset = $dataset AND value <> '' AND length(value) <= $longest
    AND NOT work.learned_placeholder(value)
), shapes AS (
  SELECT column_name, value, n, unnest([work.shape(value), work.run_shape(value)]) AS shape, unnest([1, 2]) AS level FROM texts
), counted AS (
  SELECT column_name, level, shape, count(*) AS texts, sum(n) AS n, sum(sum(n)) OVER (PARTITION BY column_name, level) AS filled,
    row_number() OVER (PARTITION BY column_name, level ORDER BY sum(n) DESC, shape) AS place
  FROM shapes GROUP BY column_name, level, shape
), leaders AS (
  -- The narrowest level that has a leading shape decides.
  SELECT column_name, level, shape, n, n / filled AS share FROM counted
  WHERE place = 1 AND filled >= $support AND n / filled >= $alike AND texts >= $variety
    AND (contains(shape, '9') OR (level = 1 AND regexp_full_match(shape, 'A+|a+')))
    AND (NOT regexp_full_match(shape, '[-+]?9[9.,%]*') OR (level = 1 AND regexp_full_match(shape, '9{3,}')))
  QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY level) = 1
)
SELECT s.column_name, s.value, 'format', NULL, $sure,
  round(100 * l.share, 1) || ' % of this column look like ' || l.shape
FROM shapes s JOIN leaders l USING (column_name, level)
WHERE s.shape <> l.shape
  -- Numbers of another length are numbers; a code of digits has hardly any.
  AND NOT (regexp_full_match(l.shape, '9+') AND regexp_full_match(s.shape, '9+') AND l.share < $fixed)
  AND NOT EXISTS (FROM work.learned_odd_values o WHERE o.column_name = s.column_name AND o.value = s.value AND o.how = 'notation')
