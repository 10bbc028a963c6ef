"""Field type `submission`: somebody's answers to other questions."""
