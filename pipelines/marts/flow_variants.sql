-- A variant is one sequence of activities; like the other numbers, its number stays.
CREATE TABLE IF NOT EXISTS marts.flow_variants (variant_no BIGINT, activities BIGINT[]);
INSERT INTO marts.flow_variants
SELECT (SELECT coalesce(max(variant_no), 0) FROM marts.flow_variants) + row_number() OVER (ORDER BY cases DESC, activities), activities
FROM (SELECT activities, count(*) AS cases FROM flow_paths GROUP BY activities) news
ANTI JOIN marts.flow_variants USING (activities)
