"""What the pytest plugin collects and runs; imported when something is asked for."""
