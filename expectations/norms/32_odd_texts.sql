/* ---
grain: text of a judged record that is unlike the others of its field
makes: odd_texts
refresh: always
--- */
-- One reading of the texts of the records to judge. Each odd text has one finding: its characters are odd; or it is a
-- spelling of a frequent value; or free text where codes stand; or of a form that the others have not. Rules read their
-- kind from here and set how rare is rare: `measure` is what they compare.
CREATE OR REPLACE VIEW work.scope_texts AS
SELECT 'user_actions' AS entity, * FROM work.rare_action_texts UNION ALL
SELECT 'orders' AS entity, * FROM (UNPIVOT (
  SELECT record_key, order_key, order_id AS in_order, NULL::VARCHAR AS line_id, _system, order_id, order_number, order_type,
    customer_id, customer_name, entered_by, channel, sales_org, region, department, currency, ship_to, payment_terms, status,
    updated_by FROM scope.orders
) ON COLUMNS(* EXCLUDE (record_key, order_key, in_order, line_id, _system)) INTO NAME field VALUE value)
UNION ALL
SELECT 'order_lines', * FROM (UNPIVOT (
  SELECT record_key, order_key, order_id AS in_order, line_id, _system, sku, description, unit, status, updated_by
  FROM scope.order_lines
) ON COLUMNS(* EXCLUDE (record_key, order_key, in_order, line_id, _system)) INTO NAME field VALUE value)
UNION ALL
SELECT 'customers', * FROM (UNPIVOT (
  SELECT record_key, NULL::VARCHAR AS order_key, NULL::VARCHAR AS in_order, NULL::VARCHAR AS line_id, _system, customer_id,
    name, aliases, region, country, ship_tos, payment_terms, currency FROM scope.customers
) ON COLUMNS(* EXCLUDE (record_key, order_key, in_order, line_id, _system)) INTO NAME field VALUE value)
UNION ALL
SELECT 'products', * FROM (UNPIVOT (
  SELECT record_key, NULL::VARCHAR AS order_key, NULL::VARCHAR AS in_order, NULL::VARCHAR AS line_id, _system, sku, name,
    aliases, family, unit, pack_unit FROM scope.products
) ON COLUMNS(* EXCLUDE (record_key, order_key, in_order, line_id, _system)) INTO NAME field VALUE value)
UNION ALL
SELECT 'exceptions', * FROM (UNPIVOT (
  SELECT record_key, order_key, order_id AS in_order, line_id, _system, type, raised_by, owner, resolved_by, resolution
  FROM scope.exceptions
) ON COLUMNS(* EXCLUDE (record_key, order_key, in_order, line_id, _system)) INTO NAME field VALUE value);

-- Each text once, with how many records of the field have it. The orders' own keys are all different, and are left out. Orders
-- and lines are many: a column counted by itself is counted where it lies, and takes a quarter of what all below one another take.
CREATE OR REPLACE TABLE work.given_texts AS
FROM (
  SELECT 'orders' AS entity, _system, 'order_type' AS field, order_type AS value, count(*) AS records FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'customer_id', customer_id, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'customer_name', customer_name, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'entered_by', entered_by, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'channel', channel, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'sales_org', sales_org, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'region', region, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'department', department, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'currency', currency, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'ship_to', ship_to, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'payment_terms', payment_terms, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'status', status, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'orders', _system, 'updated_by', updated_by, count(*) FROM scope.orders GROUP BY ALL
  UNION ALL SELECT 'order_lines', _system, 'sku', sku, count(*) FROM scope.order_lines GROUP BY ALL
  UNION ALL SELECT 'order_lines', _system, 'description', description, count(*) FROM scope.order_lines GROUP BY ALL
  UNION ALL SELECT 'order_lines', _system, 'unit', unit, count(*) FROM scope.order_lines GROUP BY ALL
  UNION ALL SELECT 'order_lines', _system, 'status', status, count(*) FROM scope.order_lines GROUP BY ALL
  UNION ALL SELECT 'order_lines', _system, 'updated_by', updated_by, count(*) FROM scope.order_lines GROUP BY ALL
  UNION ALL SELECT entity, _system, field, value, count(*) FROM work.scope_texts WHERE entity NOT IN ('orders', 'order_lines') GROUP BY ALL
) WHERE value IS NOT NULL;

-- The stems that are rare in their field, or hold characters that are no plain ones.
CREATE OR REPLACE TABLE work.rare_stems AS
WITH stems AS (
  SELECT entity, _system, field, rtrim(value, '0123456789') AS stem, (strlen(value) - strlen(stem))::INTEGER AS digits
  FROM work.given_texts GROUP BY ALL
  UNION ALL
  SELECT 'orders', _system, 'order_id', regexp_replace(order_id, '[0-9]+$', '') AS stem, (strlen(order_id) - strlen(stem))::INTEGER
  FROM scope.orders WHERE order_id IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT 'orders', _system, 'order_number', regexp_replace(order_number, '[0-9]+$', '') AS stem, (strlen(order_number) - strlen(stem))::INTEGER
  FROM scope.orders WHERE order_number IS NOT NULL GROUP BY ALL
), known AS (
  SELECT s.*, f.role, coalesce(u.records, 0) AS records,
    work.odd_sort(stem || CASE WHEN s.digits > 0 THEN '9' ELSE '' END) AS odd_sort
  FROM stems s JOIN work.text_fields f USING (entity, field)
  LEFT JOIN work.usual_stems u USING (entity, _system, field, stem, digits)
), rare AS (
  SELECT k.*, s.level, s.share_words,
    -- Keys drawn at random are all rare: those of the usual length need no closer look.
    k.role <> 'name' AND k.records < greatest(5, 0.01 * s.records)
      AND NOT coalesce(k.role IN ('key', 'code') AND s.level = 'word_shape' AND length(stem) + digits = length(s.forms[1]), false)
      AND (s.level IS NOT NULL OR s.share_words <= 0.02 OR k.role IN ('category', 'user') OR s.n_values <= 50000) AS is_rare
  FROM known k LEFT JOIN work.usual_shapes s USING (entity, _system, field)
)
SELECT entity, _system, field, role, stem, digits, records, odd_sort, is_rare,
  CASE WHEN is_rare THEN work.shape(stem) || repeat('9', digits) END AS shape,
  CASE WHEN is_rare THEN work.run_shape(stem) || CASE WHEN digits > 0 THEN '9' ELSE '' END END AS run_shape,
  CASE WHEN is_rare AND level = 'word_shape' THEN work.word_shape(stem) || repeat('w', digits) END AS word_shape
FROM rare WHERE odd_sort IS NOT NULL OR is_rare;

-- The values behind them, with how many records of the field have each.
CREATE OR REPLACE TABLE work.rare_values AS
WITH given AS (
  FROM work.given_texts
  UNION ALL BY NAME
  SELECT 'orders' AS entity, _system, 'order_id' AS field, order_id AS value, count(*) AS records
  FROM scope.orders o SEMI JOIN work.rare_stems r ON r.entity = 'orders' AND r.field = 'order_id' AND r._system = o._system
    AND r.stem = rtrim(order_id, '0123456789') AND r.digits = strlen(order_id) - strlen(r.stem)
  GROUP BY ALL
  UNION ALL BY NAME
  SELECT 'orders' AS entity, _system, 'order_number' AS field, order_number AS value, count(*) AS records
  FROM scope.orders o SEMI JOIN work.rare_stems r ON r.entity = 'orders' AND r.field = 'order_number' AND r._system = o._system
    AND r.stem = rtrim(order_number, '0123456789') AND r.digits = strlen(order_number) - strlen(r.stem)
  GROUP BY ALL
)
SELECT r.*, g.value, coalesce(u.records, g.records) AS value_records
FROM work.rare_stems r
JOIN given g ON g.entity = r.entity AND g._system = r._system AND g.field = r.field
  AND rtrim(g.value, '0123456789') = r.stem AND strlen(g.value) - strlen(r.stem) = r.digits
LEFT JOIN work.usual_texts u ON u.entity = g.entity AND u._system = g._system AND u.field = g.field AND u.value = g.value;

-- What each rare value is, and what is probably meant.
CREATE OR REPLACE TABLE work.odd_values AS
WITH spelt AS (
  SELECT g.entity, g._system, g.field, g.value, f.value AS meant, f.records AS meant_records, 
    f.loose = work.loose_key(g.value) OR f.value = replace(g.value, ' ', '') AS same
  FROM work.rare_values g
  JOIN work.frequent_texts f ON f.entity = g.entity AND f._system = g._system AND f.field = g.field AND f.value <> g.value
  ANTI JOIN work.confusable_fields c ON c.entity = g.entity AND c._system = g._system AND c.field = g.field
  WHERE g.is_rare
    -- The short name of a user may well be near another user's; a full name hardly is.
    AND (same OR (g.role <> 'user' OR length(g.value) >= 8 AND regexp_full_match(g.value, '[\p{L}.''’-]+( [\p{L}.''’-]+)+'))
      AND work.is_slip(lower(strip_accents(g.value)), f.small))
  QUALIFY row_number() OVER (PARTITION BY g.entity, g._system, g.field, g.value ORDER BY same DESC, f.records DESC, f.value) = 1
), named AS (
  -- A text that names one of the frequent values.
  SELECT g.entity, g._system, g.field, g.value, any_value(f.value) AS meant FROM work.rare_values g
  JOIN work.frequent_texts f ON f.entity = g.entity AND f._system = g._system AND f.field = g.field AND length(f.value) >= 3
    AND contains(' ' || regexp_replace(lower(strip_accents(g.value)), '[,.;:()]', ' ', 'g') || ' ', ' ' || f.small || ' ')
  WHERE g.is_rare AND g.role = 'category' GROUP BY ALL HAVING count(*) = 1
), masters AS (
  SELECT 'customer_id' AS field, _system, customer_id AS value FROM core.customers
  UNION SELECT 'sku', _system, sku FROM core.products
  UNION SELECT 'ship_to', _system, trim(unnest(string_split(ship_tos, '|'))) FROM core.customers WHERE ship_tos IS NOT NULL
  UNION SELECT unnest(['entered_by', 'updated_by', 'raised_by', 'owner', 'resolved_by']), _system, user_id FROM core.users
), keyed AS (
  SELECT g.entity, g._system, g.field, g.value, work.loose_key(g.value) AS loose
  FROM work.rare_values g WHERE g.is_rare AND g.role = 'code'
), known_codes AS (
  SELECT entity, _system, field, value, work.loose_key(value) AS loose, records
  FROM (
    SELECT t.entity, t._system, t.field, t.value, t.records FROM work.usual_texts t
    SEMI JOIN keyed k ON k.entity = t.entity AND k._system = t._system AND k.field = t.field WHERE t.records >= 3
    UNION
    SELECT f.entity, m._system, f.field, m.value, NULL FROM masters m JOIN work.text_fields f USING (field)
    SEMI JOIN keyed k ON k.entity = f.entity AND k._system = m._system AND k.field = f.field
    WHERE f.entity NOT IN ('customers', 'products')
  )
), recoded AS (
  -- The only known code with the same loose key.
  SELECT k.entity, k._system, k.field, k.value, any_value(c.value) AS meant, max(c.records) AS records FROM keyed k
  JOIN known_codes c ON c.entity = k.entity AND c._system = k._system AND c.field = k.field AND c.loose = k.loose AND c.value <> k.value
  GROUP BY ALL HAVING count(DISTINCT c.value) = 1
), sorts AS (
  SELECT entity, _system, field, odd_sort, sum(records) AS records FROM work.usual_stems WHERE odd_sort IS NOT NULL GROUP BY ALL
), once AS (
  SELECT entity, _system, field, value, work.plain_text(value, odd_sort) AS text FROM work.rare_values WHERE odd_sort IS NOT NULL
), again AS (
  -- A text may hold two sorts, or have been read wrongly twice.
  SELECT entity, _system, field, value, text, work.odd_sort(text) AS sort FROM once
), plain AS (
  SELECT p.entity, p._system, p.field, p.value, CASE WHEN k.value IS NULL AND u.value IS NOT NULL THEN u.value ELSE p.meant END AS meant
  FROM (
    SELECT *, work.plain_blanks(CASE WHEN sort IN ('lost', 'dash') OR sort IS NULL THEN text ELSE work.plain_text(text, sort) END) AS meant
    FROM again
  ) p
  LEFT JOIN work.usual_texts k ON k.entity = p.entity AND k._system = p._system AND k.field = p.field AND k.value = p.meant
  -- A blank may stand where none belongs.
  LEFT JOIN work.usual_texts u ON u.entity = p.entity AND u._system = p._system AND u.field = p.field AND u.value = replace(p.meant, ' ', '')
), lost AS (
  -- A lost letter is found again where one other value fits around it.
  SELECT g.entity, g._system, g.field, g.value, any_value(u.value) AS meant FROM work.rare_values g
  JOIN work.usual_texts u ON u.entity = g.entity AND u._system = g._system AND u.field = g.field
    AND u.value LIKE regexp_replace(replace(replace(g.value, '%', ''), '_', ''), '\x{FFFD}+', '_', 'g') AND NOT contains(u.value, chr(65533))
  WHERE g.odd_sort = 'lost' GROUP BY ALL HAVING count(DISTINCT u.value) = 1
), zeros AS (
  SELECT entity, _system, field, count(*) AS codes, any_value(value) AS value FROM work.usual_texts WHERE value[1] = '0' GROUP BY ALL
), formed AS (
  SELECT g.entity, g._system, g.field, g.value, g.shape, s.shapes, s.forms, s.examples, s.level,
    CASE s.level WHEN 'run_shape' THEN g.run_shape WHEN 'shape' THEN g.shape ELSE g.word_shape END AS form,
    -- A zero put before a code of digits where no other code begins with one.
    CASE WHEN z.codes IS NULL OR (z.codes = 1 AND z.value = g.value) THEN w.value END AS stripped,
    -- Zeros that a spreadsheet dropped: all others have as many digits, and some begin with a zero.
    CASE WHEN g.shape <> s.shapes[1] AND regexp_full_match(g.shape, '9+') AND regexp_full_match(s.shapes[1], '9+')
        AND s.share_shapes >= 0.99 AND len(s.shapes) = 1 AND strlen(g.value) < strlen(s.shapes[1])
        AND EXISTS (FROM work.usual_stems z WHERE z.entity = g.entity AND z._system = g._system AND z.field = g.field AND z.example[1] = '0')
      THEN lpad(g.value, strlen(s.shapes[1])::INTEGER, '0') END AS padded,
    -- Digits are missing, or two or more are too many; a counter grows by one digit.
    s.level = 'run_shape' AND s.share_shapes >= 0.995 AND len(s.shapes) = 1 AND g.shape <> s.shapes[1]
      AND (length(g.shape) < length(s.shapes[1]) OR length(g.shape) > length(s.shapes[1]) + 1)
      AND coalesce(t.n_values, 0) <= greatest(3, 0.0005 * s.records) AS is_odd_length
  FROM work.rare_values g JOIN work.usual_shapes s USING (entity, _system, field)
  LEFT JOIN work.usual_forms t ON t.entity = g.entity AND t._system = g._system AND t.field = g.field AND t.level = 'shape' AND t.form = g.shape
  LEFT JOIN zeros z ON z.entity = g.entity AND z._system = g._system AND z.field = g.field
  LEFT JOIN work.usual_texts w ON w.entity = g.entity AND w._system = g._system AND w.field = g.field AND w.records >= 5
    AND w.value = CASE WHEN g.role = 'code' AND regexp_full_match(g.value, '0+[1-9][0-9]*') THEN ltrim(g.value, '0') END
  WHERE g.is_rare AND s.level IS NOT NULL AND g.role <> 'category' OR (g.is_rare AND s.level = 'shape')
), repaired AS (
  -- Only what is odd is repaired: that takes longer than all the rest.
  SELECT *, NOT list_contains(forms, form) AS is_odd_form, CASE WHEN is_odd_form OR is_odd_length THEN
      list_filter([
        -- Punctuation put where the usual form has it.
        list_transform(list_filter(shapes, lambda form: regexp_replace(form, '[^Aa9文]', '', 'g') = regexp_replace(shape, '[^Aa9文]', '', 'g')),
          lambda form: array_to_string(list_transform(range(1, length(form) + 1), lambda i: CASE WHEN form[i] IN ('A', 'a', '9', '文')
            THEN regexp_replace(value, '[^\p{L}\p{N}]', '', 'g')[length(regexp_replace(form[:i], '[^Aa9文]', '', 'g'))] ELSE form[i] END), ''))[1],
        upper(value), lower(value), regexp_replace(value, '\s', '', 'g'), translate(value, 'OoIl', '0011'),
        translate(value, '01', 'OI')], lambda repair: repair <> value AND list_contains(shapes, work.shape(repair)))[1]
    END AS repaired
  FROM formed
)
SELECT g.entity, g._system, g.field, g.role, g.value, g.value_records, g.odd_sort, g.run_shape, s.records, s.share_words, s.longest, s.blanks,
  s.share, s.share_others, s.example, coalesce(o.records, 0) / s.records AS share_sort, coalesce(l.meant, nullif(p.meant, g.value)) AS plain, n.meant AS named,
  EXISTS (FROM work.usual_texts u WHERE u.entity = g.entity AND u._system = g._system AND u.field = g.field AND u.value = p.meant) AS plain_is_known,
  list_contains(s.shapes, work.shape(p.meant)) AS plain_is_usual,
  CASE WHEN e.value IS NULL AND s.level IS NULL AND r.records >= 5 * g.value_records THEN r.meant ELSE e.meant END AS spelt,
  coalesce(e.meant_records, r.records) AS spelt_records, coalesce(e.same, true) AS spelt_same,
  coalesce(r.meant, f.stripped, f.padded, f.repaired) AS recoded, r.meant IS NOT NULL OR EXISTS (FROM work.usual_texts u WHERE u.entity = g.entity
    AND u._system = g._system AND u.field = g.field AND u.value = coalesce(f.stripped, f.padded, f.repaired)) AS recoded_is_known,
  f.examples, f.is_odd_form, coalesce(f.padded, f.stripped) IS NOT NULL AS is_short, f.is_odd_length, coalesce(c.n_values, 0) AS form_values,
  g.entity NOT IN ('customers', 'products') AND EXISTS (
    FROM masters m WHERE m.field = g.field AND m._system = g._system AND m.value = g.value) AS is_in_master
FROM work.rare_values g
JOIN work.usual_shapes s USING (entity, _system, field)
LEFT JOIN plain p USING (entity, _system, field, value)
LEFT JOIN sorts o ON o.entity = g.entity AND o._system = g._system AND o.field = g.field AND o.odd_sort = g.odd_sort
LEFT JOIN lost l USING (entity, _system, field, value)
LEFT JOIN spelt e USING (entity, _system, field, value)
LEFT JOIN named n USING (entity, _system, field, value)
LEFT JOIN recoded r USING (entity, _system, field, value)
LEFT JOIN repaired f USING (entity, _system, field, value)
LEFT JOIN work.usual_forms c ON c.entity = g.entity AND c._system = g._system AND c.field = g.field AND c.level = f.level AND c.form = f.form;

-- One finding a text, the most telling first. `measure` is how common that is which makes it odd: the share of the
-- field's records with the same sort of character (0 where it is damage anyhow), with several words, of no usual form; or
-- this value's records a record of the frequent one.
CREATE OR REPLACE TABLE work.odd_texts AS
WITH judged AS (
  SELECT *, CASE
      WHEN odd_sort IN ('lost', 'mojibake', 'invisible', 'control') THEN 'odd_characters'
      WHEN odd_sort = 'dash' AND role <> 'name' AND (plain_is_known OR plain_is_usual) THEN 'odd_characters'
      WHEN odd_sort <> 'dash' AND share_sort <= 0.05 AND NOT (odd_sort = 'line break' AND field = 'description') THEN 'odd_characters'
      WHEN spelt IS NOT NULL AND spelt_records >= CASE WHEN spelt_same THEN 5 ELSE 10 END * value_records
        AND value_records <= greatest(4, spelt_records * CASE WHEN spelt_same THEN 0.005 ELSE 0.0005 END) THEN 'spelling'
      WHEN value_records >= greatest(5, 0.0001 * records) OR is_in_master THEN NULL
      WHEN role IN ('code', 'key', 'user') AND share_words <= 0.02 AND regexp_matches(value, '\p{L} +\p{L}|\p{Lo}{3}') THEN 'text_in_code'
      WHEN role = 'category' AND entity NOT IN ('customers', 'products') AND longest IS NOT NULL AND (
          length(value) - length(replace(value, ' ', '')) > greatest(blanks, 1) AND length(value) > 1.2 * longest
          OR regexp_matches(value, '\p{Lo}{4}') AND NOT work.is_wide_script(example)) THEN 'text_in_code'
      WHEN value_records >= 5 THEN NULL
      WHEN is_odd_length THEN 'form'
      WHEN (is_odd_form OR is_short) AND (recoded IS NOT NULL OR share_others <= 0.003 AND form_values <= greatest(3, 0.0005 * records)) THEN 'form'
    END AS finding
  FROM work.odd_values
), told AS (
  SELECT entity, _system, field, value, finding,
    CASE finding WHEN 'odd_characters' THEN plain WHEN 'spelling' THEN spelt WHEN 'text_in_code' THEN named WHEN 'form' THEN recoded END AS suggested,
    CASE finding
      WHEN 'odd_characters' THEN CASE WHEN odd_sort IN ('lost', 'mojibake', 'invisible', 'control') THEN 0 ELSE share_sort END
      WHEN 'spelling' THEN value_records / spelt_records WHEN 'text_in_code' THEN CASE WHEN role = 'category' THEN 0 ELSE share_words END WHEN 'form' THEN 1 - share END AS measure,
    CASE finding
      WHEN 'odd_characters' THEN CASE WHEN plain_is_known THEN 0.98 WHEN plain IS NOT NULL THEN 0.9 ELSE 0.8 END
      WHEN 'spelling' THEN CASE WHEN spelt_same THEN 0.95 ELSE 0.85 END
      WHEN 'text_in_code' THEN 0.8
      WHEN 'form' THEN CASE WHEN recoded_is_known THEN 0.95 WHEN recoded IS NOT NULL THEN 0.85 ELSE 0.6 END END AS confidence,
    CASE finding
      WHEN 'odd_characters' THEN work.odd_told(value, odd_sort)
      WHEN 'spelling' THEN format('{:,} others say {}, {:,} as this one', spelt_records, spelt, value_records)
      WHEN 'text_in_code' THEN 'the others are like ' || example
      WHEN 'form' THEN work.say_share(share) || format(' of {:,} are like ', records) || array_to_string(examples[:3], ' or ') END AS evidence
  FROM judged WHERE finding IS NOT NULL
)
SELECT o.finding, t.entity, t.record_key, t.order_key, t.in_order AS order_id, t.line_id, t.field, t.value AS observed, o.suggested,
  o.confidence, o.evidence || CASE WHEN o.finding <> 'spelling' THEN coalesce('; probably ' || o.suggested || ' is meant', '') ELSE '' END AS evidence,
  o.measure
FROM work.scope_texts t
JOIN told o USING (entity, _system, field, value)
-- Terms and units that a master was asked about are judged there.
WHERE NOT (o.finding = 'spelling' AND t.entity = 'orders' AND field = 'payment_terms' AND EXISTS (
    FROM core.orders r JOIN core.customers c ON c._system = r._system AND c.customer_id = r.customer_id
    WHERE r.record_key = t.record_key AND c.payment_terms IS NOT NULL))
  AND NOT (o.finding = 'spelling' AND t.entity = 'order_lines' AND field = 'unit' AND EXISTS (
    FROM core.order_lines r JOIN core.products p ON p._system = r._system AND p.sku = r.sku
    WHERE r.record_key = t.record_key AND p.unit IS NOT NULL));

DROP TABLE work.given_texts;
