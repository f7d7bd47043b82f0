-- The pairs of steps that two people must do: as the checks know them (laid down, else learned), or none where the rule was off.
CREATE TABLE IF NOT EXISTS work.four_eyes (
    _system VARCHAR, pair_no BIGINT, first_step VARCHAR, second_step VARCHAR, first_keys VARCHAR[], second_keys VARCHAR[],
    n HUGEINT, expected DOUBLE, same HUGEINT)
