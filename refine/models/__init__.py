"""One implementation per scheme, at the kernel's level of detail: `NAME.py` for `NAME.fs`."""
