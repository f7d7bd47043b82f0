-- How the sentence of a finding writes what it tells: numbers, counts, shares, spans and moments as a clerk reads them. The columns of a
-- finding keep the values as they are stored; a moment is stored in UTC and told in the reporting zone, a day without a time as a day.

-- 5548.0900 -> 5,548.09; 31.500000 -> 31.5
CREATE OR REPLACE MACRO work.say_number(value) AS regexp_replace(format('{:,.6f}', value::DOUBLE), '\.?0+$', '');

-- 1 order; 2,365 orders
CREATE OR REPLACE MACRO work.say_count(n, one, many) AS format('{:,} ', n::BIGINT) || CASE n WHEN 1 THEN one ELSE many END;

-- 756 of 2,365
CREATE OR REPLACE MACRO work.say_of(part, whole) AS format('{:,} of {:,}', part::BIGINT, whole::BIGINT);

-- 0.999 -> 99.9 %. Nearly all is not all, and hardly any is not none.
CREATE OR REPLACE MACRO work.say_share(share) AS CASE
  WHEN share > 0 AND share < 0.001 THEN 'less than 0.1 %'
  WHEN share < 1 AND share >= 0.9995 THEN 'more than 99.9 %'
  ELSE work.say_number(round(100 * share, 1)) || ' %' END;

-- 420 -> 7 minutes; 5400 -> 1.5 hours; 86400 -> a day; 31363200 -> 363 days
CREATE OR REPLACE MACRO work.say_units(n, one, many) AS
  CASE n WHEN 1 THEN one ELSE work.say_number(CASE WHEN n < 100 THEN n ELSE round(n) END) || ' ' || many END;
CREATE OR REPLACE MACRO work.say_span(seconds) AS CASE
  WHEN abs(seconds) < 59.5 THEN work.say_units(round(seconds::DOUBLE), 'a second', 'seconds')
  WHEN abs(seconds) < 3570 THEN work.say_units(round(seconds / 60.0), 'a minute', 'minutes')
  WHEN abs(seconds) < 86220 THEN work.say_units(round(seconds / 3600.0, 1), 'an hour', 'hours')
  ELSE work.say_units(round(seconds / 86400.0, 1), 'a day', 'days') END;

-- Clocks of the reporting zone: 2026-05-23 15:30, and 2026-05-23 where midnight says that only the day is known.
CREATE OR REPLACE MACRO work.clock_of(moment) AS timezone((SELECT reporting_zone FROM meta.now), timezone('UTC', moment::TIMESTAMP));
CREATE OR REPLACE MACRO work.is_day(moment) AS work.clock_of(moment)::TIME = TIME '00:00:00';
CREATE OR REPLACE MACRO work.say_moment(moment) AS CASE WHEN work.is_day(moment) THEN strftime(work.clock_of(moment), '%Y-%m-%d')
  ELSE strftime(work.clock_of(moment), '%Y-%m-%d %H:%M') END;
CREATE OR REPLACE MACRO work.say_when(moment) AS CASE WHEN work.is_day(moment) THEN strftime(work.clock_of(moment), 'on %Y-%m-%d')
  ELSE strftime(work.clock_of(moment), 'on %Y-%m-%d at %H:%M') END;

-- What was done, apart from the words around it: “Order approved”
CREATE OR REPLACE MACRO work.say_action(activity) AS '“' || activity || '”';

-- A value of a finding by the type of its field: a share as people say it (0.25 of a discount is 25 %). Whatever has four decimals and more is a number as it is stored; codes stay as they are.
CREATE OR REPLACE MACRO work.say_value(value, type) AS CASE
  WHEN type = 'ratio' AND abs(TRY_CAST(value AS DOUBLE)) <= 1 THEN work.say_share(TRY_CAST(value AS DOUBLE))
  WHEN type IN ('amount', 'quantity', 'price', 'ratio') AND regexp_full_match(value, '-?[0-9]+(\.[0-9]+)?') THEN work.say_number(TRY_CAST(value AS DOUBLE))
  WHEN regexp_full_match(value, '-?[0-9]{1,12}\.[0-9]{4,}') THEN work.say_number(TRY_CAST(value AS DOUBLE))
  WHEN type = 'moment' AND regexp_full_match(value, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+') THEN work.say_moment(TRY_CAST(value AS TIMESTAMP))
  ELSE nullif(trim(value), '') END;
