-- Words that stand for no value.
CREATE OR REPLACE MACRO work.learned_placeholder(text) AS lower(trim(text)) IN (
  'n/a', 'na', 'nan', 'null', 'none', 'nil', 'empty', 'missing', 'unknown', 'undefined', 'not available', 'not applicable',
  'tbd', '#n/a', '-', '--', '---', '?', '??', '.');

-- Whether two texts of equally many words differ by a whole word: `dark ale` is no slip for `pale ale`.
CREATE OR REPLACE MACRO work.learned_other_word(words, others) AS
  len(words) = len(others) AND len(words) > 1 AND len(list_filter(list_zip(words, others), lambda pair:
    work.edits(pair[1], pair[2]) > greatest(1, 0.4 * length(pair[2])))) > 0;

-- What is left of a text without blanks and punctuation, in small letters; null where there are no letters: `1.2` is not `12`.
CREATE OR REPLACE MACRO work.learned_bare(text) AS
  CASE WHEN regexp_matches(text, '\p{L}') THEN regexp_replace(lower(text), '[^\p{L}\p{N}]+', '', 'g') END;

-- Whether one text may be a slip of the pen for another: few characters differ, the beginning or the end is right, and no digit
-- was put for another, for digits are there to differ. Characters that trade places are one slip. Of one or two characters
-- every text is one slip away, and of two numbers neither is a slip of the other.
CREATE OR REPLACE MACRO work.learned_near(one, other, tolerance) AS
  length(other) >= 3 AND abs(length(one) - length(other)) <= greatest(1, length(other) * tolerance)
  AND (lower(one[:2]) = lower(other[:2]) OR lower(one[-2:]) = lower(other[-2:]))
  AND (regexp_replace(one, '[^\p{N}]+', '', 'g') = regexp_replace(other, '[^\p{N}]+', '', 'g')
    OR length(regexp_replace(one, '[^\p{N}]+', '', 'g')) <> length(regexp_replace(other, '[^\p{N}]+', '', 'g'))
      AND regexp_replace(lower(one), '[^\p{L}]+', '', 'g') <> regexp_replace(lower(other), '[^\p{L}]+', '', 'g'))
  AND NOT (regexp_full_match(one, '[-+]?[\d.,]+') AND regexp_full_match(other, '[-+]?[\d.,]+'))
  AND work.edits(lower(one), lower(other)) <= greatest(1, length(other) * tolerance)
  AND NOT work.learned_other_word(string_split(lower(one), ' '), string_split(lower(other), ' '));

-- The same text but for large and small letters, blanks and punctuation, or a slip away from it.
CREATE OR REPLACE MACRO work.learned_slip(one, other, tolerance) AS
  -- A CASE leaves the dear comparison to the pairs that need it.
  CASE WHEN abs(length(one) - length(other)) > greatest(9, length(other) * tolerance) THEN false
    WHEN work.learned_bare(one) = work.learned_bare(other) THEN true
    WHEN lower(one[:2]) = lower(other[:2]) OR lower(one[-2:]) = lower(other[-2:]) THEN work.learned_near(one, other, tolerance)
    ELSE false END;

-- A text whose digits may be any: `C498782` is `C999999`. Where many texts share one, and its letters stand before or behind the
-- digits, they are a sort of their own.
CREATE OR REPLACE MACRO work.learned_stem(text) AS regexp_replace(text, '\p{Nd}', '9', 'g');
CREATE OR REPLACE MACRO work.learned_is_sort(stem) AS
  regexp_matches(stem, '\p{L}') AND regexp_full_match(stem, '\D*9[^\p{L}]*\D*')
