"""Field type `audio`: a recording."""
