-- How often each text stands in one column; '' is no value.
INSERT INTO learned.value_counts
SELECT $dataset, $column, coalesce({column}, ''), count(*) FROM temp.learned_rows WHERE is_new GROUP BY ALL
