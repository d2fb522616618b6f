"""The commands of `spec`, one module each; `spec.cli` has the table."""
