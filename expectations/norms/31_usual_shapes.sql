/* ---
grain: system, entity and field
makes: usual_shapes
refresh: full
--- */
-- The stem of a text is what stands before its last digits: a million order numbers have one stem, so that whatever is
-- read from letters is read once. `digits` is how many digits follow it.
CREATE OR REPLACE TABLE work.usual_stems AS
SELECT entity, _system, field, rtrim(value, '0123456789') AS stem, (strlen(value) - strlen(stem))::INTEGER AS digits,
  sum(records)::BIGINT AS records, count(*) AS n_values, arg_max(value, (records, value)) AS example,
  work.odd_sort(stem || CASE WHEN digits > 0 THEN '9' ELSE '' END) AS odd_sort, max(length(value) - length(replace(value, ' ', ''))) AS blanks
FROM work.usual_texts GROUP BY ALL
UNION ALL
SELECT 'orders', _system, 'order_id', rtrim(order_id, '0123456789') AS stem, (strlen(order_id) - strlen(stem))::INTEGER AS digits,
  count(*), count(*), max(order_id), work.odd_sort(stem || CASE WHEN digits > 0 THEN '9' ELSE '' END), 0
FROM core.orders WHERE order_id IS NOT NULL GROUP BY ALL
UNION ALL
SELECT 'orders', _system, 'order_number', rtrim(order_number, '0123456789') AS stem, (strlen(order_number) - strlen(stem))::INTEGER AS digits,
  count(*), count(*), max(order_number), work.odd_sort(stem || CASE WHEN digits > 0 THEN '9' ELSE '' END), 0
FROM core.orders WHERE order_number IS NOT NULL GROUP BY ALL;

-- The forms of a field's texts, read in three ways: every letter ('AA-999999'), the runs of letters and digits ('A-9'), or
-- the places alone ('ww-wwwwww'). Read from some thousand stems a field; names are free and have none.
CREATE OR REPLACE TABLE work.usual_forms AS
WITH counted AS (
  SELECT *, count(*) OVER (PARTITION BY entity, _system, field) AS n_stems
  FROM work.usual_stems JOIN work.text_fields USING (entity, field) WHERE role <> 'name'
), sampled AS (
  SELECT * FROM counted WHERE hash(stem) % greatest(1, n_stems // 5000) = 0
), read AS (
  SELECT stem, work.shape(stem) AS shape, work.run_shape(stem) AS run_shape, work.word_shape(stem) AS word_shape
  FROM (SELECT DISTINCT stem FROM sampled)
), shaped AS (
  -- A user or a category is one value for many records; what hardly anybody has does not make a form.
  SELECT s.entity, s._system, s.field, s.records, s.example,
    CASE WHEN role IN ('user', 'category') AND s.records < 3 * s.n_values THEN 0 ELSE s.n_values END AS n_values, r.shape || repeat('9', digits) AS shape,
    r.run_shape || CASE WHEN digits > 0 THEN '9' ELSE '' END AS run_shape, r.word_shape || repeat('w', digits) AS word_shape
  FROM sampled s JOIN read r USING (stem)
)
SELECT entity, _system, field, level, form, sum(records)::BIGINT AS records, sum(n_values)::BIGINT AS n_values,
  arg_max(example, records) AS example, sum(sum(records)) OVER (PARTITION BY entity, _system, field, level) AS all_records
FROM (UNPIVOT shaped ON shape, run_shape, word_shape INTO NAME level VALUE form)
GROUP BY entity, _system, field, level, form;

-- Usual are at most five forms, each of them a hundredth of the records or more. `level` is the way by which the form of
-- a field is known at all: nearly all records have a usual one, and at least twenty different values share it. By runs
-- where these hold digits, by letters where there are only capitals ('AAAAA'), by places for keys drawn at random
-- ('76c6e8'); null where the values are words.
CREATE OR REPLACE TABLE work.usual_shapes AS
WITH usual AS (
  SELECT entity, _system, field, level, list(form ORDER BY records DESC, form) AS forms, list(example ORDER BY records DESC, form) AS examples,
    sum(records / all_records) AS share, sum(n_values)::BIGINT AS n_values
  FROM (
    FROM work.usual_forms WHERE records >= greatest(3, 0.01 * all_records)
    QUALIFY row_number() OVER (PARTITION BY entity, _system, field, level ORDER BY records DESC, form) <= 5
  ) GROUP BY ALL
), known AS (
  SELECT entity, _system, field, level FROM usual JOIN work.text_fields USING (entity, field)
  WHERE share >= 0.98 AND n_values >= 20 AND (role <> 'category' OR level = 'shape') AND CASE level
    WHEN 'run_shape' THEN len(list_filter(forms, lambda form: NOT contains(form, '9'))) = 0
    WHEN 'shape' THEN len(list_filter(forms, lambda form: NOT regexp_full_match(form, 'A+'))) = 0
    ELSE len(list_filter(forms, lambda form: NOT regexp_full_match(form, '[w-]+'))) = 0 END
  QUALIFY row_number() OVER (PARTITION BY entity, _system, field ORDER BY level) = 1
), others AS (
  -- Forms that are not usual and yet no slips: a source may well have codes of another kind for what is no product.
  SELECT f.entity, f._system, f.field, sum(f.records) FILTER (f.records >= 5 * f.n_values AND NOT list_contains(u.forms, f.form)) / any_value(f.all_records) AS share
  FROM work.usual_forms f JOIN known USING (entity, _system, field, level) JOIN usual u USING (entity, _system, field, level) GROUP BY ALL
), words AS (
  SELECT entity, _system, field, any_value(all_records) AS sampled_records, max(example) AS example,
    coalesce(sum(records) FILTER (regexp_matches(form, '[Aa] [Aa]|文')), 0) / any_value(all_records) AS share_words
  FROM work.usual_forms WHERE level = 'run_shape' GROUP BY ALL
), totals AS (
  SELECT entity, _system, field, sum(records)::BIGINT AS records, sum(n_values)::BIGINT AS n_values,
    max(length(example)) FILTER (records >= 5 * n_values) AS longest, max(blanks) FILTER (records >= 5 * n_values) AS blanks, arg_max(example, (records, example)) AS example
  FROM work.usual_stems GROUP BY ALL
)
SELECT f.entity, t._system, f.field, f.role, t.records, t.n_values, t.longest, t.blanks, t.example, coalesce(w.share_words, 0) AS share_words,
  u.level, u.forms, u.examples, u.share, coalesce(o.share, 0) AS share_others, s.forms AS shapes, s.share AS share_shapes
FROM totals t
JOIN work.text_fields f USING (entity, field)
LEFT JOIN words w USING (entity, _system, field)
LEFT JOIN known k USING (entity, _system, field)
LEFT JOIN usual u USING (entity, _system, field, level)
LEFT JOIN others o USING (entity, _system, field)
LEFT JOIN usual s ON s.entity = t.entity AND s._system = t._system AND s.field = t.field AND s.level = 'shape';
