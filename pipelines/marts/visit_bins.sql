-- Durations in steps of 4.4 % (sixteen a doubling), so that a million orders fit into small lists of numbers.
-- Step 0 is no time at all; step b from 1 on holds 2^((b - 1) / 16) up to 2^(b / 16) seconds; the last holds what is longer than 127 years.
CREATE OR REPLACE MACRO marts.duration_step(seconds) AS
    CASE WHEN seconds IS NULL THEN NULL WHEN seconds < 1 THEN 0 ELSE least(511, 1 + CAST(floor(16 * log2(seconds)) AS INTEGER)) END;
-- A visit as one number: stage, whether it was cancelled, whether it lasted longer than its target, and its duration's step.
CREATE OR REPLACE MACRO marts.visit_code(stage_no, is_cancelled, is_late, step) AS
    CAST(((stage_no * 2 + CAST(is_cancelled AS INTEGER)) * 2 + CAST(is_late AS INTEGER)) * 512 + step AS UINTEGER);
-- A stage and the day of a local moment as one number.
CREATE OR REPLACE MACRO marts.day_code(stage_no, moment) AS
    CAST(stage_no * 65536 + greatest(0, least(65535, date_diff('day', DATE '1970-01-01', CAST(moment AS DATE)))) AS UINTEGER);
