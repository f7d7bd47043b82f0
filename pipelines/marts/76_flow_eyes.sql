/* ---
mart: flow_eyes
phase: orders
temporary: true
before: flow_pairs.sql
text: The cases in scope that did both steps of a pair that two people must do, and whether the same user did both (see flow_cases).
--- */
WITH pairs AS (
    SELECT f.pair_no, f._system, list(n.activity_no) FILTER (WHERE list_contains(f.first_keys, lower(n.activity))) AS firsts,
        list(n.activity_no) FILTER (WHERE list_contains(f.second_keys, lower(n.activity))) AS seconds
    FROM work.four_eyes f CROSS JOIN marts.flow_activities n GROUP BY ALL
),
users AS (
    -- A number a user; none for who is unknown, and for programs.
    SELECT list(CASE WHEN user_id IS NOT NULL AND NOT is_program THEN user_no END ORDER BY party_no) AS of_party FROM (
        SELECT DISTINCT ON (party_no) p.party_no, p.user_id, dense_rank() OVER (ORDER BY p.user_id) AS user_no,
            coalesce((SELECT bool_or(u.automatic) FROM core.users u WHERE u.user_id = p.user_id), false) AS is_program
        FROM marts.flow_parties p)
),
both_done AS (
    SELECT p.case_key, p.activities, p.parties, x.pair_no, u.of_party,
        list_filter(range(1, len(p.activities) + 1), lambda i: NOT p.is_left_out[i] AND list_contains(x.firsts, p.activities[i])) AS ones,
        list_filter(range(1, len(p.activities) + 1), lambda i: NOT p.is_left_out[i] AND list_contains(x.seconds, p.activities[i])) AS others
    FROM flow_paths p JOIN core.orders o ON o.order_key = p.order_key JOIN pairs x ON x._system IS NULL OR x._system = o._system
    CROSS JOIN users u
),
judged AS (
    SELECT case_key, pair_no,
        list_filter(others, lambda i: list_contains(list_transform(ones, lambda k: of_party[parties[k]]), of_party[parties[i]])) AS by_same,
        len(list_filter(list_concat(ones, others), lambda i: of_party[parties[i]] IS NULL)) AS n_unknown
    FROM both_done WHERE len(ones) > 0 AND len(others) > 0
)
SELECT case_key, list((pair_no << 20) + (coalesce(by_same[1], 0) << 2)
    + CASE WHEN len(by_same) > 0 THEN 2 WHEN n_unknown > 0 THEN 3 ELSE 1 END ORDER BY pair_no) AS eyes
FROM judged GROUP BY case_key
