"""Who is shown what: one policy, held against everything everybody is answered."""
