"""Field type `chat`: a conversation."""
