"""The only process a stranger can reach: widget, chat, sign-in, hosted pages, health."""
