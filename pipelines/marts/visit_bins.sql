-- Durations in steps of 4.4 % (sixteen a doubling), so that a million orders fit into small lists of numbers.
-- Step 0 is no time at all; step b from 1 on holds 2^((b - 1) / 16) up to 2^(b / 16) seconds; 510 holds what is longer than 124 years.
CREATE OR REPLACE MACRO marts.duration_step(seconds) AS
    CASE WHEN seconds IS NULL THEN NULL WHEN seconds < 1 THEN 0 ELSE least(510, 1 + CAST(floor(16 * log2(seconds)) AS INTEGER)) END;
-- Days since 1970; 65535 where there is none.
CREATE OR REPLACE MACRO marts.day_number(moment) AS
    CASE WHEN moment IS NULL THEN 65535 ELSE greatest(0, least(65534, date_diff('day', DATE '1970-01-01', CAST(moment AS DATE)))) END;
-- A visit as one number, from the highest bits: stage, whether it was cancelled (1 bit), whether it lasted longer than its target (1), steps
-- of its elapsed and its working duration (9 each; 511: none), local days since 1970 on which the order came and left (16 each; 65535: none).
CREATE OR REPLACE MACRO marts.visit_code(stage_no, is_cancelled, is_late, elapsed_step, working_step, came, gone) AS
    ((((((CAST(stage_no AS BIGINT) * 2 + CAST(is_cancelled AS INTEGER)) * 2 + CAST(is_late AS INTEGER)) * 512
        + coalesce(elapsed_step, 511)) * 512 + coalesce(working_step, 511)) * 65536 + marts.day_number(came)) * 65536 + marts.day_number(gone));
-- What queries group by: stage, cancelled, late and one of the steps; the step is the rest after division by 512, the stage what is left after 2048.
CREATE OR REPLACE MACRO marts.duration_code(visit, clock) AS
    CASE WHEN clock = 'working' THEN (visit >> 50) * 512 + ((visit >> 32) & 511) ELSE visit >> 41 END;
-- Stage and day on which orders came to it or left it; the day is the rest after division by 65536.
CREATE OR REPLACE MACRO marts.arrival_code(visit) AS (visit >> 52) * 65536 + ((visit >> 16) & 65535);
CREATE OR REPLACE MACRO marts.departure_code(visit) AS (visit >> 52) * 65536 + (visit & 65535);
