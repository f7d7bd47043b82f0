/* ---
grain: frequent value of a field; field whose frequent values are hard to tell apart
makes: confusable_fields
refresh: full
--- */
-- The frequent values of a field that has few, as they are compared with odd ones.
CREATE OR REPLACE TABLE work.frequent_texts AS
SELECT t.*, lower(strip_accents(t.value)) AS small, work.loose_key(t.value) AS loose, t.records >= 0.005 * s.records AS is_common
FROM work.usual_texts t JOIN work.text_fields f USING (entity, field) JOIN work.usual_shapes s USING (entity, _system, field)
WHERE (f.role IN ('category', 'user') OR f.role = 'code' AND s.level IS NULL) AND t.records >= 10
QUALIFY row_number() OVER (PARTITION BY t.entity, t._system, t.field ORDER BY t.records DESC, t.value) <= 300;

-- Where frequent values are a slip away from one another, nearness says nothing.
CREATE OR REPLACE TABLE work.confusable_fields AS
SELECT DISTINCT a.entity, a._system, a.field FROM work.frequent_texts a
JOIN work.frequent_texts b ON b.entity = a.entity AND b._system = a._system AND b.field = a.field AND b.value > a.value
WHERE a.is_common AND b.is_common AND (work.is_slip(a.small, b.small) OR a.loose = b.loose);
