"""From a message to its reply: the desk beside what else could be picked, measured by turns in one run."""
