-- Codes, dates, times, telephone numbers: where one shape has nearly all of a column, the others are odd. Texts of words
-- alone are free; numbers are judged by their notation. Not odd are a text as frequent as those of the usual shape (a user
-- with a name of another kind), a sort of its own (many texts that differ in their digits alone) and a counter that grew by a digit.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, regexp_replace(value, '(:\d\d)\.\d+', '\1') AS whole FROM learned.value_counts
  WHERE dataset = $dataset AND value <> '' AND length(value) <= $longest AND NOT work.learned_placeholder(value)
), shapes AS (
  -- Every letter; runs of letters; words of any kind. A fraction of a second is written where there is one.
  SELECT column_name, value, n, unnest([work.shape(whole), work.run_shape(whole),
    regexp_replace(work.run_shape(whole), '[Aa]+( [Aa]+)*', 'a', 'g')]) AS shape, unnest([1, 2, 3]) AS level FROM texts
), counted AS (
  SELECT column_name, level, shape, count(*) AS texts, sum(n) AS n, quantile_disc(n, 0.25) AS ordinary,
    sum(sum(n)) OVER (PARTITION BY column_name, level) AS filled,
    row_number() OVER (PARTITION BY column_name, level ORDER BY sum(n) DESC, shape) AS place
  FROM shapes GROUP BY column_name, level, shape
), leaders AS (
  -- The narrowest level that has a leading shape decides.
  SELECT column_name, level, shape, n, ordinary, filled, n / filled AS share FROM counted
  WHERE place = 1 AND filled >= $support AND n / filled >= CASE level WHEN 3 THEN $words_alike ELSE $alike END AND texts >= $variety
    AND (contains(shape, '9') OR (level = 1 AND regexp_full_match(shape, 'A+|a+')))
    AND (NOT regexp_full_match(shape, '[-+]?9[9.,%]*') OR (level = 1 AND regexp_full_match(shape, '9{3,}')))
  QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY level) = 1
), sorts AS (
  SELECT column_name, work.learned_stem(value) AS stem FROM texts JOIN leaders USING (column_name)
  GROUP BY column_name, stem HAVING count(*) >= $variety AND sum(texts.n) >= $sort_share * any_value(filled) AND work.learned_is_sort(stem)
)
SELECT s.column_name, s.value, 'format', NULL, $sure,
  round(100 * l.share, 1) || ' % of this column look like ' || l.shape
FROM shapes s JOIN leaders l USING (column_name, level)
WHERE s.shape <> l.shape
  AND NOT (s.n >= $established AND s.n >= l.ordinary)
  -- Digits of another number are odd where nearly all have the same, and three at least.
  AND NOT (work.run_shape(s.shape) = work.run_shape(l.shape) AND contains(l.shape, '9') AND (l.share < $fixed OR NOT contains(l.shape, '999')))
  AND NOT EXISTS (FROM sorts k WHERE k.column_name = s.column_name AND k.stem = work.learned_stem(s.value))
  AND NOT EXISTS (FROM work.learned_odd_values o WHERE o.column_name = s.column_name AND o.value = s.value AND o.how = 'notation')
