"""Training: the panel, and the form of all settings behind it."""
