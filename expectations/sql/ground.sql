-- What norms stand on beside the orders: the process, how the files are read, and the zone in which days are cut.
-- A norm that was measured on other ground says nothing about today's stages and values.
SELECT md5(concat_ws('|',
  (SELECT string_agg(s::VARCHAR, ',' ORDER BY s::VARCHAR) FROM meta.stages s),
  (SELECT string_agg(a::VARCHAR, ',' ORDER BY a::VARCHAR) FROM meta.activities a),
  (SELECT string_agg(DISTINCT concat(f.profile, f.profile_hash), ',' ORDER BY concat(f.profile, f.profile_hash)) FROM meta.files f),
  (SELECT reporting_zone FROM meta.now)))
