"""Control files of Vensim, read as experiments."""
