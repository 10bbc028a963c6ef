"""Sound, film and documents without what they say of themselves: who made them, when, where and with what.

One module per container. Each reads a file as bytes and answers with the pieces of which the clean one is made; none
changes a byte of sound or picture. What may stay is listed, and whatever is not on the list goes.
"""
