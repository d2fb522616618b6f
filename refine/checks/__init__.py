"""The checks of `spec refine`: a table.  `NAME` is `refine.checks.NAME.check`."""
