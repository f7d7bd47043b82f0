-- Dates and times of day: a column that holds them is written in the notation that most of its texts have.
-- A fraction of a second is written where there is one.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n,
    regexp_matches(value, '\d[:/.-]\d|\d\D+\d{2}') AND regexp_full_match(trim(value),
      '(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-. ]+\p{L}{3,9}[-., ]+\d{2,4}|\p{L}{3,9}[-. ]+\d{1,2}[-, ]+\d{2,4})?'
      || '[T, ]*(\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([aApP]\.?[mM]\.?)?)?\s*(Z|[+-]\d\d:?\d\d)?') AS is_time
  FROM learned.value_counts
  WHERE dataset = $dataset AND value <> '' AND length(value) <= 40 AND NOT work.learned_placeholder(value)
), temporal AS (
  SELECT column_name, sum(n) AS filled FROM texts GROUP BY ALL
  HAVING sum(n) >= $support AND coalesce(sum(n) FILTER (is_time), 0) >= $alike * sum(n)
), shaped AS (
  SELECT *, regexp_replace(work.run_shape(trim(value)), ':9\.9', ':9') AS notation FROM texts SEMI JOIN temporal USING (column_name)
), notations AS (
  SELECT column_name, notation, sum(n) AS n FROM shaped WHERE is_time GROUP BY ALL
), usual AS (
  SELECT column_name, notation, n / filled AS share FROM notations JOIN temporal USING (column_name)
  WHERE n >= $majority * filled
  QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY n DESC, notation) = 1
), patterns AS (
  SELECT *, '(' || replace(replace(replace(regexp_replace(notation, '([.\[\](){}?*+^$|\\-])', '\\\1', 'g'), '9', '[0-9]+'), 'a', '[a-z]+'), 'A', '[A-Z]+')
    || ')$' AS pattern
  FROM usual
)
SELECT t.column_name, t.value, 'notation', nullif(regexp_extract(t.value, '(?:^|\s)' || p.pattern, 1), '') AS suggested, $sure,
  round(100 * p.share)::INTEGER || ' % of this column are written like ' || p.notation
FROM shaped t JOIN patterns p USING (column_name)
WHERE t.notation <> p.notation
