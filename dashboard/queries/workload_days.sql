-- Errors made at entry against how much there was to do on the day of entry: in fifths of the days of a user by the user's own actions that day
-- (`what` user), and in fifths of the days by the orders that came in at all (`what` team). Expected is what the same users make of the same channels
-- on all days: who works when, and what comes in when, is taken out. `dispersion` above 1: days differ by more than chance.
WITH orders AS (
    SELECT entered_by, channel, ordered_on AS on_day, count(*) AS orders, count(*) FILTER (has_entry_error) AS errors
    FROM selected_orders
    WHERE order_class = 'sale' AND is_mature AND has_entry_error IS NOT NULL AND entered_by IS NOT NULL AND ordered_on IS NOT NULL
        AND NOT coalesce(entered_by IN (SELECT user_id FROM core.users WHERE automatic AND user_id IS NOT NULL), false)
    GROUP BY ALL
), strata AS (
    SELECT entered_by, channel, sum(errors) / sum(orders) AS rate FROM orders GROUP BY ALL
), user_days AS (
    SELECT o.entered_by, o.on_day, sum(o.orders) AS orders, sum(o.errors) AS errors, sum(o.orders * s.rate) AS expected,
        sum(o.orders * s.rate * (1 - s.rate)) AS variance
    FROM orders o JOIN strata s ON s.entered_by = o.entered_by AND s.channel IS NOT DISTINCT FROM o.channel GROUP BY ALL
), acts AS (
    SELECT user_id, on_day, count(*) AS actions FROM marts.action_facts
    WHERE user_id IN (SELECT DISTINCT entered_by FROM orders) AND on_day IS NOT NULL GROUP BY ALL
), received AS (
    SELECT ordered_on AS on_day, count(*) AS orders FROM selected_orders WHERE ordered_on IS NOT NULL GROUP BY ordered_on
), loads AS (
    SELECT 'user' AS what, a.actions AS load, d.orders, d.errors, d.expected, d.variance
    FROM user_days d JOIN acts a ON a.user_id = d.entered_by AND a.on_day = d.on_day
    UNION ALL
    SELECT 'team', any_value(r.orders), sum(d.orders), sum(d.errors), sum(d.expected), sum(d.variance)
    FROM user_days d JOIN received r USING (on_day) GROUP BY d.on_day
), cuts AS (
    SELECT what, quantile_disc(load, [0.2, 0.4, 0.6, 0.8]) AS cut FROM loads GROUP BY what
)
SELECT what, 1 + (load > cut[1])::INTEGER + (load > cut[2])::INTEGER + (load > cut[3])::INTEGER + (load > cut[4])::INTEGER AS fifth,
    min(load)::BIGINT AS least, max(load)::BIGINT AS most, count(*) AS days, sum(orders)::BIGINT AS orders, sum(errors)::BIGINT AS errors,
    sum(expected) AS expected, sum(variance) AS variance, sum((errors - expected) ** 2 / variance) FILTER (variance > 0) AS pearson
FROM loads JOIN cuts USING (what) GROUP BY ALL ORDER BY what DESC, fifth
