/* ---
mart: flow_cases
phase: orders
before: flow_variants.sql
text: >
  One row a case, with its variant and every step from one action to the next written as a number, so that the map of all orders is
  one pass over numbers. `steps`: from << 30 | to << 14 | repeat << 12 | bin, activities by their numbers; repeat is 0 for a first
  time, 1 for the same user again, 2 for another user, 3 where that cannot be told. `hands`, where the party changes, from one action that
  is not a program's to the next such one: from << 46 | to << 30 | seconds. `department_hands`, where the department changes: from << 28 | to << 12 | bin.
  `eyes`, where two people must do two steps and both were done: pair << 20 | place << 2 | outcome; 1 kept, 2 broken by the action at
  that place, 3 cannot be told. A bin is a time one percent long: ceil(100 * ln(1 + seconds)); its middle is exp((bin - 0.5) / 100) - 1 seconds.
--- */
WITH numbered AS (SELECT list(department_no ORDER BY party_no) AS of_party FROM (SELECT DISTINCT ON (party_no) * FROM marts.flow_parties)),
timed AS (
    SELECT p.*, range(1, len(p.activities)) AS befores,
        list_transform(range(1, len(p.activities)), lambda i: least(greatest(p.seconds[i + 1] - p.seconds[i], 0), 1073741823)) AS waits
    FROM flow_paths p
),
-- From one action of people to the next: what programs did in between is part of the time that the hand-over took.
passed AS (
    SELECT p.case_key, list_transform(range(1, len(p.by_people)), lambda k: {
        'giver': p.parties[p.by_people[k]], 'taker': p.parties[p.by_people[k + 1]],
        'from': d.of_party[p.parties[p.by_people[k]]], 'to': d.of_party[p.parties[p.by_people[k + 1]]],
        'wait': least(greatest(p.seconds[p.by_people[k + 1]] - p.seconds[p.by_people[k]], 0), 1073741823)}) AS hands
    FROM flow_paths p CROSS JOIN numbered d
),
-- Whether a case is open is known where the process knows what ends it.
told AS (
    SELECT count(*) > 0 AS by_stages FROM marts.flow_activities n JOIN meta.activities m ON m.activity_key = lower(n.activity)
    WHERE m.stage IS NOT NULL
),
open_lines AS (
    SELECT line_key AS case_key, bool_or(is_open) AS is_open FROM marts.stage_facts
    WHERE line_key IS NOT NULL AND (SELECT process_case FROM meta.process) = 'line' GROUP BY line_key
),
binned AS (
    SELECT *, list_transform(waits, lambda wait: CAST(ceil(100 * ln(1 + wait)) AS BIGINT)) AS bins FROM timed
)
SELECT b.case_key, b.order_key, o.order_id, b.line_id, o.ordered_on, o.region, o.channel, o.department, o.families, o.entered_by, o.touched_by, v.variant_no,
    make_timestamp((b.seconds[1] - 62135596800) * 1000000) AS started_at, b.seconds[-1] - b.seconds[1] AS seconds,
    len(list_filter(b.repeats, lambda kind: kind > 0)) AS n_repeats,
    CASE WHEN k.by_stages THEN coalesce(l.is_open, o.is_open) END AS is_open, o.is_cancelled, o.is_mature, o.has_error,
    list_transform(b.befores, lambda i: (b.activities[i] << 30) + (b.activities[i + 1] << 14) + (b.repeats[i + 1] << 12) + b.bins[i])
        AS steps,
    e.eyes, list_transform(list_filter(p.hands, lambda h: h.giver <> h.taker), lambda h: (h.giver << 46) + (h.taker << 30) + h.wait) AS hands,
    list_transform(list_filter(p.hands, lambda h: h."from" <> h."to"),
        lambda h: (h."from" << 28) + (h."to" << 12) + CAST(ceil(100 * ln(1 + h.wait)) AS BIGINT)) AS department_hands
FROM binned b JOIN passed p USING (case_key) CROSS JOIN told k LEFT JOIN flow_eyes e USING (case_key) LEFT JOIN open_lines l USING (case_key) JOIN marts.order_facts o USING (order_key) JOIN marts.flow_variants v ON v.activities = b.activities
