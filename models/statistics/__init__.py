"""Statistics behind the charts: pure functions on arrays, each tested against an independent reference."""
