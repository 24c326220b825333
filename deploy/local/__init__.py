"""The whole platform on one machine: `python -m deploy.local`, or `Platform` in a test."""

from deploy.local.platform import Platform

__all__ = ["Platform"]
