"""What referrals does: one function, one transaction: read, decide, record, tell."""
