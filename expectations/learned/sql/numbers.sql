-- Columns of numbers: how the unit and the thousands are written, and what is no number at all.
INSERT INTO work.learned_odd_values
WITH texts AS (
  SELECT column_name, value, n, work.learned_placeholder(value) AS is_placeholder
  FROM learned.value_counts WHERE dataset = $dataset AND value <> ''
), parsed AS (
  -- A number may have a sign of currency before it and a unit behind.
  SELECT *, regexp_extract(value, '^\s*([^\p{L}\p{N}\s.,+-]?\s*)([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)([^0-9]*)$',
    ['before', 'number', 'behind']) AS amount
  FROM texts
), amounts AS (
  SELECT * EXCLUDE (amount), amount.number AS number, amount.before || '#' || amount.behind AS notation, amount.before AS before,
    amount.behind AS behind,
    coalesce(nullif(lower(regexp_extract(amount.behind, '\p{L}+')), ''), trim(amount.before || amount.behind)) AS unit
  FROM parsed WHERE regexp_matches(amount.number, '\d')
), columns AS (
  SELECT column_name, sum(n) AS filled, coalesce(sum(n) FILTER (NOT is_placeholder), 0) AS said FROM texts GROUP BY ALL
), numeric AS (
  SELECT c.column_name, c.said, sum(a.n) AS numbers, quantile_disc(a.n, 0.5) AS ordinary FROM columns c JOIN amounts a USING (column_name)
  GROUP BY ALL HAVING sum(a.n) >= $alike * c.said AND c.said >= $support
), notations AS (
  SELECT column_name, notation, any_value(unit) AS unit, sum(n) AS n FROM amounts SEMI JOIN numeric USING (column_name) GROUP BY ALL
), endings AS (
  -- Numbers that end in letters of many kinds are codes.
  SELECT column_name, count(DISTINCT unit) >= $variety AS holds_codes FROM notations WHERE regexp_matches(unit, '^\p{L}') GROUP BY ALL
), usual_units AS (
  SELECT column_name, unit AS main_unit, n AS unit_n FROM (SELECT column_name, unit, sum(n) AS n FROM notations GROUP BY ALL)
  QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY n DESC, unit) = 1
), usual AS (
  SELECT column_name, numbers, notation, n / numbers AS share, unit AS its_unit, main_unit, unit_n / numbers AS unit_share
  FROM notations JOIN numeric USING (column_name) JOIN usual_units USING (column_name)
  QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY n DESC, notation) = 1
), judged AS (
  SELECT a.*, u.notation AS usual_notation, u.share, u.its_unit, u.unit_share, u.numbers, o.n AS notation_n,
    sum(a.n) FILTER (a.unit <> u.its_unit) OVER (PARTITION BY a.column_name) AS other_n,
    coalesce(e.holds_codes, false) AS holds_codes,
    -- No notation has the majority although nearly all mean one unit: what they have in common is the number.
    u.share < $majority AND u.unit_share >= $majority AND u.main_unit <> '' AS is_muddled
  FROM amounts a JOIN usual u ON u.column_name = a.column_name
  JOIN notations o ON o.column_name = a.column_name AND o.notation = a.notation
  LEFT JOIN endings e ON e.column_name = a.column_name
), odd_numbers AS (
  SELECT column_name, value, CASE WHEN is_muddled THEN number WHEN unit IN (its_unit, '') OR its_unit = '' THEN replace(usual_notation, '#', number) END AS suggested,
    CASE WHEN is_muddled THEN 'the number is all that the texts of this column have in common: its unit is written in several ways'
         ELSE round(100 * share)::INTEGER || ' % of the numbers in this column are written ' || replace(usual_notation, '#', '0') END AS evidence
  FROM judged
  WHERE (is_muddled AND notation <> '#')
    OR (share >= $majority AND NOT (holds_codes AND regexp_full_match(notation, '#\p{L}+')) AND notation <> usual_notation
      AND (unit = its_unit OR (notation_n <= $rare_share * numbers AND other_n <= (1 - $alike) * numbers)
        OR (its_unit = '' AND length(unit) > 0 AND NOT regexp_full_match(unit, '\p{L}'))))
), long_numbers AS (
  SELECT *, contains(number, ',') AS is_grouped FROM judged WHERE regexp_matches(number, '^[-+]?(\d,?){4,}')
), grouping AS (
  SELECT column_name, sum(n) FILTER (is_grouped) / sum(n) AS grouped FROM long_numbers GROUP BY ALL HAVING sum(n) >= $support
), odd_thousands AS (
  SELECT column_name, value,
    before || CASE WHEN is_grouped THEN replace(number, ',', '')
      ELSE format('{:,}', split_part(number, '.', 1)::HUGEINT) || regexp_extract(number, '\..*$') END || behind AS suggested,
    round(100 * greatest(grouped, 1 - grouped))::INTEGER || ' % of the long numbers in this column are written '
      || CASE WHEN is_grouped THEN 'without' ELSE 'with' END || ' a comma' AS evidence
  FROM long_numbers JOIN grouping USING (column_name)
  WHERE CASE WHEN is_grouped THEN 1 - grouped ELSE grouped END >= $alike AND notation = usual_notation
), sorts AS (
  -- Texts of a sort of their own: a credit note has its number with a C before it.
  SELECT column_name, work.learned_stem(value) AS stem FROM texts JOIN numeric USING (column_name) WHERE NOT is_placeholder
  GROUP BY column_name, stem HAVING count(*) >= $variety AND sum(n) >= $sort_share * any_value(said) AND work.learned_is_sort(stem)
), odd_words AS (
  SELECT t.column_name, t.value, CASE WHEN regexp_full_match(t.value, '[-+]?\d+,\d+') THEN replace(t.value, ',', '.') END AS suggested,
    'no number, as ' || round(100 * numeric.numbers / numeric.said, 1) || ' % of this column are' AS evidence
  FROM texts t JOIN numeric USING (column_name)
  WHERE NOT t.is_placeholder AND NOT EXISTS (FROM amounts a WHERE a.column_name = t.column_name AND a.value = t.value)
    -- Not odd is a word as frequent as the numbers are: POST among codes of products. An O for a zero is no word.
    AND NOT (NOT regexp_full_match(t.value, '[OoIl\d.,]+') AND t.n >= greatest($established, 0.001 * numeric.said) AND t.n >= numeric.ordinary)
    AND NOT EXISTS (FROM sorts s WHERE s.column_name = t.column_name AND s.stem = work.learned_stem(t.value))
)
SELECT column_name, value, 'notation', suggested, $sure, evidence FROM odd_numbers
UNION ALL SELECT column_name, value, 'notation', suggested, $sure, evidence FROM odd_thousands
UNION ALL SELECT column_name, value, 'notation', suggested, $sure, evidence FROM odd_words
