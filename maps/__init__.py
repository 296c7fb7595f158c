"""Finished tables drawn as one self-contained interactive page."""
