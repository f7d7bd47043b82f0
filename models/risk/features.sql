/* ---
name: risk_features
title: What was known about an order at the moment it was submitted
usage: >
  Put the orders of interest into work.risk_targets (order_key), run span.sql, then this file. One row an order.
  t0 = ordered_at. The value of a field at t0 is the old value of its first change after t0, else the current value.
  Histories are daily sums over the 365 days before the day of t0 (UTC); an error counts from the day it was found, if that
  was within 95 days of its own order's t0. The usual quantity of a customer's product is the median over days of the day's mean,
  of a product (and the usual price and amount) a geometric mean, which can be summed.
features: [hour, weekday, workload_today, rush_days, rush_vs_usual, n_lines, amount, amount_vs_usual, header_vs_lines,
  quantity_vs_customer, quantity_vs_product, unit_share, price_vs_list, price_vs_usual, discount, new_products,
  ship_to_orders, customer_orders, customer_error_rate, days_since_last_order, user_orders, user_error_rate,
  product_error_rate, same_order_recently, name_similarity, missing_fields, terms_differ,
  warning_signs]
categories: [channel, order_type, region, product_family]
--- */
WITH zone AS (
    SELECT coalesce(max(reporting_zone), 'UTC') AS name FROM work.risk_zone
), recent AS NOT MATERIALIZED (
    SELECT * FROM core.orders
    WHERE ordered_at BETWEEN getvariable('risk_since') AND getvariable('risk_until') AND coalesce(order_class, 'sale') = 'sale'
), header_was AS (
    SELECT order_key, map_from_entries(list({'k': field, 'v': old_value})) AS was
    FROM (
        SELECT c.order_key, c.field,
            arg_min({'v': c.old_value}, (c.changed_at, coalesce(c.seq, 0)))['v'] AS old_value
        FROM core.order_changes AS c JOIN recent AS r USING (order_key)
        WHERE c.line_id IS NULL AND c.changed_at > r.ordered_at
        GROUP BY ALL
    )
    GROUP BY order_key
), line_was AS (
    SELECT line_key, map_from_entries(list({'k': field, 'v': old_value})) AS was
    FROM (
        SELECT c.line_key, c.field,
            arg_min({'v': c.old_value}, (c.changed_at, coalesce(c.seq, 0)))['v'] AS old_value
        FROM core.order_changes AS c JOIN recent AS r USING (order_key)
        WHERE c.line_id IS NOT NULL AND c.changed_at > r.ordered_at
        GROUP BY ALL
    )
    GROUP BY line_key
), order_then AS MATERIALIZED (
    -- what is counted of a year of orders; the words of the orders asked about come last
    SELECT o.order_key, o._system AS system, o.ordered_at AS t0,
        timezone(zone.name, timezone('UTC', o.ordered_at)) AS local_t0,
        CASE WHEN o.ordered_at::DATE BETWEEN getvariable('risk_alike_from') AND getvariable('risk_alike_day')
            THEN getvariable('risk_alike_day') ELSE o.ordered_at::DATE END AS day,
        CASE WHEN map_contains(w.was, 'customer_id') THEN w.was['customer_id'] ELSE o.customer_id END AS customer_id,
        CASE WHEN map_contains(w.was, 'entered_by') THEN w.was['entered_by'] ELSE o.entered_by END AS entered_by,
        CASE WHEN map_contains(w.was, 'currency') THEN w.was['currency'] ELSE o.currency END AS currency,
        CASE WHEN map_contains(w.was, 'ship_to') THEN w.was['ship_to'] ELSE o.ship_to END AS ship_to,
        CASE WHEN map_contains(w.was, 'net_amount') THEN try_cast(w.was['net_amount'] AS DOUBLE)
            ELSE o.net_amount::DOUBLE END AS net_amount,
        CASE WHEN map_contains(w.was, 'requested_delivery_date')
            THEN try_cast(try_cast(w.was['requested_delivery_date'] AS TIMESTAMP) AS DATE)
            ELSE o.requested_delivery_date END AS requested_on
    FROM recent AS o CROSS JOIN zone LEFT JOIN header_was AS w USING (order_key)
), order_words AS (
    SELECT o.order_key, o.order_id,
        CASE WHEN map_contains(w.was, 'customer_name') THEN w.was['customer_name'] ELSE o.customer_name END
            AS customer_name,
        CASE WHEN map_contains(w.was, 'channel') THEN w.was['channel'] ELSE o.channel END AS channel,
        CASE WHEN map_contains(w.was, 'order_type') THEN w.was['order_type'] ELSE o.order_type END AS order_type,
        CASE WHEN map_contains(w.was, 'region') THEN w.was['region'] ELSE o.region END AS region,
        CASE WHEN map_contains(w.was, 'payment_terms') THEN w.was['payment_terms'] ELSE o.payment_terms END
            AS payment_terms
    FROM recent AS o SEMI JOIN work.risk_targets USING (order_key) LEFT JOIN header_was AS w USING (order_key)
), line_then AS NOT MATERIALIZED (
    -- a line whose log says that it was added after t0 did not exist at t0
    SELECT l.line_key, l.line_id, l.order_key, l.line_no, o.t0, o.day, o.system, o.customer_id, o.currency, o.net_amount IS NULL AS is_without_amount,
        CASE WHEN map_contains(w.was, 'sku') THEN w.was['sku'] ELSE l.sku END AS sku,
        CASE WHEN map_contains(w.was, 'unit') THEN w.was['unit'] ELSE l.unit END AS unit,
        CASE WHEN map_contains(w.was, 'quantity') THEN try_cast(w.was['quantity'] AS DOUBLE)
            ELSE l.quantity::DOUBLE END AS quantity,
        CASE WHEN map_contains(w.was, 'unit_price') THEN try_cast(w.was['unit_price'] AS DOUBLE)
            ELSE l.unit_price::DOUBLE END AS unit_price,
        CASE WHEN map_contains(w.was, 'discount') THEN try_cast(w.was['discount'] AS DOUBLE)
            ELSE l.discount::DOUBLE END AS discount,
        CASE WHEN map_contains(w.was, 'net_amount') THEN try_cast(w.was['net_amount'] AS DOUBLE)
            ELSE l.net_amount::DOUBLE END AS net_amount
    FROM core.order_lines AS l
    JOIN order_then AS o USING (order_key)
    LEFT JOIN line_was AS w USING (line_key)
    WHERE NOT coalesce(map_contains(w.was, 'line_id') AND w.was['line_id'] IS NULL, false)
), found AS (
    SELECT order_key, line_id, found_at,
        CASE WHEN found_at::DATE BETWEEN getvariable('risk_alike_from') AND getvariable('risk_alike_day')
            THEN getvariable('risk_alike_day') ELSE found_at::DATE END AS day
    FROM marts.error_facts WHERE found_at IS NOT NULL
), order_found AS (
    SELECT order_key, min(found_at) AS found_at, min(day) AS day FROM found GROUP BY order_key
), line_found AS (
    SELECT order_key, line_id, min(found_at) AS found_at, min(day) AS day FROM found WHERE line_id IS NOT NULL GROUP BY ALL
), line_past AS MATERIALIZED (
    -- what is summed up over a year of lines (of older ones their errors count), with the day on which an error of the line was found in time
    -- (numbers stand for products and what is told apart of them: to count by texts takes far longer)
    SELECT t0, t.day, hash(system, sku) AS product, hash(system, sku, unit, currency) AS priced,
        hash(system, customer_id, sku) AS pair, hash(system, customer_id, sku, unit) AS pair_unit, customer_id IS NOT NULL AS has_customer,
        quantity, unit_price, CASE WHEN f.found_at <= t0 + INTERVAL 95 DAY THEN f.day END AS error_day
    FROM line_then AS t LEFT JOIN line_found AS f ON f.order_key = t.order_key AND f.line_id = t.line_id
    WHERE sku IS NOT NULL AND (t0 >= getvariable('risk_first')::DATE - 365 OR f.found_at IS NOT NULL)
), line_asked AS MATERIALIZED (
    SELECT *, hash(system, customer_id, sku) AS pair
    FROM line_then SEMI JOIN work.risk_targets USING (order_key) WHERE t0 >= getvariable('risk_first')
), customer_past AS (
    SELECT system, customer_id, day, sum(orders) OVER earlier AS orders, sum(errors) OVER earlier AS errors
    FROM (
        SELECT system, customer_id, day, sum(is_order) AS orders, sum(is_error) AS errors
        FROM (
            SELECT system, customer_id, day, 1 AS is_order, 0 AS is_error FROM order_then
            UNION ALL
            SELECT system, customer_id, f.day, 0, 1 FROM order_then JOIN order_found AS f USING (order_key)
            WHERE found_at <= t0 + INTERVAL 95 DAY
        )
        WHERE customer_id IS NOT NULL
        GROUP BY ALL
    )
    WINDOW earlier AS (PARTITION BY system, customer_id ORDER BY day
        RANGE BETWEEN INTERVAL 365 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)
), user_past AS (
    SELECT system, entered_by, day, sum(orders) OVER earlier AS orders, sum(errors) OVER earlier AS errors
    FROM (
        SELECT system, entered_by, day, sum(is_order) AS orders, sum(is_error) AS errors
        FROM (
            SELECT system, entered_by, day, 1 AS is_order, 0 AS is_error FROM order_then
            UNION ALL
            SELECT system, entered_by, f.day, 0, 1 FROM order_then JOIN order_found AS f USING (order_key)
            WHERE found_at <= t0 + INTERVAL 95 DAY
        )
        WHERE entered_by IS NOT NULL
        GROUP BY ALL
    )
    WINDOW earlier AS (PARTITION BY system, entered_by ORDER BY day
        RANGE BETWEEN INTERVAL 365 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)
), product_past AS (
    SELECT product, day, sum(lines) OVER earlier AS lines, sum(errors) OVER earlier AS errors,
        exp(sum(log_quantity) OVER earlier / nullif(sum(quantities) OVER earlier, 0)) AS usual_quantity
    FROM (
        SELECT product, day, sum(is_line) AS lines, sum(is_error) AS errors, sum(log_quantity) AS log_quantity,
            count(log_quantity) AS quantities
        FROM (
            SELECT product, day, 1 AS is_line, 0 AS is_error, CASE WHEN quantity > 0 THEN ln(quantity) END AS log_quantity
            FROM line_past
            UNION ALL
            SELECT product, error_day, 0, 1, NULL FROM line_past WHERE error_day IS NOT NULL
        )
        GROUP BY ALL
    )
    WINDOW earlier AS (PARTITION BY product ORDER BY day
        RANGE BETWEEN INTERVAL 365 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)
), price_past AS (
    SELECT priced, day, sum(lines) OVER earlier AS lines,
        exp(sum(log_price) OVER earlier / nullif(sum(prices) OVER earlier, 0)) AS usual_price
    FROM (
        SELECT priced, day,
            count(*) AS lines, sum(ln(unit_price)) FILTER (WHERE unit_price > 0) AS log_price,
            count_if(unit_price > 0) AS prices
        FROM line_past GROUP BY ALL
    )
    WINDOW earlier AS (PARTITION BY priced ORDER BY day
        RANGE BETWEEN INTERVAL 365 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)
), pair_line AS (
    -- only of the products that the customers of the target orders now order
    SELECT pair, pair_unit, t0::DATE AS day, day AS alike_day, quantity
    FROM line_past WHERE has_customer AND pair IN (SELECT pair FROM line_asked)
), pair_days AS (
    SELECT pair, list({'day': day, 'lines': lines, 'quantity': quantity}) AS days
    FROM (SELECT pair, day, count(*) AS lines, avg(quantity) AS quantity FROM pair_line GROUP BY pair, day)
    GROUP BY pair
), pair_past AS (
    -- Of the days that are asked about alone, from a list of the pair's days: a median over a window would be taken for each day
    -- that the pair has, and a join of days with days would keep the values of all pairs in memory at once.
    SELECT pair, day, list_sum(list_transform(year, lambda d: d.lines)) AS lines,
        list_median(list_transform(year, lambda d: d.quantity)) AS usual_quantity
    FROM (
        SELECT pair, a.day, list_filter(p.days, lambda d: d.day BETWEEN a.day - 365 AND a.day - 1) AS year
        FROM (SELECT DISTINCT pair, t0::DATE AS day FROM line_asked) AS a JOIN pair_days AS p USING (pair)
    )
), pair_unit_past AS (
    SELECT pair_unit, day, sum(lines) OVER earlier AS lines
    FROM (
        SELECT pair_unit, alike_day AS day, count(*) AS lines FROM pair_line GROUP BY ALL
    )
    WINDOW earlier AS (PARTITION BY pair_unit ORDER BY day
        RANGE BETWEEN INTERVAL 365 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)
), line_target AS (
    SELECT l.*, coalesce(c.lines, 0)::BIGINT AS customer_lines, c.usual_quantity AS customer_quantity,
        coalesce(v.lines, 0)::BIGINT AS customer_unit_lines,
        p.lines AS product_lines, p.errors AS past_errors, p.usual_quantity AS product_quantity,
        u.lines AS product_unit_lines, u.usual_price
    FROM line_asked AS l
    LEFT JOIN pair_past AS c ON c.pair = l.pair AND c.day = l.t0::DATE
    LEFT JOIN pair_unit_past AS v ON v.pair_unit = hash(l.system, l.customer_id, l.sku, l.unit) AND v.day = l.t0::DATE
    LEFT JOIN product_past AS p ON p.product = hash(l.system, l.sku) AND p.day = l.t0::DATE
    LEFT JOIN price_past AS u ON u.priced = hash(l.system, l.sku, l.unit, l.currency) AND u.day = l.t0::DATE
), line_listed AS (
    -- the customer's own price before the general one; the latest that was valid on the day; of several the one nearest to the line's
    SELECT l.line_key, arg_max(p.price::DOUBLE, (p.customer_id IS NOT NULL, coalesce(p.valid_from, DATE '1900-01-01'),
        -abs(p.price::DOUBLE - l.unit_price), p.price)) AS list_price
    FROM line_target AS l
    JOIN core.prices AS p ON p.sku = l.sku AND p._system = l.system
    WHERE (p.customer_id IS NULL OR p.customer_id = l.customer_id)
        AND (p.unit IS NULL OR p.unit IS NOT DISTINCT FROM l.unit)
        AND (p.currency IS NULL OR p.currency IS NOT DISTINCT FROM l.currency)
        AND l.t0::DATE BETWEEN coalesce(p.valid_from, DATE '1900-01-01') AND coalesce(p.valid_until, DATE '9999-12-31')
    GROUP BY l.line_key
), line_feature AS (
    SELECT l.*, d.family,
        coalesce(x.list_price, d.list_price::DOUBLE * CASE
            WHEN l.unit IS NULL OR l.unit IS NOT DISTINCT FROM d.unit THEN 1
            WHEN l.unit = d.pack_unit THEN d.pack_size::DOUBLE END) AS list_price,
        CASE WHEN customer_lines >= 3 THEN customer_unit_lines / customer_lines
            WHEN product_lines >= 10 THEN coalesce(product_unit_lines, 0) / product_lines END AS unit_share,
        CASE WHEN customer_lines >= 3 THEN customer_lines ELSE product_lines END AS unit_lines,
        CASE WHEN quantity > 0 AND customer_quantity > 0 THEN ln(quantity / customer_quantity) END AS off_customer,
        CASE WHEN quantity > 0 AND product_quantity > 0 THEN ln(quantity / product_quantity) END AS off_product,
        CASE WHEN unit_price > 0 AND usual_price > 0 THEN ln(unit_price / usual_price) END AS off_usual_price,
        coalesce(past_errors, 0) / (coalesce(product_lines, 0) + 10) AS past_rate,
        coalesce(net_amount, quantity * unit_price * (1 - coalesce(discount, 0))) AS amount
    FROM line_target AS l
    LEFT JOIN line_listed AS x USING (line_key)
    LEFT JOIN core.products AS d ON d.sku = l.sku AND d._system = l.system
), line_off AS (
    SELECT *, CASE WHEN unit_price > 0 AND list_price > 0 THEN ln(unit_price / list_price) END AS off_list
    FROM line_feature
), worst AS (
    -- of each kind the line that is farthest off, with the words for it
    SELECT order_key, count(*) AS n_lines, sum(amount) AS lines_amount, arg_max(family, (amount, line_key)) AS family,
        max(discount) AS discount, arg_max(line_no, (discount, line_key)) FILTER (WHERE discount IS NOT NULL) AS discount_line, count_if(customer_lines = 0) AS new_products,
        bool_or(sku IS NULL)::INT + bool_or(quantity IS NULL)::INT + bool_or(unit_price IS NULL)::INT AS missing,
        arg_max({'line': line_no, 'sku': sku, 'off': off_customer, 'has': quantity, 'usual': customer_quantity,
            'unit': unit}, (abs(off_customer), line_key)) FILTER (WHERE off_customer IS NOT NULL) AS by_customer,
        arg_max({'line': line_no, 'sku': sku, 'off': off_product, 'has': quantity, 'usual': product_quantity,
            'unit': unit}, (abs(off_product), line_key)) FILTER (WHERE off_product IS NOT NULL) AS by_product,
        arg_min({'line': line_no, 'sku': sku, 'share': unit_share, 'unit': unit, 'lines': unit_lines},
            (unit_share, line_key)) FILTER (WHERE unit_share IS NOT NULL) AS by_unit,
        arg_max({'line': line_no, 'sku': sku, 'off': off_list, 'has': unit_price, 'usual': list_price},
            (abs(off_list), line_key)) FILTER (WHERE off_list IS NOT NULL) AS by_list,
        arg_max({'line': line_no, 'sku': sku, 'off': off_usual_price, 'has': unit_price, 'usual': usual_price},
            (abs(off_usual_price), line_key)) FILTER (WHERE off_usual_price IS NOT NULL) AS by_price,
        arg_max({'sku': sku, 'rate': past_rate, 'lines': product_lines, 'errors': past_errors}, (past_rate, line_key))
            FILTER (WHERE past_rate IS NOT NULL) AS by_error
    FROM line_off
    GROUP BY order_key
), order_sum AS (
    -- only where they are asked for: of orders without an amount, and of those that may be the same as another one
    SELECT order_key, count(*) AS n_lines,
        sum(coalesce(net_amount, quantity * unit_price * (1 - coalesce(discount, 0)))) AS lines_amount
    FROM line_then WHERE is_without_amount OR t0 >= getvariable('risk_first') - INTERVAL 15 DAY
    GROUP BY order_key
), order_sized AS MATERIALIZED (
    SELECT o.*, s.n_lines, s.lines_amount, coalesce(o.net_amount, s.lines_amount) AS amount,
        date_diff('day', o.local_t0::DATE, o.requested_on) AS rush_days
    FROM order_then AS o LEFT JOIN order_sum AS s USING (order_key)
), account_past AS (
    SELECT system, customer_id, currency, day, max(last_t0) OVER earlier AS last_t0,
        exp(sum(log_amount) OVER earlier / nullif(sum(amounts) OVER earlier, 0)) AS usual_amount,
        sum(rush_days) OVER earlier / nullif(sum(rushes) OVER earlier, 0) AS usual_rush
    FROM (
        SELECT system, customer_id, currency, day,
            max(t0) AS last_t0,
            sum(ln(amount)) FILTER (WHERE amount > 0) AS log_amount, count_if(amount > 0) AS amounts,
            sum(rush_days) AS rush_days, count(rush_days) AS rushes
        FROM order_sized WHERE customer_id IS NOT NULL GROUP BY ALL
    )
    WINDOW earlier AS (PARTITION BY system, customer_id, currency ORDER BY day
        RANGE BETWEEN INTERVAL 365 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)
), place_past AS (
    SELECT system, customer_id, ship_to, day, sum(orders) OVER (PARTITION BY system, customer_id, ship_to ORDER BY day
        RANGE BETWEEN INTERVAL 365 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING) AS orders
    FROM (
        SELECT system, customer_id, ship_to, day, count(*) AS orders
        FROM order_then WHERE customer_id IS NOT NULL AND ship_to IS NOT NULL GROUP BY ALL
    )
), order_asked AS (
    SELECT system, entered_by, local_t0, customer_id, amount, n_lines FROM order_sized SEMI JOIN work.risk_targets USING (order_key)
), order_usual AS (
    -- of the days of the users, and of the likes, of the target orders
    SELECT *,
        count(*) OVER today AS workload_today,
        count(*) OVER twin AS same_order_recently
    FROM order_sized
    WHERE t0 >= getvariable('risk_first') - INTERVAL 15 DAY
        AND (hash(system, entered_by, local_t0::DATE) IN (SELECT hash(system, entered_by, local_t0::DATE) FROM order_asked)
            OR hash(system, customer_id, amount, n_lines) IN (SELECT hash(system, customer_id, amount, n_lines) FROM order_asked))
    WINDOW
        today AS (PARTITION BY system, entered_by, local_t0::DATE ORDER BY t0
            RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING),
        twin AS (PARTITION BY system, customer_id, amount, n_lines ORDER BY t0
            RANGE BETWEEN INTERVAL 14 DAY PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING)
), order_target AS (
    SELECT u.*, t.* EXCLUDE (order_key), a.last_t0, a.usual_amount, a.usual_rush, p.orders AS ship_to_orders
    FROM order_usual AS u
    JOIN order_words AS t USING (order_key)
    LEFT JOIN account_past AS a ON a.system = u.system AND a.customer_id = u.customer_id AND a.day = u.t0::DATE
        AND a.currency IS NOT DISTINCT FROM u.currency
    LEFT JOIN place_past AS p ON p.system = u.system AND p.customer_id = u.customer_id AND p.ship_to = u.ship_to
        AND p.day = u.t0::DATE
), known AS (
    SELECT o.order_key, o.order_id, o.t0, o.local_t0::DATE AS local_day,
        o.customer_id, o.customer_name, m.name AS master_name, o.entered_by, o.ship_to, o.currency,
        o.payment_terms, m.payment_terms AS master_terms, o.requested_on, o.usual_amount, o.usual_rush,
        hour(o.local_t0)::DOUBLE AS hour, isodow(o.local_t0)::DOUBLE AS weekday,
        CASE WHEN o.entered_by IS NOT NULL THEN o.workload_today::DOUBLE END AS workload_today,
        o.rush_days::DOUBLE AS rush_days,
        CASE WHEN o.customer_id IS NOT NULL THEN (o.rush_days - o.usual_rush)::DOUBLE END AS rush_vs_usual,
        coalesce(w.n_lines, 0)::DOUBLE AS n_lines,
        o.amount::DOUBLE AS amount, w.lines_amount,
        CASE WHEN o.amount > 0 AND o.usual_amount > 0 AND o.customer_id IS NOT NULL
            THEN ln(o.amount / o.usual_amount) END AS amount_vs_usual,
        CASE WHEN abs(o.net_amount) > 0 AND w.lines_amount IS NOT NULL
            THEN abs(w.lines_amount - o.net_amount) / abs(o.net_amount) END AS header_vs_lines,
        w.by_customer['off'] AS quantity_vs_customer, w.by_customer['line'] AS qc_line, w.by_customer['sku'] AS qc_sku,
        w.by_customer['has'] AS qc_has, w.by_customer['usual'] AS qc_usual,
        w.by_product['off'] AS quantity_vs_product, w.by_product['line'] AS qp_line, w.by_product['sku'] AS qp_sku,
        w.by_product['has'] AS qp_has, w.by_product['usual'] AS qp_usual,
        w.by_unit['share']::DOUBLE AS unit_share, w.by_unit['line'] AS us_line, w.by_unit['sku'] AS us_sku,
        w.by_unit['unit'] AS us_unit, w.by_unit['lines']::DOUBLE AS us_lines,
        w.by_list['off'] AS price_vs_list, w.by_list['line'] AS pl_line, w.by_list['sku'] AS pl_sku,
        w.by_list['has'] AS pl_has, w.by_list['usual'] AS pl_usual,
        w.by_price['off'] AS price_vs_usual, w.by_price['line'] AS pu_line, w.by_price['sku'] AS pu_sku,
        w.by_price['has'] AS pu_has, w.by_price['usual'] AS pu_usual,
        w.discount::DOUBLE AS discount, w.discount_line,
        CASE WHEN o.customer_id IS NOT NULL THEN w.new_products::DOUBLE END AS new_products,
        CASE WHEN o.ship_to IS NOT NULL AND o.customer_id IS NOT NULL THEN coalesce(o.ship_to_orders, 0)::DOUBLE END AS ship_to_orders,
        coalesce(c.orders, 0)::DOUBLE AS customer_orders, coalesce(c.errors, 0)::DOUBLE AS customer_errors,
        CASE WHEN o.customer_id IS NOT NULL
            THEN (coalesce(c.errors, 0) / (coalesce(c.orders, 0) + 10))::DOUBLE END AS customer_error_rate,
        CASE WHEN o.customer_id IS NOT NULL THEN date_diff('day', o.last_t0, o.t0)::DOUBLE END AS days_since_last_order,
        CASE WHEN o.entered_by IS NOT NULL THEN coalesce(u.orders, 0)::DOUBLE END AS user_orders,
        coalesce(u.errors, 0)::DOUBLE AS user_errors,
        CASE WHEN o.entered_by IS NOT NULL
            THEN (coalesce(u.errors, 0) / (coalesce(u.orders, 0) + 10))::DOUBLE END AS user_error_rate,
        w.by_error['rate']::DOUBLE AS product_error_rate, w.by_error['sku'] AS pe_sku, w.by_error['lines']::DOUBLE AS pe_lines,
        w.by_error['errors']::DOUBLE AS pe_errors,
        CASE WHEN o.customer_id IS NOT NULL AND o.amount > 0 THEN o.same_order_recently::DOUBLE END AS same_order_recently,
        CASE WHEN lower(o.customer_name) = lower(m.name) THEN 1.0 ELSE greatest(
            jaro_winkler_similarity(lower(o.customer_name), lower(m.name)),
            list_max(list_transform(string_split(coalesce(m.aliases, ''), '|'),
                lambda a: jaro_winkler_similarity(lower(o.customer_name), lower(a))))) END AS name_similarity,
        (coalesce(w.missing, 0) + (o.customer_id IS NULL)::INT + (o.requested_on IS NULL)::INT + (o.ship_to IS NULL)::INT
            + (o.payment_terms IS NULL)::INT + (o.currency IS NULL)::INT)::DOUBLE AS missing_fields,
        CASE WHEN o.payment_terms IS NOT NULL AND m.payment_terms IS NOT NULL
            THEN (o.payment_terms <> m.payment_terms)::DOUBLE END AS terms_differ,
        o.channel, o.order_type, o.region, w.family AS product_family
    FROM order_target AS o
    LEFT JOIN worst AS w USING (order_key)
    LEFT JOIN customer_past AS c ON c.system = o.system AND c.customer_id = o.customer_id AND c.day = o.t0::DATE
    LEFT JOIN user_past AS u ON u.system = o.system AND u.entered_by = o.entered_by AND u.day = o.t0::DATE
    LEFT JOIN core.customers AS m ON m.customer_id = o.customer_id AND m._system = o.system
), signed AS (
    -- signs of each kind together: kinds of error that are too rare to be learned one by one
    SELECT *, list_filter([
        CASE WHEN name_similarity < 1 THEN 'name_similarity' END,
        CASE WHEN terms_differ = 1 THEN 'terms_differ' END,
        CASE WHEN unit_share < 0.1 THEN 'unit_share' END,
        CASE WHEN abs(quantity_vs_customer) > 1.6 THEN 'quantity_vs_customer' END,
        CASE WHEN abs(quantity_vs_product) > 3 THEN 'quantity_vs_product' END,
        CASE WHEN abs(price_vs_list) > 0.1 THEN 'price_vs_list' END,
        CASE WHEN header_vs_lines > 0.01 THEN 'header_vs_lines' END,
        CASE WHEN ship_to_orders = 0 AND customer_orders >= 5 THEN 'ship_to_orders' END,
        CASE WHEN same_order_recently > 0 THEN 'same_order_recently' END,
        CASE WHEN rush_days < 0 OR abs(rush_vs_usual) > 20 THEN 'rush_vs_usual' END,
        CASE WHEN missing_fields > 0 THEN 'missing_fields' END
    ], lambda s: s IS NOT NULL) AS signs
    FROM known
)
SELECT *, len(signs)::DOUBLE AS warning_signs FROM signed
