"""What /metrics tells: how long work takes, how much waits, and for how long."""
