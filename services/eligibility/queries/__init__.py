"""Every SELECT of eligibility."""
