"""E-CRM UMKM: the customers of the smallest businesses, remembered and heard, with or without signal."""

# First of all: whatever imports sqlite3 after this line gets the library without the WAL-reset bug.
from ecrm_pwa.base import sqlite as sqlite

__version__ = "0.1.0"
