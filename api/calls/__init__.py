"""What is asked of a call before it is published and while it is open."""
