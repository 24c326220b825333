"""The tests: true sentences about behaviour."""
