/* ---
grain: order line whose quantity may be a slip
makes: quantity_slips
refresh: always
--- */
-- The slip that explains an unusual line best, how sure it is by what was known at entry, and by what came of it since.
CREATE OR REPLACE TABLE work.quantity_slips AS
WITH weighed AS (
  SELECT l.record_key, l.hypothesis, l.factor, l.came_back, r.rate * l.likelihood AS at_entry,
    at_entry * CASE l.came_back WHEN 'just' THEN r.just WHEN 'this' THEN r.returned WHEN 'other' THEN 0.01
        WHEN 'nothing' THEN 1 - r.returned ELSE 1 END
      AS today
  FROM work.quantity_likelihoods l JOIN work.quantity_slip_rates r USING (_system, way_in, hypothesis)
), shares AS (
  SELECT *, at_entry / sum(at_entry) OVER one AS sure_at_entry, today / sum(today) OVER one AS sure_today
  FROM weighed WINDOW one AS (PARTITION BY record_key)
), small AS (
  SELECT _system, record_key, deviation, spread, unnest([
    {'hypothesis': 'tenth', 'factor': 0.1}, {'hypothesis': 'unpack', 'factor': 1 / nullif(pack_size::DOUBLE, 0)}], recursive := true)
  FROM work.unusual_quantities WHERE deviation < 0 AND history_lines >= 8
), slips AS (
  SELECT record_key, hypothesis, factor, came_back, sure_at_entry, sure_today FROM shares WHERE hypothesis <> 'genuine'
  UNION ALL BY NAME
  -- This one beside those of the last full check: of all these, as many are slips as stand out.
  SELECT s.record_key, s.hypothesis, s.factor, greatest(0, (k.inside + 1 - k.beside) / (k.inside + 1.3)) AS sure_at_entry,
    sure_at_entry AS sure_today
  FROM small s JOIN work.small_quantities k USING (_system, hypothesis)
  WHERE s.factor < 1 AND abs(s.deviation - ln(s.factor)) <= 1.5 * s.spread
)
SELECT * FROM slips
QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY sure_today DESC, factor) = 1;
