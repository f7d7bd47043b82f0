-- Hand-overs between users, of all departments or of one pair ($giver, $taker; both empty for all), the costliest first, $most at most.
-- `all_hands` counts all of them; `unknown` those of which one side is unknown.
WITH hands AS (SELECT unnest(hands) AS hand FROM selected_cases),
counted AS (SELECT hand >> 30 AS pair, count(*) AS n, sum(CAST(hand & 1073741823 AS DOUBLE)) AS seconds FROM hands GROUP BY ALL),
pairs AS (
    SELECT f.user_id AS from_user, t.user_id AS to_user, sum(c.n) AS hands, sum(c.seconds) AS total_seconds
    FROM counted c JOIN marts.flow_parties f ON f.party_no = c.pair >> 16 JOIN marts.flow_parties t ON t.party_no = c.pair & 65535
    WHERE f.user_id IS DISTINCT FROM t.user_id
        AND ($giver = '' AND $taker = '' OR coalesce(f.department, '') = $giver AND coalesce(t.department, '') = $taker)
    GROUP BY ALL
)
SELECT from_user, to_user, CAST(hands AS BIGINT) AS hands, total_seconds, total_seconds / hands AS mean_seconds,
    CAST(sum(hands) OVER () AS BIGINT) AS all_hands,
    CAST(coalesce(sum(hands) FILTER (WHERE from_user IS NULL OR to_user IS NULL) OVER (), 0) AS BIGINT) AS unknown
FROM pairs ORDER BY total_seconds DESC, from_user, to_user LIMIT $most
