"""Hashing, codes, tokens and limits."""
