"""The largest total score under seats and floors, with the prices that prove it."""
