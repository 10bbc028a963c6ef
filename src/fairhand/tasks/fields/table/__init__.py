"""Field type `table`: a table of named columns."""
