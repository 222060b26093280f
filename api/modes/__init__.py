"""Operating modes: what the service may be used for beyond one municipality's own applicants, and by whose decision."""
