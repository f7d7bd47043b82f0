SELECT reporting_zone AS zone FROM meta.now
