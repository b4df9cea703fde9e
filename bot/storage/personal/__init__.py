"""What our own tables hold of a person: one store per topic, each with count, export and erase."""
