-- When two texts are the same value. Two questions, one measure of numbers and moments: half the last decimal that the
-- core tables keep of an amount or a quantity, and the same moment however it is written.
CREATE OR REPLACE MACRO work.same_number(a, b) AS coalesce(abs(TRY_CAST(a AS DOUBLE) - TRY_CAST(b AS DOUBLE)) <= 0.00005, false);
CREATE OR REPLACE MACRO work.same_moment(a, b) AS coalesce(TRY_CAST(a AS TIMESTAMP) = TRY_CAST(b AS TIMESTAMP), false);

-- Did anybody change it? Logs, versions and other systems write a value in their own way: case, blanks, zeros around a
-- number and the form of a time do not count, whatever the field is.
CREATE OR REPLACE MACRO work.same_value(a, b) AS CASE
  WHEN nullif(a, '') IS NOT DISTINCT FROM nullif(b, '') THEN true
  WHEN TRY_CAST(a AS DOUBLE) IS NOT NULL THEN work.same_number(a, b)
  WHEN lower(trim(coalesce(a, ''))) = lower(trim(coalesce(b, ''))) THEN true
  ELSE work.same_moment(a, b) END;

-- Is it the very value that is wrong? The type of its field says how it is compared: 8.5 is 8.50 and 2026-03-05 is
-- 2026-03-05T00:00:00Z, but of texts and codes each letter and zero counts, since these are what is wrong with them.
CREATE OR REPLACE MACRO work.is_same(a, b, type) AS CASE
  WHEN nullif(trim(a), '') IS NULL OR nullif(trim(b), '') IS NULL
    THEN nullif(trim(a), '') IS NULL AND nullif(trim(b), '') IS NULL
  WHEN trim(a) = trim(b) THEN true
  WHEN type IN ('amount', 'quantity', 'price', 'ratio', 'integer') THEN work.same_number(a, b)
  WHEN type = 'date' THEN coalesce(TRY_CAST(a AS DATE) = TRY_CAST(b AS DATE), false)
  WHEN type = 'moment' THEN work.same_moment(a, b)
  ELSE false END;

-- A number of a field of that type without the zeros that only its storage adds: 8.5000 is 8.5. Codes stay as they are.
CREATE OR REPLACE MACRO work.plain(a, type) AS CASE
  WHEN type IN ('amount', 'quantity', 'price', 'ratio') AND regexp_full_match(a, '-?[0-9]+\.[0-9]+')
    THEN rtrim(rtrim(a, '0'), '.') ELSE a END;
