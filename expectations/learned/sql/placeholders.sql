-- Words for `no value`. A table says it in one way, by an empty cell or by a word: the way that most of its columns have. Another
-- word that fewer columns have is odd: any in a column of numbers or dates; among texts, where it is rare and means nothing else.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, lower(trim(value)) AS word, value = '' OR work.learned_placeholder(value) AS is_none,
    regexp_matches(value, '^[^\p{L}\p{N}]?[-+]?\d') AND NOT regexp_matches(value, '\p{L}{4}') AS is_figure
  FROM learned.value_counts WHERE dataset = $dataset
), ways AS (
  SELECT word, count(DISTINCT column_name) AS columns, sum(n) AS n FROM texts WHERE is_none GROUP BY word
), usual AS (
  FROM ways ORDER BY columns DESC, n DESC, word LIMIT 1
), columns AS (
  SELECT column_name, coalesce(sum(n) FILTER (NOT is_none), 0) AS said, coalesce(sum(n) FILTER (is_figure), 0) >= $alike * said AS holds_figures
  FROM texts GROUP BY column_name HAVING said >= $support
), odd AS (
  SELECT t.column_name, t.value, u.word AS usual_word, c.holds_figures,
    sum(t.n) OVER (PARTITION BY t.column_name, t.word) <= $rare_share * c.said AS is_rare
  FROM texts t JOIN columns c USING (column_name) JOIN ways w USING (word) JOIN usual u ON u.word <> w.word AND u.columns > w.columns
  WHERE t.is_none AND t.value <> ''
)
SELECT column_name, value, 'notation', nullif(usual_word, ''), $sure,
  'a word for no value, which this table ' || CASE usual_word WHEN '' THEN 'shows by an empty cell' ELSE 'says by ' || usual_word END
FROM odd
WHERE (holds_figures AND (is_rare OR usual_word = '')) OR (is_rare AND lower(trim(value)) NOT IN ('na', 'none', 'nil', 'empty', 'missing', 'unknown'))
