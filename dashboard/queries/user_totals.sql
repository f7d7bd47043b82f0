-- What one user did in the period, in whole numbers; orders are those that the user entered, acted on or changed.
WITH place AS (
    SELECT reporting_zone AS zone FROM meta.now
), touched AS (
    SELECT order_key FROM marts.action_facts WHERE user_id = $user AND on_day BETWEEN $first AND $last
    UNION
    SELECT order_key FROM marts.change_facts, place
    WHERE changed_by = $user AND timezone(zone, timezone('UTC', changed_at))::DATE BETWEEN $first AND $last
    UNION
    SELECT order_key FROM marts.order_facts WHERE entered_by = $user AND ordered_on BETWEEN $first AND $last
)
SELECT (SELECT count(*) FROM marts.action_facts WHERE user_id = $user AND on_day BETWEEN $first AND $last) AS actions,
    (SELECT count(*) FROM touched) AS orders,
    (SELECT count(*) FROM marts.order_facts WHERE entered_by = $user AND ordered_on BETWEEN $first AND $last) AS entered,
    (SELECT count(*) FROM marts.change_facts, place
        WHERE changed_by = $user AND timezone(zone, timezone('UTC', changed_at))::DATE BETWEEN $first AND $last) AS changes,
    (SELECT any_value(role) FROM core.users WHERE user_id = $user) AS role,
    (SELECT any_value(department) FROM core.users WHERE user_id = $user) AS department,
    coalesce((SELECT bool_or(automatic) FROM core.users WHERE user_id = $user), false) AS automatic,
    (SELECT zone FROM place) AS zone
