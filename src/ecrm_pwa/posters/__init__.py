"""What is drawn for paper and for the previews of messengers: the poster, labels of batches, the card of a product."""

from ecrm_pwa.posters.cards import card as card
from ecrm_pwa.posters.labels import labels as labels
from ecrm_pwa.posters.letters import short as short
from ecrm_pwa.posters.wall import a4 as a4
