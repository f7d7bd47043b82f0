-- The day of a moment, as the company cuts days: what dates without a time are compared with.
CREATE OR REPLACE MACRO work.day_of(moment) AS CASE WHEN (SELECT reporting_zone FROM meta.now) = 'UTC' THEN moment::DATE
  ELSE timezone((SELECT reporting_zone FROM meta.now), timezone('UTC', moment))::DATE END;
