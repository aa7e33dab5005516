"""The data: chosen, made or loaded, and how it is divided."""
