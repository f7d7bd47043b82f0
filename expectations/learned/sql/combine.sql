-- Two columns as one: together they may decide what neither does alone.
ALTER TABLE temp.learned_rows ADD COLUMN {combined} VARCHAR;
UPDATE temp.learned_rows SET {combined} = {left} || ' / ' || {right}
