/* ---
grain: system and user
makes: acting_users
refresh: run
--- */
-- How many actions each user has; the log is counted once for all rules that ask. `user_id` is null for those of nobody.
SELECT _system, user_id, count(*) AS n FROM core.user_actions GROUP BY ALL
