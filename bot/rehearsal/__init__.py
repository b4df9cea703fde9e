"""The whole assistant in one process on a database of its own, to measure and rehearse it."""
