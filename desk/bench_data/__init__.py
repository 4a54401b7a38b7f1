"""Many invented people and programs for the benches, the same for the same seed."""
