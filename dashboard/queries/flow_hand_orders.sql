-- Cases that were handed from one department ($from) or user ($giver) to another ($to, $taker); empty for any. The longest waits first.
WITH pairs AS (
    SELECT (f.party_no << 16) + t.party_no AS pair FROM marts.flow_parties f CROSS JOIN marts.flow_parties t
    WHERE f.party_no <> t.party_no
        AND ($from = '' AND $to = '' OR f.department IS DISTINCT FROM t.department AND coalesce(f.department, 'unknown') = $from AND coalesce(t.department, 'unknown') = $to)
        AND ($giver = '' OR f.user_id = $giver) AND ($taker = '' OR t.user_id = $taker)
),
hands AS (SELECT order_key, order_id, line_id, started_at, is_open, unnest(hands) AS hand FROM selected_cases),
longest AS (
    SELECT *, hand & 1073741823 AS seconds FROM hands WHERE hand >> 30 IN (SELECT pair FROM pairs)
    ORDER BY seconds DESC, order_id, line_id LIMIT $most
)
SELECT l.order_id, l.line_id, o.customer_name, l.seconds / 86400 AS days, l.started_at,
    coalesce(o.current_stage, CASE WHEN l.is_open THEN NULL ELSE o.status END) AS state, o.net_amount
FROM longest l JOIN marts.order_facts o USING (order_key) ORDER BY l.seconds DESC, order_id, line_id
