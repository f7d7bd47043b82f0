/* ---
grain: system, what is the same, time between
makes: copy_rates
refresh: full
--- */
-- How often two orders of a customer that are so far apart are no chance: expectation and maximisation over the pairs found,
-- from one in ten thousand on. Some of these are no errors either: customers order nearly the same again after some days, for
-- another date. As often as they do that after a day or more (`honest`), they may do it earlier, or for the same date by
-- chance; never more often than pairs with another date are seen at that distance.
CREATE OR REPLACE TABLE work.copy_rates AS
WITH RECURSIVE sorts AS (
  SELECT _system, unnest(range(1, 5)) AS distance, unnest(pairs) AS pairs FROM work.usual_neighbours
), estimates AS (
  SELECT 0 AS step, s.*, lines_are, likeness, same_channel, 1e-4::DOUBLE AS rate
  FROM sorts s, (SELECT unnest(['exact', 'near']) AS lines_are), (SELECT unnest(['head', 'date', 'none']) AS likeness),
    (SELECT unnest([true, false]) AS same_channel)
  UNION ALL
  SELECT e.step + 1, e._system, e.distance, e.pairs, e.lines_are, e.likeness, e.same_channel,
    (coalesce(sum(e.rate / (e.rate + c.chance)), 0) + 0.05) / (e.pairs + 500) AS rate
  FROM estimates e LEFT JOIN work.copy_chances c USING (_system, distance, lines_are, likeness, same_channel)
  WHERE e.step < 15
  GROUP BY e.step, e._system, e.distance, e.pairs, e.lines_are, e.likeness, e.same_channel
), last AS (
  SELECT * EXCLUDE (step) FROM estimates WHERE step = 15
)
SELECT l.*, CASE l.likeness WHEN 'none' THEN far.rate WHEN 'date' THEN least(far.rate, near.rate) * n.same_date
  ELSE least(far.rate, near.rate) * n.same_date * n.same_place END AS honest
FROM last l
JOIN last far USING (_system, lines_are, same_channel)
JOIN last near ON near._system = l._system AND near.lines_are = l.lines_are AND near.same_channel = l.same_channel
  AND near.distance = l.distance AND near.likeness = 'none'
JOIN work.usual_neighbours n ON n._system = l._system
WHERE far.likeness = 'none' AND far.distance = 4;
