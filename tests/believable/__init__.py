"""An authority that could be one: its staff, the enterprises that ask, and half a year of what they asked."""
