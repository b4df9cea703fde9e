"""SQLAlchemy adapters of the storage ports."""
