-- Words that stand for no value.
CREATE OR REPLACE MACRO work.learned_placeholder(text) AS lower(trim(text)) IN (
  'n/a', 'na', 'nan', 'null', 'none', 'nil', 'empty', 'missing', 'unknown', 'undefined', 'not available', 'not applicable',
  'tbd', '#n/a', '-', '--', '---', '?', '??', '.');

-- Whether two texts of equally many words differ by a whole word: `dark ale` is no slip for `pale ale`.
CREATE OR REPLACE MACRO work.learned_other_word(words, others) AS
  len(words) = len(others) AND len(words) > 1 AND len(list_filter(list_zip(words, others), lambda pair:
    damerau_levenshtein(pair[1], pair[2]) > greatest(1, 0.4 * length(pair[2])))) > 0;

-- Whether one text may be a slip of the pen for another: few characters differ, the beginning or the end is right, and it is
-- not only the digits that differ, which are there to differ. Characters that trade places are one slip. Of one or two
-- characters every text is one slip away.
CREATE OR REPLACE MACRO work.learned_near(one, other, tolerance) AS
  length(other) >= 3 AND abs(length(one) - length(other)) <= greatest(1, length(other) * tolerance)
  AND (lower(one[:2]) = lower(other[:2]) OR lower(one[-2:]) = lower(other[-2:]))
  AND (regexp_replace(lower(one), '[^\p{L}]+', '', 'g') <> regexp_replace(lower(other), '[^\p{L}]+', '', 'g')
    OR regexp_replace(one, '[^\p{N}]+', '', 'g') = regexp_replace(other, '[^\p{N}]+', '', 'g'))
  AND damerau_levenshtein(lower(one), lower(other)) <= greatest(1, length(other) * tolerance)
  AND NOT work.learned_other_word(string_split(lower(one), ' '), string_split(lower(other), ' '))
