"""JSON files in: records, and single models; errors are one line that names the place and the way out."""
