SELECT
    (SELECT list_sort(list(DISTINCT region)) FROM marts.order_facts WHERE region IS NOT NULL) AS region,
    (SELECT list_sort(list(DISTINCT channel)) FROM marts.order_facts WHERE channel IS NOT NULL) AS channel,
    (SELECT list_sort(list(DISTINCT department)) FROM marts.order_facts WHERE department IS NOT NULL) AS department,
    (SELECT list_sort(list(DISTINCT product_family)) FROM marts.order_families) AS family,
    (SELECT list_sort(list(DISTINCT user_id)) FROM marts.order_users) AS user
