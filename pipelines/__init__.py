"""From files to a published snapshot: reading, landing, core tables, marts, KPIs and the read side."""
