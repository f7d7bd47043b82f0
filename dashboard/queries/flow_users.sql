-- Hand-overs between users, of all departments or of one pair ($giver, $taker; both empty for all), the costliest first, $most at most,
-- with the median time of each. `all_hands` counts all of them; `unknown` those of which one side is unknown.
WITH hands AS (
    SELECT hand FROM (SELECT unnest(hands) AS hand FROM selected_cases)
    WHERE $giver = '' AND $taker = '' OR hand >> 46 IN (SELECT party_no FROM marts.flow_parties WHERE coalesce(department, '') = $giver)
),
counted AS (SELECT hand >> 30 AS pair, count(*) AS n, sum(CAST(hand & 1073741823 AS DOUBLE)) AS seconds FROM hands GROUP BY pair),
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
-- There are never that many: the limit tells the planner that these are the few and the hand-overs the many.
places AS (SELECT place, unnest(numbers) AS pair FROM shown LIMIT 100000),
medians AS (SELECT place, median(hand & 1073741823) AS p50 FROM hands JOIN places ON pair = hand >> 30 GROUP BY place)
SELECT s.from_user, s.to_user, CAST(s.hands AS BIGINT) AS hands, s.total_seconds, m.p50,
    s.total_seconds / s.hands AS mean_seconds, CAST(s.all_hands AS BIGINT) AS all_hands, CAST(s.unknown AS BIGINT) AS unknown
FROM shown s JOIN medians m USING (place) ORDER BY s.place
