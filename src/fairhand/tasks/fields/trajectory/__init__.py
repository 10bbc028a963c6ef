"""Field type `trajectory`: what an agent did, in ATIF."""
