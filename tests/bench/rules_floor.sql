-- The floor of the rules: their predicates as bare SQL, written by hand, one pass over each entity where one is enough. It says
-- how many records fail, and nothing else: no message, evidence, suggestion, origin, no rule that can break by itself, no ledger.
-- What is learned from all of history (work.usual_*, ...) is there for both, as the last full check measured it; parameters are
-- written out. Each statement begins with the rules that it stands for.

-- orders: required, format, range, allowed, time_order, date_plausible; references to masters; swapped, wrong and future dates, wrong
-- promises; gross_mismatch, wrong_tax
WITH middle AS (SELECT quantile_disc(ordered_at, 0.5) AS moment FROM core.orders),
leads AS (
  SELECT quantile_cont(date_diff('day', ordered_at::DATE, requested_delivery_date), [0.005, 0.995]) AS lead,
    quantile_cont(date_diff('day', ordered_at::DATE, promised_delivery_date), 0.995) AS promise FROM core.orders
), taxes AS (
  SELECT list(rate) AS rates FROM work.usual_taxes WHERE entity = 'orders'
)
SELECT count_if(o.ordered_at IS NULL), count_if(o.customer_id IS NULL), count_if(o.customer_name IS NULL),
  count_if(o.entered_by IS NULL), count_if(o.channel IS NULL), count_if(o.sales_org IS NULL), count_if(o.region IS NULL),
  count_if(o.department IS NULL), count_if(o.currency IS NULL), count_if(o.net_amount IS NULL),
  count_if(o.requested_delivery_date IS NULL), count_if(o.promised_delivery_date IS NULL), count_if(o.ship_to IS NULL),
  count_if(o.payment_terms IS NULL), count_if(o.status IS NULL), count_if(NOT regexp_full_match(o.currency, '[A-Z]{3}')),
  count_if(o.order_class NOT IN ('sale', 'return', 'credit', 'internal', 'sample')),
  count_if(o.net_amount < 0 AND o.order_class NOT IN ('credit', 'return')), count_if(o.cancelled_at < o.ordered_at),
  count_if(o.updated_at < o.ordered_at), count_if(o.promised_delivery_date < o.ordered_at::DATE),
  count_if(abs(date_diff('day', m.moment, o.ordered_at)) > 5 * 365), count_if(o.customer_id IS NOT NULL AND c.customer_id IS NULL),
  count_if(o.entered_by IS NOT NULL AND e.user_id IS NULL), count_if(o.updated_by IS NOT NULL AND u.user_id IS NULL),
  count_if(o.requested_delivery_date < o.ordered_at::DATE),
  count_if(date_diff('day', o.ordered_at::DATE, o.requested_delivery_date) > 3 * greatest(l.lead[2], 14)),
  count_if(lower(trim(o.customer_name)) <> lower(trim(c.name))), count_if(o.payment_terms <> c.payment_terms),
  count_if(c.ship_tos IS NOT NULL AND NOT contains(c.ship_tos, o.ship_to)),
  count_if(date_diff('day', o.ordered_at::DATE, o.requested_delivery_date) > 3 * greatest(l.lead[2], 14)
    AND CASE WHEN day(o.requested_delivery_date) <= 12
      THEN make_date(year(o.requested_delivery_date), day(o.requested_delivery_date), least(month(o.requested_delivery_date), 28)) END
      >= o.ordered_at::DATE),
  count_if(o.ordered_at > n.data_until + INTERVAL 2 DAY),
  count_if(date_diff('day', o.ordered_at::DATE, o.promised_delivery_date) > greatest(180, 3 * l.promise)),
  count_if(abs(o.net_amount + o.tax_amount - o.gross_amount) > 0.02),
  count_if(abs(o.net_amount) >= 10 AND NOT list_contains(t.rates, round(o.tax_amount::DOUBLE / o.net_amount::DOUBLE, 3)))
FROM core.orders o, middle m, leads l, taxes t, meta.now n
LEFT JOIN core.customers c ON c._system = o._system AND c.customer_id = o.customer_id
LEFT JOIN core.users e ON e._system = o._system AND e.user_id = o.entered_by
LEFT JOIN core.users u ON u._system = o._system AND u.user_id = o.updated_by;

-- orders_order_number_unique, duplicate_record
SELECT count(*) FROM (SELECT _system, order_number FROM core.orders WHERE order_number IS NOT NULL GROUP BY ALL HAVING count(*) > 1);

-- number_gap, date_off_sequence: the orders with the numbers beside theirs
SELECT count_if(step BETWEEN 2 AND 50), count_if(abs(since) > 14 AND abs(until) > 14) FROM (
  SELECT number - lag(number) OVER one AS step, date_diff('day', lag(ordered_at) OVER one, ordered_at) AS since,
    date_diff('day', ordered_at, lead(ordered_at) OVER one) AS until
  FROM (
    SELECT _system, ordered_at, regexp_replace(coalesce(order_number, order_id), '\d+$', '') AS series,
      TRY_CAST(regexp_extract(coalesce(order_number, order_id), '(\d+)$', 1) AS BIGINT) AS number
    FROM core.orders
  ) WINDOW one AS (PARTITION BY _system, series ORDER BY number)
);

-- unused_ship_to, wrong_ship_to, wrong_terms, misspelt_customer: how often the customer's orders say so
SELECT count_if(ships < 3), count_if(terms < 3), count_if(names < 5) FROM (
  SELECT count(*) OVER (PARTITION BY _system, customer_id, ship_to) AS ships,
    count(*) OVER (PARTITION BY _system, customer_id, payment_terms) AS terms,
    count(*) OVER (PARTITION BY _system, customer_id, customer_name) AS names
  FROM core.orders WHERE customer_id IS NOT NULL
);

-- contested_customer: somebody else between two orders of one seller
SELECT count(*) FROM (
  SELECT entered_by, lag(entered_by) OVER one AS before, lead(entered_by) OVER one AS after, lag(ordered_at) OVER one AS since,
    lead(ordered_at) OVER one AS until
  FROM core.orders WHERE entered_by IS NOT NULL AND customer_id IS NOT NULL
  WINDOW one AS (PARTITION BY _system, customer_id ORDER BY ordered_at, order_key)
) WHERE before = after AND entered_by <> before AND until - since <= INTERVAL 14 DAY;

-- order_lines: required, range, references; wrong_unit, wrong_price, unusual_price, line_amount_mismatch, excess_discount; free_line,
-- odd_discount, gross_mismatch_line, wrong_tax_line, wrong_line_date
WITH unit_prices AS (
  SELECT _system, sku, unit, min(price) AS low, max(price) AS high FROM core.prices GROUP BY ALL
)
SELECT count_if(l.sku IS NULL), count_if(l.quantity IS NULL), count_if(l.unit IS NULL), count_if(l.unit_price IS NULL),
  count_if(l.net_amount IS NULL), count_if(l.line_no IS NULL), count_if(NOT l.quantity > 0), count_if(l.unit_price < 0),
  count_if(l.discount NOT BETWEEN 0 AND 1), count_if(o.order_key IS NULL), count_if(l.sku IS NOT NULL AND p.sku IS NULL),
  count_if(l.unit NOT IN (p.unit, p.pack_unit)), count_if(l.unit_price NOT BETWEEN 0.999 * r.low AND 1.001 * r.high),
  count_if(abs(ln(nullif(greatest(l.unit_price, 0), 0)::DOUBLE) - u.mid) >= ln(1.8)),
  count_if(abs(l.net_amount - l.quantity * l.unit_price * (1 - coalesce(l.discount, 0))) > greatest(0.02, 0.002 * abs(l.net_amount))),
  count_if(l.discount > s.discount_limit), count_if(lower(trim(l.description)) <> lower(trim(p.name))),
  count_if(l.unit_price = 0 AND l.quantity > 0), count_if(l.discount > 2 * c.high_discount AND l.discount <= 1),
  count_if(abs(l.net_amount + l.tax_amount - l.gross_amount) > 0.02),
  count_if(abs(l.net_amount) >= 10 AND round(l.tax_amount::DOUBLE / l.net_amount::DOUBLE, 3) <> x.rate),
  count_if(l.requested_delivery_date IS DISTINCT FROM o.requested_delivery_date AND l.requested_delivery_date < o.ordered_at::DATE),
  count_if(l.promised_delivery_date IS DISTINCT FROM o.promised_delivery_date AND l.promised_delivery_date < o.ordered_at::DATE)
FROM core.order_lines l
LEFT JOIN core.orders o USING (order_key)
LEFT JOIN core.users s ON s._system = o._system AND s.user_id = o.entered_by
LEFT JOIN core.products p ON p._system = l._system AND p.sku = l.sku
LEFT JOIN unit_prices r ON r._system = l._system AND r.sku = l.sku AND r.unit = l.unit
LEFT JOIN work.usual_prices u ON u._system = l._system AND u.sku = l.sku AND u.unit IS NOT DISTINCT FROM l.unit
LEFT JOIN work.line_customs c ON c._system = l._system
LEFT JOIN work.usual_product_taxes x ON x._system = l._system AND x.sku = l.sku;

-- wrong_price: the price of the day
SELECT count(*) FROM core.order_lines l JOIN core.orders o USING (order_key)
ANTI JOIN core.prices p ON p._system = l._system AND p.sku = l.sku AND p.unit = l.unit
  AND o.ordered_at::DATE >= coalesce(p.valid_from, DATE '0001-01-01') AND o.ordered_at::DATE <= coalesce(p.valid_until, DATE '9999-12-31')
  AND abs(l.unit_price - p.price) <= greatest(0.01, 0.001 * p.price)
WHERE l.unit_price IS NOT NULL AND l.sku IS NOT NULL;

-- wrong_product: an unknown code one character away from a known one
SELECT count(*) FROM core.order_lines l JOIN (
  SELECT DISTINCT w.sku FROM (SELECT DISTINCT sku FROM core.order_lines WHERE sku IS NOT NULL) w ANTI JOIN core.products k USING (sku)
  JOIN core.products m ON length(m.sku) = length(w.sku) AND damerau_levenshtein(m.sku, w.sku) = 1
) USING (sku);

-- quantity_power_of_ten, quantity_pack_size, returned_*: far from what the customer, else everybody, orders of the product
SELECT count(*) FROM core.order_lines l JOIN core.orders o USING (order_key)
LEFT JOIN core.products p ON p._system = l._system AND p.sku = l.sku
JOIN (
  SELECT o._system, o.customer_id, l.sku, l.unit, median(ln(l.quantity::DOUBLE)) AS mid
  FROM core.order_lines l JOIN core.orders o USING (order_key) WHERE l.quantity > 0 GROUP BY ALL
) u ON u._system = o._system AND u.customer_id = o.customer_id AND u.sku = l.sku AND u.unit IS NOT DISTINCT FROM l.unit
WHERE l.quantity > 0 AND (abs(abs(ln(l.quantity::DOUBLE) - u.mid) - ln(10)) < 0.5
  OR abs(abs(ln(l.quantity::DOUBLE) - u.mid) - ln(nullif(p.pack_size, 0)::DOUBLE)) < 0.5);

-- line_twice
SELECT sum(n - 1) FROM (
  SELECT count(*) AS n FROM core.order_lines WHERE sku IS NOT NULL AND quantity IS NOT NULL
  GROUP BY order_key, sku, unit, quantity, unit_price, discount, requested_delivery_date
) WHERE n > 1;

-- price_of_neighbour: where there is no price list
WITH prices AS (
  SELECT l._system, l.sku, l.unit_price, count(*) AS n FROM core.order_lines l ANTI JOIN core.prices p ON p._system = l._system AND p.sku = l.sku
  WHERE l.unit_price > 0 GROUP BY ALL
)
SELECT count(*) FROM prices a JOIN prices h ON h._system = a._system AND h.unit_price = a.unit_price AND a.n = 1 AND h.n >= 3
WHERE length(h.sku) = length(a.sku) AND damerau_levenshtein(h.sku, a.sku) = 1;

-- total_mismatch, order_without_lines, orders_entry_template and learned fields of lines
SELECT count_if(abs(o.net_amount - s.total) > 0.01 + 0.005 * s.n), sum(s.empty), count_if(s.order_key IS NULL)
FROM core.orders o LEFT JOIN (
  SELECT order_key, sum(net_amount) AS total, count(*) AS n, count_if(description IS NULL OR unit IS NULL OR quantity IS NULL) AS empty
  FROM core.order_lines GROUP BY order_key
) s USING (order_key);

-- duplicate_order, near_duplicate: the same lines of the same customer within four days
WITH prints AS (
  SELECT order_key, sum(hash(sku, quantity, unit)) AS print, sum(hash(sku)) AS products, count(*) AS n FROM core.order_lines GROUP BY order_key
), placed AS (
  SELECT o.order_key, o._system, o.customer_id, o.ordered_at, p.print, p.products, p.n FROM core.orders o JOIN prints p USING (order_key)
)
SELECT count_if(exact), count(*) FROM (
  SELECT a.order_key, bool_or(a.print = b.print) AS exact
  FROM placed a JOIN placed b ON b._system = a._system AND b.customer_id = a.customer_id AND b.products = a.products
    AND b.ordered_at < a.ordered_at AND b.ordered_at >= a.ordered_at - INTERVAL 96 HOUR
  GROUP BY a.order_key
);

-- returned_duplicate, returned_near_duplicate: orders of which all goods came back
SELECT count(*) FROM (
  SELECT l.order_key FROM core.order_lines l LEFT JOIN (
    SELECT order_key, line_id, sum(abs(quantity)) AS quantity FROM (
      SELECT order_key, line_id, quantity FROM core.deliveries WHERE kind = 'return'
      UNION ALL SELECT order_key, line_id, quantity FROM core.invoices WHERE kind = 'credit'
    ) GROUP BY ALL
  ) b USING (order_key, line_id) GROUP BY l.order_key HAVING bool_and(coalesce(b.quantity, 0) >= 0.9 * l.quantity)
);

-- duplicate_order_in_list: the same, of lists so short that it cannot be measured how often orders are copied
WITH placed AS (
  SELECT o._system, coalesce(o.customer_id, o.customer_name) AS party, o.ordered_at::DATE AS day, o.order_key,
    sum(hash(l.sku, l.quantity, l.unit_price, l.discount)) AS print
  FROM core.orders o JOIN core.order_lines l USING (order_key)
  WHERE o._system IN (SELECT _system FROM core.orders GROUP BY _system HAVING count(*) <= 2000) GROUP BY ALL
)
SELECT count(*) FROM (SELECT 1 FROM placed GROUP BY _system, party, day, print HAVING count(*) > 1);

-- odd_price: unlike the three sales before and the three after, where there is no price list
SELECT count(*) FROM (
  SELECT l.unit_price AS price, lag(price) OVER trail AS before, lead(price) OVER trail AS after,
    [lag(price, 2) OVER trail, lag(price, 3) OVER trail, lead(price, 2) OVER trail, lead(price, 3) OVER trail] AS further
  FROM core.order_lines l JOIN core.orders o USING (order_key)
  WHERE l.unit_price > 0 AND l._system NOT IN (SELECT _system FROM core.prices)
  WINDOW trail AS (PARTITION BY l._system, l.sku, l.unit, o.currency ORDER BY o.ordered_at)
) WHERE price <> before AND before = after AND list_unique(further) = 1 AND further[1] = before;

-- wrong_product_text, lone_code: where there is no list of products; lone_user: where there is none of users
SELECT count(*) FROM (
  SELECT lower(trim(description)) AS text, upper(trim(sku)) AS code, count(*) AS n, max(count(*)) OVER (PARTITION BY lower(trim(description))) AS most
  FROM core.order_lines WHERE _system NOT IN (SELECT _system FROM core.products) GROUP BY lower(trim(description)), upper(trim(sku))
) WHERE n = 1 AND most >= 5;
SELECT (SELECT count(*) FROM (SELECT sku FROM core.order_lines WHERE _system NOT IN (SELECT _system FROM core.products) GROUP BY sku HAVING count(*) = 1)),
  (SELECT count(*) FROM (SELECT user_id FROM core.user_actions WHERE _system NOT IN (SELECT _system FROM core.users) GROUP BY user_id HAVING count(*) = 1));

-- misspelt_customer_in_list: where there is no list of customers
WITH names AS (
  SELECT lower(strip_accents(trim(customer_name))) AS name, count(*) AS n FROM core.orders
  WHERE _system NOT IN (SELECT _system FROM core.customers WHERE name IS NOT NULL) GROUP BY name
)
SELECT count(*) FROM names w JOIN names f ON f.n >= 5 * w.n AND w.n <= 2 AND left(f.name, 3) = left(w.name, 3)
  AND damerau_levenshtein(f.name, w.name) = 1;

-- learned dependencies of orders and lines: the value that most records with the same determinant have
SELECT count_if(terms_n > 1 AND terms_n < 0.02 * n), count_if(currency_n < 0.02 * n), count_if(place_n < 0.02 * n) FROM (
  SELECT count(*) OVER (PARTITION BY customer_id) AS n, count(*) OVER (PARTITION BY customer_id, payment_terms) AS terms_n,
    count(*) OVER (PARTITION BY customer_id, currency) AS currency_n, count(*) OVER (PARTITION BY customer_id, region) AS place_n
  FROM core.orders
);
SELECT count(*) FROM core.order_lines l JOIN (
  FROM (SELECT sku, unit, description, count(*) AS n, sum(count(*)) OVER (PARTITION BY sku) AS all_n
    FROM core.order_lines GROUP BY sku, unit, description)
  WHERE n < 0.02 * all_n
) s ON s.sku = l.sku AND s.unit IS NOT DISTINCT FROM l.unit AND s.description IS NOT DISTINCT FROM l.description;

SELECT count(*) FROM (
  SELECT count(*) AS n, sum(count(*)) OVER (PARTITION BY l.sku, o.customer_id) AS all_n
  FROM core.order_lines l JOIN core.orders o USING (order_key) GROUP BY l.sku, o.customer_id, l.unit
) WHERE n < 0.02 * all_n;
SELECT count(*) FROM (
  SELECT count(*) AS n, sum(count(*)) OVER (PARTITION BY ship_to) AS all_n FROM core.orders GROUP BY ship_to, customer_id
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY ship_to) FROM core.orders GROUP BY ship_to, customer_name
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY ship_to) FROM core.orders GROUP BY ship_to, payment_terms
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY ship_to) FROM core.orders GROUP BY ship_to, region
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY customer_name) FROM core.orders GROUP BY customer_name, customer_id
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY customer_name) FROM core.orders GROUP BY customer_name, payment_terms
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY customer_name) FROM core.orders GROUP BY customer_name, region
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY customer_id) FROM core.orders GROUP BY customer_id, customer_name
  UNION ALL SELECT count(*), sum(count(*)) OVER (PARTITION BY channel) FROM core.orders GROUP BY channel, department
) WHERE n < 0.02 * all_n;

-- learned_format, odd_characters of the orders' own keys: forms that hardly any other has
SELECT count_if(n < 5) FROM (SELECT regexp_replace(order_id, '[0-9]+$', '') AS stem, count(*) AS n FROM core.orders GROUP BY stem);

-- odd_characters, text_in_code, learned_format, spelling, lone_value: the texts of orders and lines, each distinct one once
SELECT count_if(regexp_matches(text, '[\x{200B}-\x{200F}\x{FEFF}\x{FF01}-\x{FF5E}]')), count_if(contains(text, ' ') AND n < 10),
  count_if(n = 1) FROM (
  SELECT field, text, count(*) AS n FROM (
    SELECT unnest([{'field': 1, 'text': customer_id}, {'field': 2, 'text': customer_name}, {'field': 3, 'text': entered_by},
      {'field': 4, 'text': channel}, {'field': 5, 'text': sales_org}, {'field': 6, 'text': region}, {'field': 7, 'text': department},
      {'field': 8, 'text': currency}, {'field': 9, 'text': ship_to}, {'field': 10, 'text': payment_terms},
      {'field': 11, 'text': status}, {'field': 12, 'text': order_type}], recursive := true) FROM core.orders
    UNION ALL
    SELECT unnest([{'field': 21, 'text': sku}, {'field': 22, 'text': description}, {'field': 23, 'text': unit},
      {'field': 24, 'text': status}], recursive := true) FROM core.order_lines
  ) WHERE text IS NOT NULL GROUP BY ALL
);

-- the same of actions, whose texts are few
SELECT count_if(n < 5 AND regexp_matches(concat_ws(' ', activity, user_id, role, department), '[^ -~]')), count_if(n < 5)
FROM (SELECT activity, user_id, role, department, count(*) AS n FROM core.user_actions GROUP BY ALL);

-- order_changes: required, allowed, references, date_plausible, unapproved_change, change_self_approval, request_not_applied
SELECT count_if(c.field IS NULL), count_if(c.changed_at IS NULL), count_if(c.changed_by IS NULL),
  count_if(c.origin NOT IN ('log', 'version', 'snapshot')), count_if(o.order_key IS NULL),
  count_if(c.changed_by IS NOT NULL AND u.user_id IS NULL), count_if(c.approved_by = c.requested_by),
  count_if(c.approved_by IS NULL OR c.approved_at > c.changed_at), count_if(c.changed_at < o.ordered_at)
FROM core.order_changes c LEFT JOIN core.orders o USING (order_key)
LEFT JOIN core.users u ON u._system = c._system AND u.user_id = c.changed_by;

-- broken_chain, conflicting_edits, too_many_changes
SELECT count_if(old_value <> left_at), count_if(changed_by <> previous_by AND changed_at <= previous_at + INTERVAL 60 MINUTE),
  count_if(change_no > 5)
FROM (SELECT *, lag(new_value) OVER one AS left_at, lag(changed_by) OVER one AS previous_by, lag(changed_at) OVER one AS previous_at,
    row_number() OVER one AS change_no
  FROM core.order_changes
  WINDOW one AS (PARTITION BY order_key, line_id, sub_key, field ORDER BY changed_at, seq NULLS FIRST, change_id));

-- unlogged_change, change_not_applied: the last change of each field against the record
WITH last AS (
  SELECT order_key, line_id, field, arg_max(new_value, (changed_at, change_id)) AS value FROM core.order_changes GROUP BY ALL
)
SELECT (SELECT count(*) FROM last l JOIN core.orders o USING (order_key) WHERE l.line_id IS NULL AND l.value <> CASE l.field
    WHEN 'ship_to' THEN o.ship_to WHEN 'payment_terms' THEN o.payment_terms WHEN 'customer_id' THEN o.customer_id
    WHEN 'requested_delivery_date' THEN o.requested_delivery_date::VARCHAR END),
  (SELECT count(*) FROM last l JOIN core.order_lines o USING (order_key, line_id) WHERE l.value <> CASE l.field
    WHEN 'sku' THEN o.sku WHEN 'unit' THEN o.unit END OR (l.field = 'quantity' AND TRY_CAST(l.value AS DOUBLE) <> o.quantity)
    OR (l.field = 'unit_price' AND TRY_CAST(l.value AS DOUBLE) <> o.unit_price));

-- direct_edit, direct_edit_line: versions that differ
SELECT (SELECT count(*) FROM history.orders h JOIN core.orders o USING (record_key)
    WHERE (h.ship_to, h.payment_terms, h.customer_id) IS DISTINCT FROM (o.ship_to, o.payment_terms, o.customer_id)),
  (SELECT count(*) FROM history.order_lines h JOIN core.order_lines l USING (record_key)
    WHERE (h.quantity, h.unit_price, h.sku) IS DISTINCT FROM (l.quantity, l.unit_price, l.sku));

-- change_after_confirmation, change_after_picking, late_change, late_change_event
SELECT count_if(c.changed_at > a.confirmed_at), count_if(c.changed_at > a.picked_at), count_if(c.changed_at > a.shipped_at)
FROM core.order_changes c JOIN (
  SELECT order_key, min("at") FILTER (activity_kind = 'confirm') AS confirmed_at, min("at") FILTER (activity_kind = 'pick') AS picked_at,
    min("at") FILTER (activity_kind = 'ship') AS shipped_at
  FROM marts.action_facts SEMI JOIN core.order_changes USING (order_key) GROUP BY order_key
) a USING (order_key);

-- user_actions: required, allowed, references, date_plausible; unknown_user, unauthorised_action, missing_right, late_sync,
-- outside_working_hours, swapped_action_date
SELECT count_if(a.activity IS NULL), count_if(a."at" IS NULL), count_if(a.order_id IS NULL), count_if(a.scope NOT IN ('order', 'line')),
  count_if(a.lifecycle NOT IN ('start', 'complete')), count_if(a.at_precision NOT IN ('second', 'minute', 'day')),
  count_if(o.order_key IS NULL), count_if(a.user_id IS NOT NULL AND u.user_id IS NULL),
  count_if(a."at" >= u.valid_until OR a."at" < u.valid_from), count_if(NOT u.automatic AND (h.hours >> hour(a."at")) & 1 = 0),
  count_if(NOT u.automatic AND (h.days >> isodow(a."at")) & 1 = 0),
  count_if(day(a."at") <= 12 AND (a."at" < o.ordered_at - INTERVAL 1 DAY OR date_diff('day', o.ordered_at, a."at") > 2 * greatest(d.longest, 14))
    AND date_diff('day', o.ordered_at, make_date(year(a."at"), least(day(a."at"), 12), least(month(a."at"), 28))) BETWEEN d.shortest AND d.usually)
FROM core.user_actions a
LEFT JOIN core.orders o USING (order_key)
LEFT JOIN work.usual_action_days d ON d._system = a._system AND d.activity = a.activity
LEFT JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
LEFT JOIN work.usual_hours h ON h._system = a._system AND h.department IS NOT DISTINCT FROM coalesce(a.department, u.department, a.role, u.role)
  AND h.user_id IS NULL;

-- unauthorised_action: roles that hardly ever do this
SELECT count(*) FROM (
  SELECT a.activity, u.role, count(*) AS n, sum(count(*)) OVER (PARTITION BY a.activity) AS all_n
  FROM core.user_actions a JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id WHERE NOT u.automatic
  GROUP BY a.activity, u.role
) WHERE n <= 0.01 * all_n;

-- late_sync, repeated_stage
WITH usual AS (
  SELECT activity, quantile_cont(seconds_since_previous, 0.99) AS seconds FROM marts.action_facts WHERE automatic GROUP BY activity
)
SELECT count_if(a.automatic AND a.seconds_since_previous > 24 * 3600 AND a.seconds_since_previous > 2 * u.seconds),
  count_if(a.is_repeat AND a.marks = 'end' AND a.stage IS NOT NULL)
FROM marts.action_facts a LEFT JOIN usual u USING (activity);

-- self_approval, approval_limit, four_eyes, segregation_of_duties, missing_approval: who did what in an order
SELECT count_if(approver = enterer), count_if(net_amount > approval_limit), count_if(confirmer = picker), count_if(approver IS NULL)
FROM (
  SELECT o.order_key, any_value(o.entered_by) AS enterer, any_value(o.net_amount) AS net_amount,
    min(a.user_id) FILTER (a.activity_kind = 'approve') AS approver, min(u.approval_limit) FILTER (a.activity_kind = 'approve') AS approval_limit,
    min(a.user_id) FILTER (a.activity_kind = 'pick') AS picker, min(a.user_id) FILTER (a.activity_kind = 'confirm') AS confirmer
  FROM marts.action_facts a JOIN core.orders o USING (order_key) LEFT JOIN core.users u ON u._system = o._system AND u.user_id = a.user_id
  WHERE a.activity_kind IN ('approve', 'pick', 'confirm') GROUP BY o.order_key
);

-- missing_stage, stage_out_of_order, skipped_approval, stuck_order, no_owner, status_mismatch: the stages of an order
SELECT count_if(stages & (stages + 1) <> 0), count_if(is_early), count_if(open_since < now.data_until - INTERVAL 30 DAY),
  count_if(open_stage IS NOT NULL AND o.entered_by IS NULL), count_if(open_stage IS NULL AND o.status = 'open')
FROM meta.now now, (
  SELECT order_key, bit_or(1::BIGINT << stage_no) AS stages, bool_or(next_at < entered_at OR next_end_at < ended_at) AS is_early,
    min(entered_at) FILTER (is_open) AS open_since, min(stage) FILTER (is_open) AS open_stage
  FROM (SELECT order_key, stage, stage_no, entered_at, ended_at, is_open, lead(entered_at) OVER one AS next_at, lead(ended_at) OVER one AS next_end_at
    FROM marts.stage_facts WHERE stage_no BETWEEN 0 AND 61 WINDOW one AS (PARTITION BY order_key, line_key ORDER BY stage_no))
  GROUP BY order_key
) s JOIN core.orders o USING (order_key);

-- untaken_handover: open stages of another department than the order's last step, without an exception
SELECT count(*) FROM (
  SELECT v.order_key, any_value(v.entered_at) AS since, any_value(m.department) AS department, arg_max(n.department, a."at") AS before
  FROM marts.stage_facts v JOIN meta.stages m USING (stage) JOIN marts.action_facts a ON a.order_key = v.order_key JOIN meta.stages n ON n.stage = a.stage
  WHERE v.is_open GROUP BY v.order_key
) w, meta.now n ANTI JOIN core.exceptions e ON e.order_key = w.order_key
WHERE w.before <> w.department AND w.since < n.data_until - INTERVAL 14 DAY;

-- approval_right, segregation_across_orders: where the process says who may
SELECT count(*) FROM core.user_actions a JOIN (SELECT *, unnest(activity_keys) AS activity_key FROM meta.approvals WHERE roles <> []) w
  ON w.activity_key = lower(trim(a.activity))
JOIN core.orders o USING (order_key) LEFT JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
WHERE NOT list_contains(w.roles, lower(u.role)) AND (w.amount_above IS NULL OR o.net_amount > w.amount_above);
SELECT count(*) FROM (
  SELECT s.set_no, a.user_id FROM core.user_actions a JOIN meta.segregation s ON s.across = 'all_orders' AND s.activity_key = lower(trim(a.activity))
  GROUP BY ALL HAVING count(DISTINCT s.step) > 1
);

-- references of actions, changes and errors to lines
SELECT (SELECT count(*) FROM core.user_actions a ANTI JOIN core.order_lines l USING (_system, line_id) WHERE a.line_id IS NOT NULL),
  (SELECT count(*) FROM core.order_changes c ANTI JOIN core.order_lines l USING (_system, line_id) WHERE c.line_id IS NOT NULL),
  (SELECT count(*) FROM core.order_errors e ANTI JOIN core.order_lines l USING (_system, line_id) WHERE e.line_id IS NOT NULL);

-- exceptions: required, references, time_order, unresolved_exception, exception_without_approval
SELECT count_if(e.type IS NULL), count_if(e.raised_at IS NULL), count_if(e.resolved_at < e.raised_at),
  count_if(e.resolved_at IS NULL AND e.raised_at < n.data_until - INTERVAL 14 DAY), count_if(o.order_key IS NULL),
  count_if(e.owner IS NOT NULL AND u.user_id IS NULL), count_if(e.raised_by IS NOT NULL AND v.user_id IS NULL),
  count_if(e.resolved_by IS NOT NULL AND w.user_id IS NULL)
FROM meta.now n, core.exceptions e LEFT JOIN core.orders o USING (order_key)
LEFT JOIN core.users u ON u._system = e._system AND u.user_id = e.owner
LEFT JOIN core.users v ON v._system = e._system AND v.user_id = e.raised_by
LEFT JOIN core.users w ON w._system = e._system AND w.user_id = e.resolved_by;

-- deliveries, invoices: required, allowed, range, references, date_plausible; short_delivery, invoice_mismatch, invoice_price_mismatch
WITH sent AS (
  SELECT order_key, line_id, sum(CASE WHEN kind = 'return' THEN -abs(quantity) ELSE quantity END) AS quantity, max("at") AS last_at,
    count_if(quantity < 0) AS negative, count_if("at" IS NULL) AS undated, count_if(kind NOT IN ('delivery', 'return')) AS odd
  FROM core.deliveries GROUP BY ALL
), billed AS (
  SELECT order_key, line_id, sum(CASE WHEN kind = 'credit' THEN -abs(quantity) ELSE quantity END) AS quantity, sum(amount) AS amount,
    max("at") AS last_at, count_if(quantity < 0) AS negative, count_if("at" IS NULL) AS undated,
    count_if(kind NOT IN ('invoice', 'credit')) AS odd
  FROM core.invoices GROUP BY ALL
)
SELECT sum(s.negative + s.undated + s.odd), sum(b.negative + b.undated + b.odd), count_if(s.quantity > l.quantity),
  count_if(s.quantity < l.quantity AND s.last_at < n.data_until - INTERVAL 14 DAY),
  count_if(abs(b.quantity - s.quantity) > 0.0001 AND greatest(s.last_at, b.last_at) < n.data_until - INTERVAL 14 DAY),
  count_if(abs(b.amount - b.quantity * l.unit_price * (1 - coalesce(l.discount, 0))) > greatest(0.05, 0.005 * abs(b.amount))),
  count_if(l.line_id IS NULL)
FROM meta.now n, sent s FULL JOIN billed b USING (order_key, line_id) LEFT JOIN core.order_lines l USING (order_key, line_id);

-- date_plausible of deliveries, invoices, actions and changes: years from the middle of the data
SELECT (SELECT count_if(abs(date_diff('day', m.moments[2], d."at")) > greatest(5 * 365, 4 * date_diff('day', m.moments[1], m.moments[3])))
    FROM core.deliveries d, (SELECT quantile_disc("at", [0.25, 0.5, 0.75]) AS moments FROM core.deliveries) m),
  (SELECT count_if(abs(date_diff('day', m.moments[2], i."at")) > greatest(5 * 365, 4 * date_diff('day', m.moments[1], m.moments[3])))
    FROM core.invoices i, (SELECT quantile_disc("at", [0.25, 0.5, 0.75]) AS moments FROM core.invoices) m),
  (SELECT count_if(abs(date_diff('day', m.moments[2], a."at")) > greatest(5 * 365, 4 * date_diff('day', m.moments[1], m.moments[3])))
    FROM core.user_actions a, (SELECT quantile_disc("at", [0.25, 0.5, 0.75]) AS moments FROM core.user_actions) m),
  (SELECT count_if(abs(date_diff('day', m.moments[2], c.changed_at)) > greatest(5 * 365, 4 * date_diff('day', m.moments[1], m.moments[3])))
    FROM core.order_changes c, (SELECT quantile_disc(changed_at, [0.25, 0.5, 0.75]) AS moments FROM core.order_changes) m);

-- references of deliveries and invoices to orders
SELECT (SELECT count(*) FROM core.deliveries ANTI JOIN core.orders USING (order_key)),
  (SELECT count(*) FROM core.invoices ANTI JOIN core.orders USING (order_key));

-- delivered_before_order
SELECT count(*) FROM core.deliveries d JOIN core.orders o USING (order_key)
WHERE coalesce(d.kind, 'delivery') = 'delivery' AND d."at"::DATE < o.ordered_at::DATE - 1;

-- source_swapped_day_month: on the sampled orders, how near a delivery is to the actions of its line and to its order's entry, as
-- written and with day and month swapped
SELECT what, count_if(day(moment) > 12), count_if(abs(date_diff('day', partner, moment)) > 90),
  count_if(day(moment) <= 12 AND day(moment) <> month(moment)
    AND abs(date_diff('day', partner, make_date(year(moment), least(day(moment), 12), least(month(moment), 28)))) <= 90)
FROM (
  SELECT 'action and delivery' AS what, a."at" AS moment, d."at" AS partner
  FROM core.user_actions a SEMI JOIN work.sampled_orders USING (order_key) JOIN core.deliveries d USING (order_key, line_id)
  UNION ALL SELECT 'order and delivery', d."at", o.ordered_at
  FROM core.deliveries d SEMI JOIN work.sampled_orders USING (order_key) JOIN core.orders o USING (order_key)
  UNION ALL SELECT 'order and requested date', requested_delivery_date, ordered_at FROM core.orders SEMI JOIN work.sampled_orders USING (order_key)
  UNION ALL SELECT 'order and promised date', promised_delivery_date, ordered_at FROM core.orders SEMI JOIN work.sampled_orders USING (order_key)
) GROUP BY what;

-- order_links: reference, late_link, lost_order, system_mismatch, system_mismatch_line
SELECT count_if(o.order_key IS NULL), count_if(date_diff('hour', o.ordered_at, l.linked_at) > 24), count_if(p.order_key IS NULL),
  count_if((p.customer_id, p.currency, p.ship_to) IS DISTINCT FROM (o.customer_id, o.currency, o.ship_to) AND p.order_key IS NOT NULL)
FROM core.order_links l LEFT JOIN core.orders o USING (order_key)
LEFT JOIN core.orders p ON p.order_key = l.other_system || ':' || l.other_order_id;

-- lost_order: orders without a link
SELECT count(*) FROM core.orders ANTI JOIN core.order_links USING (order_key);

-- customers, products, prices, users, order_errors: required, format, range, time_order, references
SELECT (SELECT count_if(name IS NULL OR NOT regexp_full_match(country, '[A-Z]{2}') OR credit_limit < 0) FROM core.customers),
  (SELECT count_if(name IS NULL OR unit IS NULL OR NOT pack_size > 0 OR list_price < 0) FROM core.products),
  (SELECT count_if(price IS NULL OR price < 0 OR valid_until < valid_from) FROM core.prices p),
  (SELECT count_if(role IS NULL OR valid_until < valid_from OR approval_limit < 0) FROM core.users),
  (SELECT count_if(e.field IS NULL OR e.cost < 0 OR o.order_key IS NULL) FROM core.order_errors e LEFT JOIN core.orders o USING (order_key));
