"""What the four services and the gateway have in common; it knows none of them."""
