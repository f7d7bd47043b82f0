-- When two texts are meant to be the same.

-- What remains of a text when case, accents, blanks, punctuation and leading zeros are left out, and O and 0, I, l and 1
-- are taken for one another: 'net-3O' and 'NET30' have one key, 'C-1040/01' and 'C-104/001' have not.
CREATE OR REPLACE MACRO work.loose_key(value) AS regexp_replace(regexp_replace(
  translate(lower(strip_accents(value)), 'oil', '011'), '(^|[^0-9])0+([0-9])', '\1\2', 'g'), '[^\p{L}\p{N}]', '', 'g');

-- A text with an ASCII letter in place of each of its characters, the same for the same one in all that `signs` lists.
CREATE OR REPLACE MACRO work.in_letters(text, signs) AS
  translate(text, signs, ' !"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~');

-- How many characters lie between two texts, two that trade places counted once. The function counts bytes, of which a sign of Chinese
-- has three and an umlaut two: texts beyond ASCII are written with a letter for each of their characters first, as far as the letters go.
CREATE OR REPLACE MACRO work.edits(a, b) AS CASE
  WHEN length(a) + length(b) = strlen(a) + strlen(b) OR length(a) + length(b) > 94 THEN damerau_levenshtein(a, b)
  ELSE damerau_levenshtein(work.in_letters(a, a || b), work.in_letters(b, a || b)) END;

-- Whether one text is a slip of the finger away from another (both in small letters, without accents): letters swapped,
-- one too many or too few, or a neighbour on the keyboard or another vowel in place of one; in long texts two slips.
-- Digits are no letters: 'box 1' and 'box 2' are two things. Nor are short words: 'zone a' and 'zone b' are two. Where a sign is
-- half a word (Chinese), one sign in eight may be a slip, and never two.
CREATE OR REPLACE MACRO work.is_slip(a, b) AS
  abs(length(a) - length(b)) <= 2 AND a <> b
  AND regexp_replace(a, '[^0-9]', '', 'g') = regexp_replace(b, '[^0-9]', '', 'g')
  AND len(list_filter(string_split_regex(a, '[^\p{L}\p{N}]+'),
    lambda word: length(word) < 3 AND NOT list_contains(string_split_regex(b, '[^\p{L}\p{N}]+'), word))) = 0
  AND CASE work.edits(a, b)
    WHEN 1 THEN CASE
      WHEN regexp_matches(a, '\p{Lo}{4}') THEN least(length(a), length(b)) >= 8
      WHEN length(a) <> length(b) THEN least(length(a), length(b)) >= 4
      WHEN list_sort(string_split(a, '')) = list_sort(string_split(b, '')) THEN length(a) >= 3
      WHEN length(a) >= 10 THEN true
      ELSE length(a) >= 5 AND len(list_filter(range(1, length(a) + 1), lambda i: a[i] <> b[i] AND (
        regexp_full_match(a[i] || b[i], '[aeiouy]{2}')
        OR contains('qwertyuiop asdfghjkl zxcvbnm qa ws ed rf tg yh uj ik ol az sx dc fv gb hn jm wa es rd tf yg uh ji ko lp sz dx cf vg bh nj mk', a[i] || b[i])
        OR contains('qwertyuiop asdfghjkl zxcvbnm qa ws ed rf tg yh uj ik ol az sx dc fv gb hn jm wa es rd tf yg uh ji ko lp sz dx cf vg bh nj mk', b[i] || a[i])))) > 0
      END
    WHEN 2 THEN least(length(a), length(b)) >= 9 AND NOT regexp_matches(a, '\p{Lo}{4}')
    ELSE false END;
