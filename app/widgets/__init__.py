"""Reusable parts of panels that know nothing of the application."""
