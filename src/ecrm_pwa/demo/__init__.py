"""The demo village: six businesses of Kelapa Kurung with five months behind them, for trying the app out and for teaching it.

People, numbers and words are invented. Everything is done by the areas' own verbs, as if it had happened at its time. Its people
share one printed password, so it belongs on machines that the public cannot reach.
"""

from ecrm_pwa.demo.complaining import RINAS_SECRET as RINAS_SECRET
from ecrm_pwa.demo.filling import SEED as SEED
from ecrm_pwa.demo.filling import Inhabited as Inhabited
from ecrm_pwa.demo.filling import fill as fill
from ecrm_pwa.demo.filling import is_there as is_there
from ecrm_pwa.demo.people import PASSWORD as PASSWORD
from ecrm_pwa.demo.people import PEOPLE as PEOPLE
from ecrm_pwa.demo.people import Person as Person
from ecrm_pwa.demo.shops import SHOPS as SHOPS
from ecrm_pwa.demo.shops import Shop as Shop
