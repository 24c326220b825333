"""Every SELECT of protection; returns records."""
