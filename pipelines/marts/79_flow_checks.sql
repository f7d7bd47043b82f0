/* ---
mart: flow_checks
phase: orders
rebuild: whole
text: >
  Each variant against each constraint: how often it came into play (an order that never reaches A keeps no response of A), how often it
  was broken, how often only an ended case breaks it, because what is due may still come (unfinished), and the place of the first
  action that breaks it. Its size is that of the dictionary of variants, not of the history.
--- */
WITH cancels AS (
    SELECT coalesce(list(n.activity_no), []) AS acts
    FROM marts.flow_activities n JOIN meta.activities m ON m.activity_key = lower(n.activity) AND m.activity_kind = 'cancel'
),
found AS (
    SELECT v.variant_no, v.activities, len(v.activities) AS length, c.constraint_no, c.template,
        list_filter(range(1, len(v.activities) + 1), lambda i: list_contains(c.firsts, v.activities[i])) AS ones,
        list_filter(range(1, len(v.activities) + 1), lambda i: list_contains(c.seconds, v.activities[i])) AS others,
        -- A case ends where it is cancelled: what should have come right then is not held against it.
        list_filter(range(1, len(v.activities) + 1), lambda i: i = len(v.activities) OR list_contains(x.acts, v.activities[i + 1])) AS lasts
    FROM marts.flow_variants v CROSS JOIN marts.flow_constraints c CROSS JOIN cancels x WHERE c.template <> 'four_eyes'
),
judged AS (
    SELECT variant_no, constraint_no, length, template,
        CASE WHEN template IN ('response', 'chain_response') THEN len(ones) WHEN template IN ('precedence', 'chain_precedence') THEN len(others)
            WHEN template = 'at_most_once' THEN least(len(ones), 1) ELSE 1 END AS activations,
        CASE template
            WHEN 'precedence' THEN list_filter(others, lambda i: i < coalesce(list_min(ones), length + 1))
            WHEN 'chain_precedence' THEN list_filter(others, lambda i: NOT list_contains(ones, i - 1))
            WHEN 'chain_response' THEN list_filter(ones, lambda i: NOT list_contains(lasts, i) AND NOT list_contains(others, i + 1))
            WHEN 'exactly_one' THEN ones[2:2] WHEN 'at_most_once' THEN ones[2:2] ELSE [] END AS broken,
        CASE template
            WHEN 'response' THEN list_filter(ones, lambda i: i > coalesce(list_max(others), 0))
            WHEN 'chain_response' THEN list_filter(ones, lambda i: list_contains(lasts, i) AND NOT list_contains(others, i + 1))
            WHEN 'existence' THEN CASE WHEN len(ones) = 0 THEN [length] ELSE [] END
            WHEN 'exactly_one' THEN CASE WHEN len(ones) = 0 THEN [length] ELSE [] END ELSE [] END AS unfinished
    FROM found
)
SELECT variant_no, constraint_no, activations, len(broken) AS broken, len(unfinished) AS unfinished, coalesce(broken[1], unfinished[1]) AS place
FROM judged WHERE activations > 0
