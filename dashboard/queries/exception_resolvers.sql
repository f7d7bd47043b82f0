-- Exceptions that each user resolved, how many of them later than their target, and how many everybody would have resolved late with
-- the same types (indirect standardisation). Programs and users with fewer than $least are left out.
WITH counted AS (
    SELECT resolved_by AS user_id, type, count(*) AS exceptions, count(*) FILTER (WHERE beyond_target) AS late
    FROM selected_exceptions WHERE resolved_by IS NOT NULL AND resolve_seconds IS NOT NULL
        AND resolved_by NOT IN (SELECT user_id FROM core.users WHERE automatic AND user_id IS NOT NULL)
    GROUP BY ALL
), types AS (
    SELECT type, sum(late) / sum(exceptions) AS rate FROM counted GROUP BY type
)
SELECT user_id, sum(exceptions)::BIGINT AS exceptions, sum(late)::BIGINT AS late, sum(exceptions * rate) AS expected
FROM counted JOIN types USING (type) GROUP BY user_id HAVING sum(exceptions) >= $least ORDER BY exceptions DESC, user_id
