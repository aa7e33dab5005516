"""What to draw, as plain arrays and texts; no Qt."""
