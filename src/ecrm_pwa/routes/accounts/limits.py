"""How often the doors of people may be tried. Told in docs/architecture.md; the factor of the settings multiplies all of them."""

from datetime import timedelta

from ecrm_pwa.base.limits import Limit

# A number's own phone has a bucket of its own: strangers who try passwords cannot keep the owner out.
SIGN_IN_FROM_KNOWN_PHONE = Limit("sign-in-known", 10, timedelta(minutes=30))
SIGN_IN_FROM_ELSEWHERE = Limit("sign-in", 10, timedelta(hours=5))
# A village, a hall, a mobile network: many people share one address.
SIGN_IN_FROM_ADDRESS = Limit("sign-in-address", 100, timedelta(hours=1))
SIGN_UP_FOR_NUMBER = Limit("sign-up", 3, timedelta(days=1))
SIGN_UP_FROM_ADDRESS = Limit("sign-up-address", 60, timedelta(hours=1))
RESET_FROM_ADDRESS = Limit("reset-address", 30, timedelta(hours=1))
PASSKEY_FROM_ADDRESS = Limit("passkey-address", 300, timedelta(hours=1))
PASSWORD_CHECK = Limit("password-check", 10, timedelta(hours=1))
