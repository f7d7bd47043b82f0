-- Activities that the process in use does not name, the most frequent first; `$keys` are the names that it knows. Names are
-- counted before they are compared, as there are few of them.
WITH counts AS (SELECT activity, count(*) AS actions FROM core.user_actions WHERE nullif(trim(activity), '') IS NOT NULL GROUP BY activity)
SELECT min(trim(activity)) AS activity, sum(actions)::BIGINT AS actions
FROM counts WHERE NOT list_contains($keys, lower(trim(activity)))
GROUP BY lower(trim(activity)) ORDER BY actions DESC, activity
