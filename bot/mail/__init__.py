"""Mail in and out: intake, reading, the mailroom, templates and transports."""
