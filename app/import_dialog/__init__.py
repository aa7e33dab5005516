"""The dialog that asks how a table is to be read, and the way of a file to it."""
