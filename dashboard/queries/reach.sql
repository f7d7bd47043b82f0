SELECT min(ordered_on) AS first_day, least(max(ordered_on), max(CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE))) AS last_day FROM marts.order_facts CROSS JOIN meta.now
