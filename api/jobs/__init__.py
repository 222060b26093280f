"""Jobs: work that takes longer than a request, done once, by whichever worker has the lease of it."""
