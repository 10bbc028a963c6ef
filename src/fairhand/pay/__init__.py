"""Pay lines and statements: every cent with its sentence."""
