-- The records to judge between full checks: what changed, and what stands as a hit (later records may have made a habit of it).
CREATE OR REPLACE TABLE work.learned_again AS
SELECT record_key FROM scope.{entity}
UNION SELECT record_key FROM learned.hits WHERE dataset = $dataset
