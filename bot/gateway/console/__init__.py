"""The agents' console: server-rendered pages for signed-in members of staff."""
