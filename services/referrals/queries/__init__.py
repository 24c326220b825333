"""Every SELECT of referrals; returns records."""
