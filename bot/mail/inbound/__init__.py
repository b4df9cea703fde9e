"""From raw bytes to `InboundMail`, whatever a stranger sent."""
