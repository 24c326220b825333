"""Versions of this database; they only go forward."""
