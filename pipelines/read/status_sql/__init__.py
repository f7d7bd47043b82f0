"""Questions about what arrived that the command and the page ask alike."""
