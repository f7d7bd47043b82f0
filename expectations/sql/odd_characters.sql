-- Characters that nobody types on purpose, and the text without them.

-- Letters of scripts that are written without capitals: next to them full-width punctuation and blanks are normal.
CREATE OR REPLACE MACRO work.is_wide_script(value) AS
  regexp_matches(value, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}]');

-- UTF-8 that was read as Windows-1252: 'MÃ¼ller' for 'Müller'. Null where the bytes are no UTF-8, so nothing was mixed up.
CREATE OR REPLACE MACRO work.undo_mojibake(value) AS
  CASE WHEN regexp_full_match(translate(value, '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ', ''), '[\x00-\x{FF}]*')
  THEN TRY(decode(unhex(array_to_string(list_transform(string_split(translate(value, '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ',
    array_to_string(list_transform([128, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 142, 145, 146, 147, 148,
      149, 150, 151, 152, 153, 154, 155, 156, 158, 159], lambda code: chr(code)), '')), ''),
    lambda letter: printf('%02X', ord(letter))), '')))) END;

-- The sort of odd character that a text holds, null where it holds none. Only a sort that is rare in its column says
-- something about the text, unless the sort is damage (lost, mojibake, invisible, control): that is wrong wherever it is.
CREATE OR REPLACE MACRO work.odd_sort(value) AS CASE
  WHEN NOT regexp_matches(value, '[^\x20-\x7E]|&[#a-z]') THEN NULL
  WHEN regexp_matches(value, '\x{FFFD}|锟斤拷') THEN 'lost'
  WHEN regexp_matches(value, '[ÃÂÄÅÐÑ][\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â(€|\x{80})|ï»¿|[äåæçèé][\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{2}')
    AND work.undo_mojibake(value) IS NOT NULL THEN 'mojibake'
  WHEN regexp_matches(value, '[\x{AD}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}]')
    AND NOT regexp_matches(value, '[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Mongolian}\x{1F300}-\x{1FAFF}]')
    THEN 'invisible'
  WHEN regexp_matches(value, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{80}-\x{9F}]') THEN 'control'
  WHEN regexp_matches(value, '[\t\n\r]') THEN 'line break'
  WHEN regexp_matches(value, '[\x{A0}\x{2000}-\x{200A}\x{202F}\x{205F}]') THEN 'blank'
  WHEN regexp_matches(value, '[\x{3000}\x{FF01}-\x{FF5E}\x{FFE5}]') AND NOT work.is_wide_script(value) THEN 'full-width'
  WHEN regexp_matches(value, '[０-９Ａ-Ｚａ-ｚ]') THEN 'full-width'
  WHEN regexp_matches(value, '[A-Za-z][АВЕЅІЈКМНОРСТХУаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο]|[АВЕЅІЈКМНОРСТХУаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο][A-Za-z]')
    OR regexp_full_match(value, '[\x21-\x7E]*[АВЕЅІЈКМНОРСТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+[\x21-\x7E]*[0-9][\x21-\x7E]*') THEN 'look-alike'
  WHEN regexp_matches(value, '[A-Za-z][\x{300}-\x{36F}]') THEN 'accent'
  WHEN regexp_matches(value, '&(amp|lt|gt|quot|apos|nbsp|#[0-9]{2,5}|#x[0-9A-Fa-f]{2,4});') THEN 'web code'
  WHEN regexp_matches(value, '[‐‑‒–—−]') THEN 'dash'
END;

-- What a clerk is told about the sort, with the character where it can be shown.
CREATE OR REPLACE MACRO work.odd_told(value, sort) AS CASE sort
  WHEN 'lost' THEN 'a letter was lost'
  WHEN 'mojibake' THEN 'its letters were read in a wrong encoding'
  WHEN 'invisible' THEN 'an invisible character, U+' || printf('%04X',
    ord(regexp_extract(value, '[\x{AD}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}]')))
  WHEN 'control' THEN 'a control character, U+'
    || printf('%04X', ord(regexp_extract(value, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{80}-\x{9F}]')))
  WHEN 'line break' THEN 'a tab or line break'
  WHEN 'blank' THEN 'a blank that is none, U+'
    || printf('%04X', ord(regexp_extract(value, '[\x{A0}\x{2000}-\x{200A}\x{202F}\x{205F}]')))
  WHEN 'full-width' THEN 'a full-width character, ' || CASE WHEN work.is_wide_script(value)
    THEN regexp_extract(value, '[０-９Ａ-Ｚａ-ｚ]') ELSE regexp_extract(value, '[\x{3000}\x{FF01}-\x{FF5E}\x{FFE5}]') END
  WHEN 'look-alike' THEN 'a letter of another alphabet that looks like a Latin one, '
    || regexp_extract(value, '[АВЕЅІЈКМНОРСТХУаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο]')
  WHEN 'accent' THEN 'an accent apart from its letter'
  WHEN 'web code' THEN 'a code of web pages, ' || regexp_extract(value, '&#?[0-9A-Za-z]+;')
  WHEN 'dash' THEN 'a dash in place of a hyphen, ' || regexp_extract(value, '[‐‑‒–—−]')
END;

-- The text as it would have been typed, sort by sort. A lost letter stays lost.
CREATE OR REPLACE MACRO work.plain_text(value, sort) AS CASE sort
  WHEN 'mojibake' THEN work.undo_mojibake(value)
  WHEN 'look-alike' THEN
    translate(value, 'АВЕЅІЈКМНОРСТХУаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο', 'ABESIJKMHOPCTXYaeopcyxisjABEZHIKMNOPTYXo')
  WHEN 'full-width' THEN translate(CASE WHEN work.is_wide_script(value) THEN value
      ELSE translate(value, '！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＾＿｀｛｜｝～￥　', '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~¥ ') END,
    '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  WHEN 'accent' THEN nfc_normalize(value)
  WHEN 'web code' THEN replace(replace(replace(replace(replace(replace(value,
    '&amp;', '&'), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&nbsp;', ' ')
  WHEN 'dash' THEN regexp_replace(value, '[‐‑‒–—−]', '-', 'g')
  WHEN 'lost' THEN value
  ELSE regexp_replace(value, '[\x{AD}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{80}-\x{9F}]', '', 'g')
END;

CREATE OR REPLACE MACRO work.plain_blanks(value) AS
  trim(regexp_replace(value, '[\s\x{A0}\x{2000}-\x{200A}\x{202F}\x{205F}]+', ' ', 'g'));
