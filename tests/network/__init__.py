"""Bad networks: a proxy that does to every byte what a village's mobile network does, and what must hold all the same."""
