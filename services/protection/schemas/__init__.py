"""The shapes of protection's requests and responses."""
