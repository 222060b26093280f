"""Why this place, why none: cutoffs and menus, receipts, and what each limit costs."""
