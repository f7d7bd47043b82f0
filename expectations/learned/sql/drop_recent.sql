-- What became a habit lately is no suspect.
DELETE FROM work.learned_suspects WHERE how = 'dependency' AND (rid, field) IN (
  SELECT b.rid, b.field FROM work.learned_blame b SEMI JOIN work.learned_recent USING (determinant, field, value, observed))
