SELECT entity, given, derived, records FROM meta.entities
