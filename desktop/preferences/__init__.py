"""The page of preferences: what may be changed here, at once or from the next start on, and what policy has fixed."""
