-- Open visits by stage: how many, how many beyond target, the oldest in days of $day_length seconds, and whose stage it is.
SELECT stage_no, any_value(stage) AS stage, any_value(stage_title) AS stage_title, any_value(owner_department) AS department, count(*) AS open,
    count(*) FILTER (WHERE beyond_seconds > 0) AS past_target_visits,
    round(median(CASE WHEN $clock = 'working' THEN coalesce(working_seconds, elapsed_seconds) ELSE elapsed_seconds END) / $day_length, 1) AS median_days,
    round(max(CASE WHEN $clock = 'working' THEN coalesce(working_seconds, elapsed_seconds) ELSE elapsed_seconds END) / $day_length, 1) AS oldest_days
FROM selected_open GROUP BY stage_no ORDER BY past_target_visits DESC, open DESC
