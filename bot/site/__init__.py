"""The site's accounts over its API: docs/connector.md."""
