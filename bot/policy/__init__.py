"""Reading policies, finding passages, deciding when to stay silent. Never sees accounts."""
