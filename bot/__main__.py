"""`python -m bot`."""

from bot.cli import main

# A process that the worker starts imports this module again.
if __name__ == "__main__":
    main()
