"""What eligibility does: one function, one transaction."""
