"""What a message and a search may cost: exact counts, and ratios that hold on a busy machine."""
