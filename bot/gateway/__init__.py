"""The only process a stranger can reach."""
