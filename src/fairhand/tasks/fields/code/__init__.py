"""Field type `code`: source code or a difference."""
