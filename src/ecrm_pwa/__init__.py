"""E-CRM UMKM: the customers of the smallest businesses, remembered and heard, with or without signal."""

__version__ = "0.1.0"
