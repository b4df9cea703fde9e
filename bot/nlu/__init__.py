"""Rasa graph components."""
