-- Two columns as one: together they may decide what neither does alone.
ALTER TABLE work.learned_rows ADD COLUMN {combined} VARCHAR;
UPDATE work.learned_rows SET {combined} = {left} || ' / ' || {right}
