"""Faults on purpose: power cuts, killed servers. Short runs are in the suite, long ones behind `bin/faults`."""

# First of all: sqlite3 must be the app's SQLite in these modules too.
import ecrm_pwa as ecrm_pwa
