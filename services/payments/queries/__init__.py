"""Every SELECT of payments."""
