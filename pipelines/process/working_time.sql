-- Working seconds of any interval by two look-ups. `meta.working_days` holds for each calendar and UTC day the working
-- seconds before the day and up to four working spans within it (seconds from midnight, 0-0 where there is none).
--
-- worked(d, t): working seconds from the table's first day until the moment t; d is the row of t's day. To be used so:
--
--   SELECT worked(b, v.ended_at) - worked(a, v.entered_at) AS working_seconds
--   FROM visits v
--   JOIN meta.working_days a ON a.calendar = v.calendar AND a.day = v.entered_at::DATE
--   JOIN meta.working_days b ON b.calendar = v.calendar AND b.day = v.ended_at::DATE
CREATE OR REPLACE TABLE meta.working_days (
  calendar VARCHAR, day DATE, seconds_before BIGINT,
  from_1 INTEGER, until_1 INTEGER, from_2 INTEGER, until_2 INTEGER,
  from_3 INTEGER, until_3 INTEGER, from_4 INTEGER, until_4 INTEGER);

CREATE OR REPLACE MACRO meta.worked(d, t) AS
  d.seconds_before
  + greatest(0, least(date_diff('second', d.day, t), d.until_1) - d.from_1)
  + greatest(0, least(date_diff('second', d.day, t), d.until_2) - d.from_2)
  + greatest(0, least(date_diff('second', d.day, t), d.until_3) - d.from_3)
  + greatest(0, least(date_diff('second', d.day, t), d.until_4) - d.from_4);
