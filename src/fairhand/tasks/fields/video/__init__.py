"""Field type `video`: a film."""
