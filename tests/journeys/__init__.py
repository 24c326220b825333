"""Whole stories over the real stack; file names are sentences."""
