"""The main job, end to end, on the sample market."""
