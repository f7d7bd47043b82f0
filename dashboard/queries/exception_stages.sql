SELECT coalesce(m.title, 'unknown') AS stage, count(*) AS exceptions FROM selected_exceptions e LEFT JOIN meta.stages m USING (stage)
GROUP BY ALL ORDER BY exceptions DESC
