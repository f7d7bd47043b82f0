-- What visits with a stamped start waited and worked, and what for, by stage, in seconds; of the last 26 weeks of the data.
SELECT m.stage, m.title AS stage_title, f.stage_no, count(*) AS visits, count(batching) AS with_user,
    avg(waiting_seconds) AS waiting, avg(service_seconds) AS service, avg(working_waiting_seconds) AS working_waiting,
    avg(working_service_seconds) AS working_service, CAST(sum(waiting_seconds) FILTER (WHERE batching IS NOT NULL) AS BIGINT) AS all_waiting,
    CAST(sum(batching) AS BIGINT) AS batching, CAST(sum(contention) AS BIGINT) AS contention, CAST(sum(prioritisation) AS BIGINT) AS prioritisation,
    CAST(sum(unavailability) AS BIGINT) AS unavailability, CAST(sum(other) AS BIGINT) AS other
FROM selected_waits f JOIN meta.stages m USING (stage_no) GROUP BY ALL ORDER BY f.stage_no
