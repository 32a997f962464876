"""Orders and money: who wants what, what came of it, who has paid; and the lists that a WhatsApp group writes."""
