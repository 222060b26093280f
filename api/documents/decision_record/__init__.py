"""採用理由書・不採用理由記録: a person's reason, and what the list said at that moment."""
