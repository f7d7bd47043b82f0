-- The activities of a sample of cases: how often they occur, where in the case, who does them, how the case goes on after them.
-- `$cases` cases at most, the same at every run. A case is an order, or an order line where most actions name one.
CREATE OR REPLACE TEMP TABLE discovered_steps AS
WITH level AS (SELECT count(line_key) > 0.5 * count(*) AS by_line FROM core.user_actions),
cases AS (
    SELECT DISTINCT CASE WHEN by_line THEN line_key ELSE order_key END AS case_key FROM core.user_actions, level ORDER BY hash(case_key) LIMIT $cases
)
SELECT case_key, trim(a.activity) AS activity, a.lifecycle IS NOT DISTINCT FROM 'start' AS is_start, a."at", a.user_id,
    coalesce(a.department, u.department) AS department,
    lead("at") OVER trail AS next_at, lead(trim(a.activity)) OVER trail AS next_activity, row_number() OVER trail AS step_no
FROM core.user_actions a CROSS JOIN level
JOIN cases c ON c.case_key = CASE WHEN by_line THEN a.line_key ELSE a.order_key END
LEFT JOIN core.users u ON u.user_id = a.user_id AND u._system = a._system
WHERE a."at" IS NOT NULL AND nullif(trim(a.activity), '') IS NOT NULL
WINDOW trail AS (PARTITION BY case_key ORDER BY a."at", a.seq NULLS FIRST, a._line, a.record_key);

-- Which comes first, of each two activities, in most of the cases that have both.
CREATE OR REPLACE TEMP TABLE discovered_pairs AS
WITH firsts AS (SELECT case_key, activity, min(step_no) AS first_no FROM discovered_steps GROUP BY ALL),
frequent AS (SELECT activity, count(*) AS cases FROM firsts GROUP BY activity ORDER BY cases DESC, activity LIMIT 60)
SELECT a.activity, b.activity AS other, count(*) AS shared, count(*) FILTER (WHERE a.first_no < b.first_no) AS before
FROM firsts a SEMI JOIN frequent f ON f.activity = a.activity
JOIN firsts b ON b.case_key = a.case_key AND b.activity <> a.activity
SEMI JOIN frequent g ON g.activity = b.activity
GROUP BY ALL;

-- A case has come to rest where nothing happened for longer than nearly all cases ever paused.
CREATE OR REPLACE TEMP TABLE discovered_activities AS
WITH until AS (SELECT max("at") AS last, quantile_cont(date_diff('second', "at", next_at), 0.99) AS pause FROM discovered_steps),
most AS (
    SELECT activity, mode(department) AS department, count(department) AS with_department,
        count(DISTINCT case_key) AS cases, count(*) AS actions, bool_or(is_start) AS has_start, bool_or(NOT is_start) AS has_end,
        count(*) FILTER (WHERE next_at IS NULL AND date_diff('second', "at", until.last) > until.pause) AS ended,
        count(*) FILTER (WHERE next_at IS NOT NULL OR date_diff('second', "at", until.last) > until.pause) AS known
    FROM discovered_steps CROSS JOIN until GROUP BY activity
),
follow AS (
    SELECT activity, next_activity, count(*) AS n, median(date_diff('second', "at", next_at)) AS gap
    FROM discovered_steps WHERE next_activity IS NOT NULL GROUP BY ALL
),
follows AS (
    SELECT activity, arg_max(next_activity, n) AS next_activity, max(n) / sum(n) AS next_share, arg_max(gap, n) AS next_gap
    FROM follow GROUP BY activity
),
scores AS (
    SELECT activity, sum(CASE WHEN before > 0.5 * shared THEN 1 WHEN before = 0.5 * shared THEN 0.5 ELSE 0 END) AS ahead
    FROM discovered_pairs GROUP BY activity
)
SELECT m.activity, m.cases, (SELECT count(DISTINCT case_key) FROM discovered_steps) AS all_cases, m.has_start, m.has_end,
    CASE WHEN m.with_department > 0.5 * m.actions THEN m.department END AS department,
    m.ended / nullif(m.known, 0) AS ends_case, f.next_activity, f.next_share, f.next_gap, coalesce(s.ahead, 0) AS ahead
FROM most m LEFT JOIN follows f USING (activity) LEFT JOIN scores s USING (activity)
