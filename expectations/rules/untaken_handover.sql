/* ---
title: What is handed over is taken up
entity: orders
kind: untaken_handover
severity: medium
dimension: timeliness
line_of_defence: 3
reach: clock
needs: [user_actions]
checked: "cancelled_at IS NULL"
applies:
  when: "EXISTS (FROM work.usual_stays WHERE waits >= $minimum)"
  otherwise: "No stage is handed over from one department to another; name the departments in process.yaml to switch this rule on."
sentence: "{observed} was handed over {evidence} ago and nobody has begun; nearly always it is taken up within {expected}."
parameters: {times: 2, at_least_days: 3, minimum: 50, chance: 0.01, overtaken: 0.5, others: 5, stuck: [1.5, 1.33, 10, 10]}
--- */
-- A department ended its stage, the next one has done nothing for $times as long as all but the slowest 1 % of hand-overs
-- wait, and longer than any ever waited (at most twice $times, so that a few that were forgotten do not excuse others). Or several wait at
-- once that hardly any waits so long: of as many hand-overs as there were lately, chance would let no more than $chance of as many wait
-- (Benjamini and Hochberg 1995). In either case $overtaken of those handed over later have been taken up (where there are $others: the
-- second case wants some): on holidays nobody takes up anything. An order with an exception waits for that, and from its end on. Once it
-- is stuck, stuck_order tells it ($stuck: that rule's times, tail, at_most_times and at_least_days). Nobody took it up, so nobody is named.
WITH now AS (SELECT data_until FROM meta.now),
least AS (
  -- How long somebody has to wait at a stage at least, whichever stage it was that handed over to it.
  SELECT u._system, m.stage, min(greatest($times * u.wait, $at_least_days * 86400)) AS seldom
  FROM work.usual_stays u JOIN meta.stages g ON g.stage = u.stage JOIN meta.stages m ON m.department <> g.department
  WHERE u.waits >= $minimum AND NOT EXISTS (FROM meta.stages b WHERE b.stage_no > g.stage_no AND b.stage_no < m.stage_no)
  GROUP BY ALL
), open AS MATERIALIZED (
  SELECT f.order_key, f.line_key, f.line_id, f.stage, f.stage_no, f.entered_at,
    date_diff('second', f.entered_at, now.data_until) AS waited
  FROM now, marts.stage_facts f SEMI JOIN scope.orders USING (order_key)
  WHERE f.is_open AND waited > $at_least_days * 86400
), waiting AS MATERIALIZED (
  SELECT o.record_key, o.order_id, o._system, w.* FROM open w JOIN scope.orders o USING (order_key)
  JOIN least l ON l._system = o._system AND l.stage = w.stage AND w.waited > l.seldom
  JOIN work.usual_stays v ON v._system = o._system AND v.stage = w.stage
  WHERE o.cancelled_at IS NULL AND w.waited <= work.longest_stay(v.stay, v.longest, $stuck[1], $stuck[2], $stuck[3], $stuck[4])
), handed AS (
  -- The order's last step: the end of the stage before, of another department.
  SELECT w.order_key, w.line_key,
    arg_max({'stage': a.stage, 'no': m.stage_no, 'marks': a.marks, 'department': m.department}, (a."at", a.action_no)) AS last
  FROM waiting w JOIN work.action_facts_of('waiting') a ON a.order_key = w.order_key AND a.line_key IS NOT DISTINCT FROM w.line_key
  JOIN meta.stages m ON m.stage = a.stage
  GROUP BY ALL
), slow AS (
  SELECT w.*, greatest($times * u.wait, $at_least_days * 86400) AS seldom,
    greatest(seldom, least(2 * $times * u.wait, u.longest_wait)) AS never, CASE WHEN w.waited > never THEN never ELSE seldom END AS allowed,
    u.longest_wait,
    (1 + len(list_filter(u.long_waits, lambda wait: wait >= w.waited))) / (1 + u.waits) AS by_chance
  FROM waiting w
  JOIN handed h ON h.order_key = w.order_key AND h.line_key IS NOT DISTINCT FROM w.line_key
  JOIN meta.stages m ON m.stage = w.stage
  JOIN work.usual_stays u ON u._system = w._system AND u.stage = h.last.stage AND u.waits >= $minimum
  WHERE w.waited > seldom AND h.last.marks = 'end' AND h.last.department <> m.department
    AND NOT EXISTS (FROM meta.stages b WHERE b.stage_no > h.last.no AND b.stage_no < w.stage_no)
), late AS MATERIALIZED (
  FROM slow WHERE NOT EXISTS (FROM core.exceptions e, now WHERE e.order_key = slow.order_key
    AND (e.resolved_at IS NULL OR date_diff('second', e.resolved_at, now.data_until) <= slow.allowed))
), since AS (
  SELECT _system, stage, max(data_until) - to_seconds(max(greatest(longest_wait, waited))::BIGINT) AS since FROM late, now GROUP BY ALL
), visited AS (
  -- Visits to these stages in as long as the longest wait before one of them.
  SELECT s._system, f.stage, f.entered_at, count(*) AS visits, count(*) FILTER (NOT f.is_open) AS taken
  FROM (FROM marts.stage_facts WHERE entered_at BETWEEN (SELECT min(since) FROM since) AND (SELECT data_until FROM now)) f
  JOIN since s ON s.stage = f.stage AND f.entered_at >= s.since
  JOIN core.orders o ON o.order_key = f.order_key AND o._system = s._system AND o.cancelled_at IS NULL
  GROUP BY ALL
), lately AS (
  -- How many there were, and what became of those that came later.
  SELECT _system, stage, entered_at, sum(visits) OVER (PARTITION BY _system, stage) AS visits,
    coalesce(sum(visits) OVER later, 0) AS later, coalesce(sum(taken) OVER later, 0) AS taken
  FROM visited
  WINDOW later AS (PARTITION BY _system, stage ORDER BY entered_at DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), ranked AS (
  SELECT l.record_key, l.line_key, l._system, l.stage, l.waited, y.later, y.taken >= $overtaken * y.later AS is_overtaken,
    l.by_chance * y.visits / count(*) OVER (PARTITION BY l._system, l.stage ORDER BY l.waited DESC) <= $chance AS is_rare
  FROM late l JOIN lately y ON y._system = l._system AND y.stage = l.stage AND y.entered_at = l.entered_at
), told AS (
  SELECT *, later > 0 AND is_overtaken AND waited >= min(waited) FILTER (is_rare) OVER (PARTITION BY _system, stage) AS at_once FROM ranked
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'status' AS field, l.stage AS observed,
  work.say_span(l.allowed) AS expected, 0.8 AS confidence, work.say_span(l.waited) AS evidence,
  l.stage AS origin_stage, l.entered_at AS origin_at
FROM late l JOIN told t ON t.record_key = l.record_key AND t.line_key IS NOT DISTINCT FROM l.line_key AND t.stage = l.stage
WHERE t.at_once OR (l.waited > l.never AND (t.is_overtaken OR t.later < $others))
QUALIFY row_number() OVER (PARTITION BY l.record_key ORDER BY l.entered_at, l.line_id) = 1
