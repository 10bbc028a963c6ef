"""Cases: somebody contests a pay line, a named human answers with a reason, another one decides an appeal."""
