"""The shapes of what payments takes and gives."""
