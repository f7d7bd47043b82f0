/* ---
mart: wait_facts
phase: orders
rebuild: whole
text: >
  One row a visit of the last 26 weeks whose start is stamped: how long it waited, how long the work took, and what it waited for, by
  the definitions of Lashkevich et al., "Why am I waiting?" (2023). Batching: until the last of those that the same user started
  together had come. Contention: the user worked on what had come earlier. Prioritisation: on what had come later. Unavailability:
  outside the working hours of the stage. The rest is other. What several causes explain goes to the first of them. Null where the
  user (the first three) or the hours (unavailability) are not known. Work is bounded by the window, whatever the history.
--- */
WITH bounds AS (SELECT data_until, data_until - INTERVAL 182 DAY AS since FROM meta.now),
visits AS MATERIALIZED (
    -- A number stands for the user: to sort by texts takes far longer.
    SELECT row_number() OVER () AS wait_no, v.order_key, v.line_key, v.stage_no, v.visit_no, v.started_by,
        CASE WHEN v.started_by IS NOT NULL THEN hash(v.started_by) END AS who, v.entered_at, v.started_at, v.ended_at, v.outcome,
        v.waiting_seconds, v.service_seconds, v.working_waiting_seconds, v.working_service_seconds, m.calendar
    FROM marts.stage_facts v JOIN meta.stages m USING (stage_no) CROSS JOIN bounds b
    WHERE v.started_at IS NOT NULL AND coalesce(v.ended_at, b.data_until) >= b.since
),
marked AS (
    -- Started together: within a minute of the one before, by the same user in the same stage. Only what is sorted by is taken along.
    SELECT wait_no, who, stage_no, calendar, entered_at, started_at, coalesce(date_diff('second', lag(started_at) OVER own, started_at) > 60, true) AS is_first
    FROM visits WHERE who IS NOT NULL WINDOW own AS (PARTITION BY who, stage_no ORDER BY started_at)
),
numbered AS (
    SELECT *, sum(CAST(is_first AS INTEGER)) OVER (PARTITION BY who, stage_no ORDER BY started_at) AS batch_no FROM marked
),
waits AS MATERIALIZED (
    SELECT n.*, least(started_at, max(entered_at) OVER (PARTITION BY who, stage_no, batch_no)) AS ready_at
    FROM numbered n
),
-- What each user worked on, one thing at a time: what was begun first has the time that two share.
ordered AS (
    SELECT who, entered_at, started_at, ended_at,
        max(ended_at) OVER (PARTITION BY who ORDER BY started_at, ended_at, entered_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM visits WHERE outcome = 'completed' AND who IS NOT NULL AND ended_at > started_at
),
work AS (
    SELECT who, entered_at, greatest(started_at, coalesce(busy_until, started_at)) AS since, ended_at AS until
    FROM ordered WHERE ended_at > coalesce(busy_until, started_at)
),
-- Cut by day, so that what overlaps is found by equality, with the working seconds until either end: these grow with time.
wait_days AS (
    SELECT wait_no, who, calendar, ready_at, CAST(day AS DATE) AS day,
        greatest(ready_at, day) AS since, least(started_at, day + INTERVAL 1 DAY) AS until
    FROM (SELECT *, unnest(generate_series(date_trunc('day', ready_at), started_at, INTERVAL 1 DAY)) AS day FROM waits WHERE started_at > ready_at)
    WHERE least(started_at, day + INTERVAL 1 DAY) > greatest(ready_at, day)
),
work_days AS (
    SELECT who, entered_at, CAST(day AS DATE) AS day, greatest(since, day) AS since, least(until, day + INTERVAL 1 DAY) AS until
    FROM (SELECT *, unnest(generate_series(date_trunc('day', since), until, INTERVAL 1 DAY)) AS day FROM work)
    WHERE least(until, day + INTERVAL 1 DAY) > greatest(since, day)
),
wait_hours AS (
    SELECT w.*, d.day AS row_day, meta.worked(d, w.since) AS worked_since, meta.worked(d, w.until) AS worked_until
    FROM wait_days w LEFT JOIN meta.working_days d ON d.calendar = w.calendar AND d.day = w.day
),
work_hours AS (
    SELECT w.*, c.calendar, meta.worked(d, w.since) AS worked_since, meta.worked(d, w.until) AS worked_until
    FROM work_days w JOIN (SELECT DISTINCT who, calendar FROM waits) c USING (who)
    LEFT JOIN meta.working_days d ON d.calendar = c.calendar AND d.day = w.day
),
busy AS (
    SELECT w.wait_no,
        sum(date_diff('second', greatest(w.since, o.since), least(w.until, o.until))) FILTER (WHERE o.entered_at <= w.ready_at) AS contention,
        sum(date_diff('second', greatest(w.since, o.since), least(w.until, o.until))) FILTER (WHERE o.entered_at > w.ready_at) AS prioritisation,
        sum(date_diff('second', greatest(w.since, o.since), least(w.until, o.until))
            - (least(w.worked_until, o.worked_until) - greatest(w.worked_since, o.worked_since))) AS off_hours
    FROM wait_hours w JOIN work_hours o
        ON o.who = w.who AND o.day = w.day AND o.calendar IS NOT DISTINCT FROM w.calendar AND o.since < w.until AND o.until > w.since
    GROUP BY w.wait_no
),
idle AS (
    SELECT wait_no, sum(date_diff('second', since, until) - (worked_until - worked_since)) AS off_hours FROM wait_hours GROUP BY wait_no
),
causes AS (
    SELECT w.wait_no, date_diff('second', w.entered_at, w.ready_at) AS batching,
        coalesce(b.contention, 0) AS contention, coalesce(b.prioritisation, 0) AS prioritisation,
        CASE WHEN w.calendar IS NULL THEN NULL ELSE coalesce(i.off_hours, 0) - coalesce(b.off_hours, 0) END AS unavailability
    FROM waits w LEFT JOIN busy b USING (wait_no) LEFT JOIN idle i USING (wait_no)
)
SELECT f.order_key, f.order_id, f.ordered_on, f.region, f.channel, f.department, v.stage_no, v.started_by, v.entered_at, v.started_at,
    v.waiting_seconds, v.service_seconds, v.working_waiting_seconds, v.working_service_seconds,
    CAST(c.batching AS BIGINT) AS batching, CAST(c.contention AS BIGINT) AS contention, CAST(c.prioritisation AS BIGINT) AS prioritisation,
    CAST(c.unavailability AS BIGINT) AS unavailability,
    CAST(v.waiting_seconds - c.batching - c.contention - c.prioritisation - coalesce(c.unavailability, 0) AS BIGINT) AS other
FROM visits v JOIN marts.order_facts f USING (order_key)
LEFT JOIN causes c USING (wait_no)
WHERE v.entered_at <= v.started_at
