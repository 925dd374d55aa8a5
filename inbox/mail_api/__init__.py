"""Mail services that take mails by an API of their own instead of SMTP."""
