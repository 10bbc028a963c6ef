"""How long work takes, learned from how long it took; and what is owed to whoever was promised too little time."""
