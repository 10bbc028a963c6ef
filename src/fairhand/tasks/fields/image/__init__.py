"""Field type `image`: a picture."""
