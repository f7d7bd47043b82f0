SELECT list_sort(list(DISTINCT currency)) AS currencies FROM selected_orders WHERE currency IS NOT NULL
