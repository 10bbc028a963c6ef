"""Field type `markdown`: a text in Markdown."""
