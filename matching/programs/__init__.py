"""Integer programs over acceptable pairs: rows, the solver, and bounds that anyone can recompute."""
