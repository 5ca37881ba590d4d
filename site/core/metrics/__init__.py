"""What a monitoring system is told: counters of this process, and the state of the site when it asks."""
