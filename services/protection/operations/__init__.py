"""What protection does: one function, one transaction: read, decide, record, tell."""
