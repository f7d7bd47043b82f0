/* ---
grain: unusually large order line x what may have happened (genuine, ten, hundred, pack)
makes: quantity_likelihoods
refresh: always
--- */
-- How likely such a line is if it is genuine, and if it is a slip of a factor: a zero too many, two, or a pack where the unit
-- was meant. A slip puts a usual quantity, spread as usual, at the factor, and makes it end in a zero or be in whole packs for
-- sure; a genuine one lies where large ones of the source lie, and is round as often as they are. A customer who often
-- orders much of the product will again; a slip seldom has another large line beside it. Where usual quantities spread widely,
-- a large one may be the end of that spread.
-- `came_back`: just (what was neither sent back nor credited is the quantity that this slip means: 24 of 240, ten times), this
-- (it is about that quantity, or the quantity was reported as wrong), other (that of another slip: where one means just what was
-- kept, it is not one that means about as much, a pack of 8), nothing (and it is settled), null. Of a genuine line: just or this
-- where one of the slips has it.
CREATE OR REPLACE TABLE work.quantity_likelihoods AS
WITH large AS (
  SELECT q.record_key, q._system, q.way_in, q.quantity::DOUBLE AS quantity, q.kept::DOUBLE AS kept, q.deviation, q.spread,
    q.zeros, q.in_packs, CASE WHEN q.pack_size > 1 THEN q.pack_size::DOUBLE END AS pack, q.is_disputed, q.is_settled,
    r.tens, r.hundreds, f.tens AS fewer_tens, h.in_company, h.by_accident, q.large_neighbours > 0 AS has_company,
    -- One line in six units of the logarithm, so that a size never seen is not impossible.
    coalesce(d.density, 0) + 1 / 6 / h.lines + exp(-0.5 * pow(q.deviation / q.spread, 2)) / q.spread / sqrt(2 * pi()) AS density,
    (greatest(0, q.history_far - 1) + 1) / (q.history_all * h.share + 1) AS habit
  FROM work.unusual_quantities q JOIN work.large_habits h USING (_system)
  JOIN work.round_habits r ON r._system = q._system AND r.digits = work.digits(q.quantity)
  JOIN work.round_habits f ON f._system = q._system AND f.digits = work.digits(q.quantity) - 1
  LEFT JOIN work.large_quantities d ON d._system = q._system AND d.width = round(log2(q.spread / 0.1))::INTEGER
    AND d.size = floor(q.deviation / 0.1)::INTEGER
  WHERE q.deviation > 0
), odds AS (
  SELECT *, CASE zeros WHEN 0 THEN 1 - tens WHEN 1 THEN tens * (1 - hundreds) ELSE tens * hundreds END AS round_by_habit,
    coalesce(1 / pack + (SELECT packs FROM work.large_habits h WHERE h._system = large._system) * (1 - 1 / pack), 0) AS pack_by_habit,
    gcd(10, coalesce(pack, 1)::BIGINT) AS shared
  FROM large
), hypotheses AS (
  SELECT o.*, unnest([
    {'hypothesis': 'genuine', 'factor': 1.0},
    {'hypothesis': 'ten', 'factor': 10.0}, {'hypothesis': 'hundred', 'factor': 100.0},
    {'hypothesis': 'pack', 'factor': coalesce(pack, 1)}], recursive := true)
  FROM odds o
)
SELECT record_key, _system, way_in, hypothesis, factor,
  hypothesis <> 'genuine' AND kept BETWEEN 0.8 * quantity / factor AND 1.25 * quantity / factor OR is_disputed AS matches,
  hypothesis <> 'genuine' AND abs(kept * factor - quantity) < 0.001 * quantity AS is_exact,
  CASE WHEN is_exact OR (hypothesis = 'genuine' AND bool_or(is_exact) OVER one) THEN 'just'
       WHEN bool_or(is_exact) OVER one THEN 'other'
       WHEN matches THEN 'this'
       WHEN bool_or(matches) OVER one THEN CASE WHEN hypothesis = 'genuine' THEN 'this' ELSE 'other' END
       WHEN is_settled THEN 'nothing' END AS came_back,
  CASE WHEN hypothesis = 'genuine' THEN density * habit * CASE WHEN has_company THEN in_company ELSE 1 - in_company END
         * round_by_habit * CASE WHEN in_packs THEN pack_by_habit ELSE 1 - pack_by_habit END
       ELSE exp(-0.5 * pow((deviation - ln(factor)) / spread, 2)) / spread / sqrt(2 * pi())
         * CASE WHEN has_company THEN by_accident ELSE 1 - by_accident END
         * CASE hypothesis
             WHEN 'ten' THEN CASE zeros WHEN 0 THEN 0 WHEN 1 THEN 1 - fewer_tens ELSE fewer_tens END
               * CASE WHEN in_packs THEN shared / pack ELSE 1 - coalesce(shared / pack, 0) END
             WHEN 'hundred' THEN (zeros = 2)::INTEGER
             ELSE in_packs::INTEGER * CASE WHEN zeros = 0 THEN 1 - shared / 10.0 ELSE shared / 10.0 END END
  END AS likelihood
FROM hypotheses
WHERE hypothesis = 'genuine' OR (factor > 1 AND abs(deviation - ln(factor)) <= 5 * spread)
WINDOW one AS (PARTITION BY record_key);
