"""SQL of the checks."""
