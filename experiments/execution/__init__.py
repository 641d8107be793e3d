"""Very many runs: in blocks, on threads or a cluster, into a store that can be taken up again."""
