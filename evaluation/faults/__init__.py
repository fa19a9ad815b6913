"""What happens to the desk when its processes and servers die at random, and what it takes to find out."""
