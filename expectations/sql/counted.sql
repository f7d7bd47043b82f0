-- The quantile (interpolated, as quantile_cont has it) of values that were counted first: `until` is how many are no greater than a value, `n` how
-- many there are. Days between two dates are few and records many: to count them takes a quarter of what their quantiles would.
CREATE OR REPLACE MACRO work.counted_quantile(value, until, n, share) AS
  min(value) FILTER (until > floor(share::DOUBLE * (n - 1)))
    + (min(value) FILTER (until > ceil(share::DOUBLE * (n - 1))) - min(value) FILTER (until > floor(share::DOUBLE * (n - 1))))
      * any_value(share::DOUBLE * (n - 1) - floor(share::DOUBLE * (n - 1)));
