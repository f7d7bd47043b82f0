SELECT accuracy_target, mature_days, exception_target_hours, review_capacity FROM meta.now
