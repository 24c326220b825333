"""The whole platform on one machine: `python -m deploy.local`."""
