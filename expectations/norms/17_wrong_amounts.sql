/* ---
grain: checked order or line whose net, tax and gross amounts do not fit together, or whose tax rate nobody has
makes: wrong_amounts
refresh: always
--- */
-- `finding`: sum (net and tax do not make the gross amount) or rate. Of three amounts that do not add up, the wrong one is the
-- one without which the other two are of the product's rate (else of one in use); where none is, the gross amount. A rate is odd where the source has
-- it hardly anywhere, or where the product has another one; but a customer who is taxed so on several lines is taxed so. An order
-- made from the rows of its lines is judged there.
CREATE OR REPLACE TABLE work.wrong_amounts AS
WITH judged_orders AS (
  SELECT o.* FROM scope.orders o WHERE NOT (o._derived AND EXISTS (
    FROM work.usual_taxes t WHERE t.entity = 'order_lines' AND t._system = o._system AND t.rated + t.with_gross > 0))
), judged_lines AS (
  FROM scope.order_lines
), given AS (
  SELECT a.*, round(a.tax_amount::DOUBLE / nullif(a.net_amount, 0)::DOUBLE, 3) AS rate, work.tax_rate(a.tax_amount, a.net_amount) AS sure_rate, p.rate AS product_rate, p.n AS product_lines
  FROM work.amounts('judged_orders', 'judged_lines') a
  LEFT JOIN work.usual_product_taxes p ON p._system = a._system AND p.sku = a.sku
  WHERE a.net_amount IS NOT NULL AND a.tax_amount IS NOT NULL
), sources AS (
  SELECT entity, _system, any_value(rated) AS rated, any_value(with_gross) AS with_gross, any_value(adds_up) AS adds_up,
    coalesce(sum(n), 0) / nullif(any_value(rated), 0) AS usual_share, coalesce(list(rate ORDER BY n DESC) FILTER (rate IS NOT NULL), []) AS rates
  FROM work.usual_taxes GROUP BY ALL
), doubtful AS (
  -- Nearly all amounts add up, at a rate in use that is their product's: only the others need the long look.
  SELECT g.*, s.rated, s.with_gross, s.adds_up, s.usual_share, s.rates, abs(g.net_amount + g.tax_amount - g.gross_amount) > 0.02 AS is_off
  FROM given g JOIN sources s USING (entity, _system)
  WHERE NOT coalesce(list_contains(s.rates, g.sure_rate) AND coalesce(g.product_rate = g.sure_rate, true), false)
    OR coalesce(abs(g.net_amount + g.tax_amount - g.gross_amount) > 0.02, false)
), fresh AS (
  -- A rate that three orders of this run have has come into use.
  SELECT entity, _system, list(rate) AS rates FROM (
    SELECT entity, _system, sure_rate AS rate FROM doubtful WHERE sure_rate IS NOT NULL AND NOT list_contains(rates, sure_rate)
    GROUP BY ALL HAVING count(DISTINCT order_key) >= 3)
  GROUP BY ALL
), judged AS (
  SELECT d.* REPLACE (list_concat(d.rates, coalesce(f.rates, [])) AS rates), d.rates[1] AS main_rate
  FROM doubtful d LEFT JOIN fresh f USING (entity, _system)
), off AS (
  SELECT *, CASE WHEN product_rate IS NOT NULL THEN [product_rate] ELSE rates END AS own_rates,
    len(list_filter(own_rates, lambda r: work.is_taxed(tax_amount, net_amount, r))) > 0 AS fits_without_gross,
    len(list_filter(own_rates, lambda r: work.is_taxed(gross_amount - net_amount, net_amount, r))) > 0 AS fits_without_tax,
    len(list_filter(own_rates, lambda r: work.is_taxed(tax_amount, gross_amount - tax_amount, r))) > 0 AS fits_without_net
  FROM judged WHERE is_off
), sums AS (
  SELECT 'sum' AS finding, entity, record_key, order_key, order_id, line_id, with_gross AS records, adds_up AS share,
    CASE WHEN fits_without_gross THEN 'gross_amount' WHEN fits_without_tax THEN 'tax_amount' WHEN fits_without_net THEN 'net_amount'
      ELSE 'gross_amount' END AS field,
    CASE field WHEN 'tax_amount' THEN tax_amount WHEN 'net_amount' THEN net_amount ELSE gross_amount END AS observed,
    CASE field WHEN 'tax_amount' THEN gross_amount - net_amount WHEN 'net_amount' THEN gross_amount - tax_amount
      ELSE net_amount + tax_amount END AS suggested,
    CASE WHEN fits_without_gross OR fits_without_tax OR fits_without_net THEN 0.95 ELSE 0.7 END AS confidence,
    format('{:,.2f} net and {:,.2f} tax are {:,.2f}, not {:,.2f}', net_amount::DOUBLE, tax_amount::DOUBLE,
      (net_amount + tax_amount)::DOUBLE, gross_amount::DOUBLE) AS told
  FROM off
), odd AS (
  SELECT *, coalesce(product_rate, main_rate) AS expected_rate FROM judged
  WHERE NOT coalesce(is_off, false) AND rate IS NOT NULL
    AND (len(list_filter(rates, lambda r: work.is_taxed(tax_amount, net_amount, r) OR r = sure_rate)) = 0
      OR (product_rate <> sure_rate AND NOT work.is_taxed(tax_amount, net_amount, product_rate)))
), customers AS (
  -- How the customer's other records are taxed: as their products are, or as this one.
  SELECT d.record_key, count(*) FILTER (work.is_taxed(a.tax_amount, a.net_amount, coalesce(p.rate, d.main_rate))) AS as_usual,
    count(*) FILTER (work.is_taxed(a.tax_amount, a.net_amount, d.rate) AND coalesce(p.rate, d.main_rate) <> d.rate) AS as_this
  FROM odd d JOIN core.orders o ON o.order_key = d.order_key
  JOIN core.orders x ON x._system = o._system AND coalesce(x.customer_id, x.customer_name) = coalesce(o.customer_id, o.customer_name)
  JOIN work.amounts('core.orders', 'core.order_lines') a ON a.order_key = x.order_key AND a.entity = d.entity AND a.record_key <> d.record_key
  LEFT JOIN work.usual_product_taxes p ON p._system = a._system AND p.sku = a.sku
  WHERE work.tax_rate(a.tax_amount, a.net_amount) IS NOT NULL
  GROUP BY ALL
), rates AS (
  SELECT 'rate', d.entity, d.record_key, d.order_key, d.order_id, d.line_id, d.rated, d.usual_share, 'tax_amount', d.tax_amount,
    round(d.expected_rate * d.net_amount, 2), CASE WHEN product_rate IS NOT NULL THEN 0.9 ELSE 0.8 END,
    work.say_share(d.rate) || ' of ' || work.say_number(d.net_amount) || ', while ' || CASE WHEN product_rate IS NOT NULL
      THEN format('{:,} lines of ', d.product_lines) || d.sku ELSE 'the others' END || ' have ' || work.say_share(d.expected_rate)
  FROM odd d JOIN customers c USING (record_key)
  WHERE c.as_this = 0 AND c.as_usual >= 3 AND d.expected_rate <> d.rate
)
FROM sums UNION ALL FROM rates;
