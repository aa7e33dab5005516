"""The panels of the window, one file each; they never import each other."""
