-- What a program made of a text: a spreadsheet takes `6-70` for a month (`Jun-70`) where the column holds figures. And a sign that is
-- left over at the beginning or the end, where hardly any other text of the column has it there.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, sum(n) OVER (PARTITION BY column_name) AS filled,
    regexp_full_match(value, '(\d{1,2}-)?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(-\d{2})?') AND contains(value, '-') AS is_month,
    regexp_full_match(value, '\d[\d ./,:-]*') AS is_figures,
    coalesce(nullif(regexp_extract(value, '[*#\\|~^=_<>]$'), ''), nullif(regexp_extract(value, '^[*\\|~^=_<>]'), '')) AS sign
  FROM learned.value_counts WHERE dataset = $dataset AND value <> '' AND length(value) <= $longest AND NOT work.learned_placeholder(value)
), columns AS (
  SELECT column_name, coalesce(sum(n) FILTER (is_month), 0) / any_value(filled) AS months, coalesce(sum(n) FILTER (is_figures), 0) / any_value(filled) AS figures
  FROM texts GROUP BY column_name HAVING any_value(filled) >= $support
), signs AS (
  SELECT column_name, sign, sum(n) / any_value(filled) AS share FROM texts WHERE sign IS NOT NULL GROUP BY ALL
)
SELECT column_name, value, 'notation', NULL, $sure, 'a month, where the others are figures: a spreadsheet makes dates of them'
FROM texts JOIN columns USING (column_name) WHERE is_month AND figures >= $majority AND months <= 0.2
UNION ALL
SELECT column_name, value, 'format', nullif(trim(regexp_replace(value, '^[*\\|~^=_<>]+|-?[*#\\|~^=_<>]+$', '', 'g')), ''), $sure,
  'hardly any other text of this column has ' || sign || ' there'
FROM texts JOIN signs USING (column_name, sign) JOIN columns USING (column_name) WHERE share <= $stray AND months < 0.2
