"""What comes next: policies of slots give a tier, policies of queues order the queues for a person. Pure."""
