"""Running an implementation on terms instead of numbers."""
