"""E-CRM UMKM."""
