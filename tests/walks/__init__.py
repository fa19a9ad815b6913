"""Walks over the whole console: every route that there is, with every role, and every page in a browser."""
