"""What payments does: one function, one transaction."""
