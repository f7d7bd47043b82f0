"""Statistics behind the charts: pure functions on plain arrays, each compared with an independent reference in its test."""
