"""選考一覧表: one row an applicant in order of reading, for a panel that writes beside it."""
