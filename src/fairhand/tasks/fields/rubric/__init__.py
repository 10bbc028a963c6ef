"""Field type `rubric`: criteria that a task brings along, each with its weight."""
