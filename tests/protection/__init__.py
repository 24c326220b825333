"""Tests of the protection service; the folders mirror its source."""
