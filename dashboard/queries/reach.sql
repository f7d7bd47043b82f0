SELECT min(ordered_on) AS first_day, least(max(ordered_on), max(CAST(data_until AS DATE))) AS last_day FROM marts.order_facts CROSS JOIN meta.now
