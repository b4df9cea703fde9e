"""Takes mail in: an SMTP or LMTP listener of our own, or a mailbox over IMAP."""
