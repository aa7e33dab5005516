"""Reading and writing a person's files."""
