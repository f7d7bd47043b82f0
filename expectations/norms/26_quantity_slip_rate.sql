/* ---
grain: system, way in, what may have happened
makes: quantity_slip_rates
refresh: full
--- */
-- How often each thing happens in this source, by the way its orders come in, and how often it shows afterwards: expectation
-- and maximisation, from one slip in ten thousand lines on, over some twenty thousand large lines. A way in with few
-- lines is helped by the others (as much as five slips); one that is settled and did not come back speaks against a slip
-- as far as slips do come back in this source (`returned`: so does a report that the quantity was wrong). That just the
-- quantity meant was kept (`just`) hardly happens to genuine lines.
CREATE OR REPLACE TABLE work.quantity_slip_rates AS
WITH RECURSIVE ways AS (
  SELECT l._system, concat_ws(' ', CASE WHEN u.automatic THEN 'program' END, o.channel) AS way_in, count(*) AS lines
  FROM core.order_lines l JOIN core.orders o USING (order_key)
  LEFT JOIN core.users u ON u._system = o._system AND u.user_id = o.entered_by
  WHERE l.quantity > 0 GROUP BY ALL
), sampled AS (
  SELECT l.*, (SELECT greatest(1, count(DISTINCT record_key) // 20000) FROM work.quantity_likelihoods) AS every
  FROM work.quantity_likelihoods l
  WHERE hash(record_key) % (SELECT greatest(1, count(DISTINCT record_key) // 20000)::UBIGINT FROM work.quantity_likelihoods) = 0
), estimates AS (
  SELECT 0 AS step, _system, way_in, lines::DOUBLE AS lines, hypothesis,
    CASE WHEN hypothesis = 'genuine' THEN 1.0 ELSE 1e-4 END::DOUBLE AS rate,
    CASE WHEN hypothesis = 'genuine' THEN 0.01 ELSE 0.5 END::DOUBLE AS returned,
    CASE WHEN hypothesis = 'genuine' THEN 0.001 ELSE 0.4 END::DOUBLE AS just
  FROM ways CROSS JOIN (SELECT unnest(['genuine', 'ten', 'hundred', 'pack']) AS hypothesis)
  UNION ALL
  SELECT step, _system, way_in, lines, hypothesis,
    (n + 5) / (lines + 5 / overall) / CASE WHEN hypothesis = 'genuine' THEN overall ELSE 1 END AS rate, returned, just
  FROM (
    SELECT step + 1 AS step, _system, way_in, lines, hypothesis, n,
      CASE WHEN hypothesis = 'genuine' THEN sum(n) OVER one / sum(lines) OVER one
           ELSE (sum(n) OVER one + 0.1) / (sum(lines) OVER one + 1000) END AS overall,
      (sum(back) OVER side + CASE WHEN hypothesis = 'genuine' THEN 0.2 ELSE 1 END)
        / (sum(known) OVER side + CASE WHEN hypothesis = 'genuine' THEN 20 ELSE 2 END) AS returned,
      (sum(exact) OVER side + CASE WHEN hypothesis = 'genuine' THEN 0.2 ELSE 0.8 END)
        / (sum(known) OVER side + CASE WHEN hypothesis = 'genuine' THEN 200 ELSE 2 END) AS just
    FROM (
      SELECT step, _system, way_in, lines, hypothesis, coalesce(sum(every * share), 0) AS n,
        coalesce(sum(every * share) FILTER (came_back IN ('just', 'this')), 0) AS back,
        coalesce(sum(every * share) FILTER (came_back = 'just'), 0) AS exact,
        coalesce(sum(every * share) FILTER (came_back IN ('just', 'this', 'nothing')), 0) AS known
      FROM (
        SELECT e.step, e._system, e.way_in, e.lines, e.hypothesis, s.every, s.came_back,
          e.rate * s.likelihood
            * CASE s.came_back WHEN 'just' THEN e.just WHEN 'this' THEN e.returned WHEN 'other' THEN 0.01
                WHEN 'nothing' THEN 1 - e.returned ELSE 1 END
            AS weight, weight / sum(weight) OVER (PARTITION BY s.record_key) AS share
        FROM estimates e LEFT JOIN sampled s ON s._system = e._system AND s.way_in = e.way_in AND s.hypothesis = e.hypothesis
        WHERE e.step < 15
      ) GROUP BY ALL
    )
    WINDOW one AS (PARTITION BY _system, hypothesis), side AS (PARTITION BY _system, hypothesis = 'genuine')
  )
)
SELECT * EXCLUDE (step) FROM estimates WHERE step = 15;
