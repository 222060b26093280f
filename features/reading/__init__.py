"""Reading: records as pieces, pieces as vectors and kinds of work, pooled by facet."""
