"""The table: every sample raw and prepared, and what was done to it in between."""
