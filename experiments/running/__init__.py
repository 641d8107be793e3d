"""Making the runs of an experiment."""
