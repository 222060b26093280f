"""One market on one day: its records read and scored, who stands where, and what a change of records changes in it."""
