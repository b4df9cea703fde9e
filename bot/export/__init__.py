"""A person's copy of their data."""
