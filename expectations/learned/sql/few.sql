-- A few records of a long history are looked up once: they are read when they are judged, and again where something is found.
CREATE OR REPLACE TEMP TABLE learned_few AS FROM temp.learned_records;
CREATE OR REPLACE TEMP VIEW learned_records AS FROM temp.learned_few
