-- A text that belongs into another column: in a column where nearly every record carries a text that comes again and again, one
-- that hardly any record has, while another column has it often and the two have no frequent text in common; or a number where
-- all frequent texts are words.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, n >= $established AS is_established, regexp_matches(value, '\p{L}') AS is_word,
    sum(n) OVER (PARTITION BY column_name) AS filled
  FROM learned.value_counts
  WHERE dataset = $dataset AND value <> '' AND length(value) <= $longest AND NOT work.learned_placeholder(value)
), columns AS (
  SELECT column_name, bool_and(is_word) FILTER (is_established) AS holds_words FROM texts
  GROUP BY column_name HAVING coalesce(sum(n) FILTER (is_established), 0) >= $alike * sum(n)
), shared AS (
  SELECT DISTINCT a.column_name, b.column_name AS other FROM texts a JOIN texts b ON b.value = a.value AND b.column_name <> a.column_name
  WHERE a.is_established AND b.is_established
), strays AS (
  SELECT t.column_name, t.value, o.column_name AS home, o.n AS home_n,
    sum(t.n) OVER (PARTITION BY t.column_name, o.column_name) <= $noise * t.filled AS is_few
  FROM texts t SEMI JOIN columns c ON c.column_name = t.column_name
  JOIN texts o ON o.value = t.value AND o.column_name <> t.column_name AND o.is_established AND o.n >= $ratio * t.n
  ANTI JOIN shared s ON s.column_name = t.column_name AND s.other = o.column_name
  WHERE NOT t.is_established AND t.is_word
), numbers AS (
  SELECT t.column_name, t.value, sum(t.n) OVER (PARTITION BY t.column_name) <= $noise * t.filled AS is_few
  FROM texts t JOIN columns c USING (column_name) WHERE c.holds_words AND regexp_full_match(t.value, '[-+]?[\d.,]+')
)
SELECT column_name, value, 'format', NULL, $sure,
  home_n || ' ' || $things || ' have it as ' || replace(any_value(home), '_', ' ') || ', hardly any as ' || replace(column_name, '_', ' ')
FROM strays WHERE is_few GROUP BY column_name, value, home_n QUALIFY row_number() OVER (PARTITION BY column_name, value ORDER BY home_n DESC) = 1
UNION ALL
SELECT column_name, value, 'format', NULL, $sure, 'a number, where all that comes again is words' FROM numbers WHERE is_few
