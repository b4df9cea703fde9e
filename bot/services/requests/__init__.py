"""Privacy requests: asking, deciding, carrying out, following."""
