"""Field type `pdf`: a document in PDF."""
