"""What a model is given from outside: series and numbers, from files, frames or arrays."""
