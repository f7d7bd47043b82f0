/* ---
title: A product code is the one that its text names
entity: order_lines
kind: wrong_product
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: table
needs: [order_lines.sku, order_lines.description]
checked: "sku IS NOT NULL AND description IS NOT NULL"
sentence: "{observed} is probably a slip for {suggested} ({evidence})."
parameters: {minimum: 5, nearly_all: 0.95}
--- */
-- Where no product master names the text: the text stands on at least $minimum other lines, nearly all with one code; this line
-- has another code, one character or a swap of two away from it, that never has this text otherwise.
WITH pairs AS (
  SELECT _system, lower(trim(description)) AS text, upper(trim(sku)) AS code, count(*) AS lines, mode(sku) AS sku
  FROM core.order_lines WHERE sku IS NOT NULL AND description IS NOT NULL
    AND _system NOT IN (SELECT _system FROM core.products WHERE name IS NOT NULL) GROUP BY ALL
), texts AS (
  SELECT _system, text, sum(lines) AS lines, max(lines) AS most, arg_max(code, lines) AS code, arg_max(sku, lines) AS sku
  FROM pairs GROUP BY _system, text
), slips AS (
  SELECT p._system, p.text, p.code, t.sku AS meant, t.most
  FROM pairs p JOIN texts t USING (_system, text)
  WHERE p.lines = 1 AND p.code <> t.code AND t.most >= $minimum AND t.most >= $nearly_all * (t.lines - 1)
    AND length(p.code) = length(t.code) AND damerau_levenshtein(p.code, t.code) = 1
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'sku' AS field, l.sku AS observed, s.meant AS expected, s.meant AS suggested,
  0.9 AS confidence, work.say_count(s.most, 'other line', 'other lines') || ' with the text “' || trim(l.description) || CASE s.most WHEN 1 THEN '” has ' ELSE '” have ' END || s.meant AS evidence
FROM slips s JOIN scope.order_lines l ON l._system = s._system AND lower(trim(l.description)) = s.text AND upper(trim(l.sku)) = s.code
