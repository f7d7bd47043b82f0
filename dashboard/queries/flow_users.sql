-- Hand-overs between users, of all departments or of one pair ($giver, $taker; both empty for all), the costliest first, $most at most,
-- with the median time of each. `all_hands` counts all of them; `unknown` those of which one side is unknown.
WITH hands AS (SELECT unnest(hands) AS hand FROM selected_cases),
-- A hand-over by its pair and the half hour (2048 seconds) of its time: sums for all pairs, and where the medians of those that are shown lie.
slots AS (SELECT hand >> 11 AS slot, count(*) AS n, sum(CAST(hand & 1073741823 AS DOUBLE)) AS seconds FROM hands GROUP BY slot),
counted AS (SELECT *, slot >> 19 AS pair, slot & 524287 AS half FROM slots),
pairs AS (
    SELECT f.user_id AS from_user, t.user_id AS to_user, sum(c.n) AS hands, sum(c.seconds) AS total_seconds, list(DISTINCT c.pair) AS numbers
    FROM counted c JOIN marts.flow_parties f ON f.party_no = c.pair >> 16 JOIN marts.flow_parties t ON t.party_no = c.pair & 65535
    WHERE f.user_id IS DISTINCT FROM t.user_id
        AND ($giver = '' AND $taker = '' OR coalesce(f.department, '') = $giver AND coalesce(t.department, '') = $taker)
    GROUP BY ALL
),
shown AS (
    SELECT row_number() OVER (ORDER BY total_seconds DESC, from_user, to_user) AS place, *, sum(hands) OVER () AS all_hands,
        coalesce(sum(hands) FILTER (WHERE from_user IS NULL OR to_user IS NULL) OVER (), 0) AS unknown
    FROM pairs QUALIFY place <= $most
),
halves AS (
    SELECT place, c.half, any_value(p.hands) AS hands, sum(c.n) AS n, list(c.slot) AS numbers,
        sum(sum(c.n)) OVER (PARTITION BY place ORDER BY c.half) AS upto
    FROM (SELECT place, hands, unnest(numbers) AS pair FROM shown) p JOIN counted c USING (pair) GROUP BY place, c.half
),
-- The half hours with the middle one, or the two in the middle; only what lies in these is looked at a second time.
middles AS (SELECT place, upto - n AS before, unnest(numbers) AS slot FROM halves WHERE upto >= (hands + 1) // 2 AND upto - n < hands // 2 + 1),
-- There are never that many: the limit tells the planner that these are the few and the hand-overs the many.
near AS (
    SELECT hand >> 11 AS slot, list(hand & 1073741823) AS seconds FROM hands WHERE hand >> 11 IN (SELECT slot FROM middles LIMIT 100000) GROUP BY ALL
),
medians AS (
    SELECT m.place, min(m.before) AS before, list_sort(flatten(list(n.seconds))) AS seconds FROM middles m JOIN near n USING (slot) GROUP BY m.place
)
SELECT s.from_user, s.to_user, CAST(s.hands AS BIGINT) AS hands, s.total_seconds,
    (m.seconds[CAST((s.hands + 1) // 2 - m.before AS BIGINT)] + m.seconds[CAST(s.hands // 2 + 1 - m.before AS BIGINT)]) / 2.0 AS p50,
    s.total_seconds / s.hands AS mean_seconds, CAST(s.all_hands AS BIGINT) AS all_hands, CAST(s.unknown AS BIGINT) AS unknown
FROM shown s JOIN medians m USING (place) ORDER BY s.place
