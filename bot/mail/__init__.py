"""Outgoing mail: transports and templates."""
