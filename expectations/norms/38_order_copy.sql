/* ---
grain: order that is probably a copy of an earlier one
makes: order_copies
refresh: always
--- */
-- Of the earlier orders that it may copy, the likeliest. `sure`: that it is one, and neither chance nor an honest repeat.
CREATE OR REPLACE TABLE work.order_copies AS
SELECT c.*, greatest(0, r.rate - r.honest) / (r.rate + c.chance) AS sure
FROM work.copy_chances c JOIN work.copy_rates r USING (_system, distance, lines_are, likeness, same_channel)
QUALIFY row_number() OVER (PARTITION BY c.record_key ORDER BY sure DESC, c.minutes, c.first_order) = 1;

DROP TABLE work.order_prints;
