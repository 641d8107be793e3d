"""What is varied, how its values are spread, and the tables of values that runs are made of."""
