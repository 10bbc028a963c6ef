"""`make bench-dispatch`: the way of a task from claim to submission, beside its peers and the bare database."""
