"""Versions of protection's database."""
