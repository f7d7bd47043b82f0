-- How many cases there are (orders, or lines where the process says so), how many ways they take, how many do a step again.
SELECT count(*) AS cases, count(DISTINCT variant_no) AS variants, count(*) FILTER (WHERE n_repeats > 0) AS with_repeats,
    count(*) FILTER (WHERE is_open) AS open_cases, coalesce((SELECT process_case FROM meta.process), 'order') AS process_case
FROM selected_cases
