"""Use cases of the people who work the console."""
