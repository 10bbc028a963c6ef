"""Field type `steps`: a solution, step by step."""
