"""Rasa custom actions, one small file per topic."""
