SELECT
    (SELECT count(*) FROM marts.action_facts WHERE user_id = $user) AS actions,
    (SELECT count(DISTINCT order_key) FROM marts.order_users WHERE user_id = $user) AS orders,
    (SELECT count(*) FROM marts.order_users WHERE user_id = $user AND entered) AS entered,
    (SELECT count(*) FROM marts.change_facts WHERE changed_by = $user) AS changes,
    (SELECT count(*) FROM marts.exception_facts WHERE resolved_by = $user) AS resolved,
    (SELECT count(*) FROM marts.error_facts WHERE origin_user = $user) AS introduced
