"""What is drawn for paper and for messengers: the poster, labels of batches, the card of a product, the nota of an order."""

from ecrm_pwa.posters.cards import card as card
from ecrm_pwa.posters.labels import labels as labels
from ecrm_pwa.posters.letters import short as short
from ecrm_pwa.posters.nota import Row as Row
from ecrm_pwa.posters.nota import nota as nota
from ecrm_pwa.posters.wall import a4 as a4
