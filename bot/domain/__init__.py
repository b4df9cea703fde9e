"""Business rules; standard library only."""
