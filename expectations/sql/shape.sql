-- The shape of a text: what kind of character stands where. One definition for every rule about formats.
-- A capital letter is A, a small one a, a digit 9, a letter of a script without capitals 文; blanks and punctuation stay.
--   shape       'SO-100123' is 'AA-999999'
--   word_shape  letters and digits are alike, as in keys drawn at random: '76c6e8' is 'wwwwww'
--   run_shape   runs of one kind count once, however long: 'Customer 26' is 'Aa 9'
-- Reading a shape takes about a microsecond a character: read it once a distinct value, not once a record.
CREATE OR REPLACE MACRO work.shape(value) AS
  regexp_replace(regexp_replace(regexp_replace(regexp_replace(value,
    '\p{Lu}', 'A', 'g'), '[\p{Ll}\p{Lt}]', 'a', 'g'), '\p{Nd}', '9', 'g'), '[\p{Lo}\p{Lm}]', '文', 'g');

CREATE OR REPLACE MACRO work.word_shape(value) AS
  regexp_replace(regexp_replace(value, '[\p{Lu}\p{Ll}\p{Lt}\p{Nd}]', 'w', 'g'), '[\p{Lo}\p{Lm}]', '文', 'g');

CREATE OR REPLACE MACRO work.run_shape(value) AS
  regexp_replace(regexp_replace(regexp_replace(regexp_replace(value,
    '\p{Lu}+', 'A', 'g'), '[\p{Ll}\p{Lt}]+', 'a', 'g'), '\p{Nd}+', '9', 'g'), '[\p{Lo}\p{Lm}]+', '文', 'g');
