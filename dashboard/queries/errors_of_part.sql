-- Orders with confirmed errors of one group ($by, $part; part empty for all), the dearest first. $origins and $places narrow it to a cell
-- of the matrix: stages joined by |, unknown for those that are not known; empty for all.
SELECT o.order_id, o.customer_name, o.net_amount, o.currency, o.current_stage AS stage, count(DISTINCT e.error_key) AS errors,
    sum(e.cost) / count(*) * count(DISTINCT e.error_key) AS cost, max(e.found_at) AS found_at,
    string_agg(DISTINCT coalesce(k.title, upper(e.type[1]) || replace(e.type[2:], '_', ' ')), ', ') AS message
FROM selected_errors e JOIN selected_orders o USING (order_key)
LEFT JOIN ledger.kinds k ON k.kind = e.type
LEFT JOIN (SELECT error_key, rule FROM marts.error_defects WHERE $by = 'rule') d USING (error_key)
WHERE ($part = '' OR coalesce(CASE $by WHEN 'type' THEN e.type WHEN 'rule' THEN coalesce(d.rule, 'no_rule') ELSE e.origin_stage END, 'unknown') = $part)
    AND ($origins = '' OR list_contains(string_split($origins, '|'), coalesce(e.origin_stage, 'unknown')))
    AND ($places = '' OR list_contains(string_split($places, '|'), coalesce(e.found_place, 'unknown')))
GROUP BY ALL ORDER BY cost DESC NULLS LAST, o.order_id
