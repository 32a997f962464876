"""`python -m ecrm_pwa` is the `ecrm` command, from a checkout without installing anything."""

from ecrm_pwa.cli import main

main(prog_name="ecrm")
