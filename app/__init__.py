"""The nnscope application: everything with a screen, and the command line."""
