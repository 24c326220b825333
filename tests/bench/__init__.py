"""Benchmarks, run by `make bench`: figures side by side in one run, never timed tests."""
