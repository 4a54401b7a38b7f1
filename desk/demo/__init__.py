"""A county to try everything on: invented people, real-looking days, nothing that can reach anybody."""
