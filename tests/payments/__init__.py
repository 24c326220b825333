"""Tests of the payments service; they mirror its source."""
