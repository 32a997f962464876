"""Lists of people as phones and Excel give them: vCard, CSV, xlsx, pasted lines. Reads, and says in words what it could not read.

No database and no HTTP: bytes or text come in, contacts come out. Whatever comes in, what is raised is `ReadingRefused`.
"""

from ecrm_pwa.customers.reading.contacts import LONGEST_TEXT as LONGEST_TEXT
from ecrm_pwa.customers.reading.contacts import MOST as MOST
from ecrm_pwa.customers.reading.contacts import Contact as Contact
from ecrm_pwa.customers.reading.contacts import Reading as Reading
from ecrm_pwa.customers.reading.contacts import ReadingRefused as ReadingRefused
from ecrm_pwa.customers.reading.contacts import Unread as Unread
from ecrm_pwa.customers.reading.files import MAX_BYTES as MAX_BYTES
from ecrm_pwa.customers.reading.files import ContactReader as ContactReader
from ecrm_pwa.customers.reading.files import ReaderBusy as ReaderBusy
