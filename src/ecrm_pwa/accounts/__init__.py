"""People and how they come in: accounts, sessions, reset links, passkeys, and what they agreed to.

A number is not proved to be hers who typed it (there is no message to send), so several accounts may claim one number, and none can
lock another out by claiming it first. Who signs in is found by number and password together. That is also why neither signing up
nor signing in tells whether a number is known.
"""

from ecrm_pwa.accounts.consents import Consent as Consent
from ecrm_pwa.accounts.consents import ConsentText as ConsentText
from ecrm_pwa.accounts.consents import keep_words as keep_words
from ecrm_pwa.accounts.consents import record_consent as record_consent
from ecrm_pwa.accounts.consents import withdraw_consent as withdraw_consent
from ecrm_pwa.accounts.passkeys import Passkey as Passkey
from ecrm_pwa.accounts.passkeys import PasskeyChallenge as PasskeyChallenge
from ecrm_pwa.accounts.passkeys import PasskeyRefused as PasskeyRefused
from ecrm_pwa.accounts.passkeys import Site as Site
from ecrm_pwa.accounts.passkeys import add_passkey as add_passkey
from ecrm_pwa.accounts.passkeys import ask_to_add as ask_to_add
from ecrm_pwa.accounts.passkeys import ask_to_sign_in as ask_to_sign_in
from ecrm_pwa.accounts.passkeys import list_passkeys as list_passkeys
from ecrm_pwa.accounts.passkeys import remove_passkey as remove_passkey
from ecrm_pwa.accounts.passkeys import sign_in_by_passkey as sign_in_by_passkey
from ecrm_pwa.accounts.people import Account as Account
from ecrm_pwa.accounts.people import change_password as change_password
from ecrm_pwa.accounts.people import check_new_password as check_new_password
from ecrm_pwa.accounts.people import find as find
from ecrm_pwa.accounts.people import list_by_phone as list_by_phone
from ecrm_pwa.accounts.people import note_installed as note_installed
from ecrm_pwa.accounts.people import open_account as open_account
from ecrm_pwa.accounts.people import update as update
from ecrm_pwa.accounts.reset_links import ResetLink as ResetLink
from ecrm_pwa.accounts.reset_links import find_reset_link as find_reset_link
from ecrm_pwa.accounts.reset_links import make_reset_link as make_reset_link
from ecrm_pwa.accounts.reset_links import redeem_reset_link as redeem_reset_link
from ecrm_pwa.accounts.sessions import KnownPhone as KnownPhone
from ecrm_pwa.accounts.sessions import Session as Session
from ecrm_pwa.accounts.sessions import end_other_sessions as end_other_sessions
from ecrm_pwa.accounts.sessions import end_session as end_session
from ecrm_pwa.accounts.sessions import find_session as find_session
from ecrm_pwa.accounts.sessions import is_known_phone as is_known_phone
from ecrm_pwa.accounts.sessions import list_sessions as list_sessions
from ecrm_pwa.accounts.sessions import prune as prune
from ecrm_pwa.accounts.sessions import remember_phone as remember_phone
from ecrm_pwa.accounts.sessions import saw_session as saw_session
from ecrm_pwa.accounts.sessions import start_session as start_session
