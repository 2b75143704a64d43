"""WHETHER it is so: named checks, and a second, literal recount."""
