"""Field type `text`: a passage, shown as it was written."""
