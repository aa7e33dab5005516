"""The topology: panel and picture."""
