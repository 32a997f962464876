"""Copies of everything on this server: made while it is in use, put back on an empty one, tried out before they are needed.

A backup is one tar file: `manifest.json`, the database as an SQLite file, the server's secret, and the photos that the database
names. The database in it is SQLite whatever the server runs on, so that it can be put back on either.
"""

from ecrm_pwa.backups.archive import Manifest, last_made, list_files, make, make_file
from ecrm_pwa.backups.drill import Drill, drill
from ecrm_pwa.backups.restoring import Inhabited, NotABackup, restore

__all__ = [
    "Drill",
    "Inhabited",
    "Manifest",
    "NotABackup",
    "drill",
    "last_made",
    "list_files",
    "make",
    "make_file",
    "restore",
]
