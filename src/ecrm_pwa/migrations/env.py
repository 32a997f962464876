"""Run by Alembic with a connection that base/schema.py opened and will commit."""

from alembic import context

from ecrm_pwa import (  # noqa: F401 (their tables)
    accounts,
    businesses,
    complaints,
    customers,
    orders,
    photos,
    products,
    satisfaction,
)
from ecrm_pwa.base import limits, outbox  # noqa: F401 (likewise)
from ecrm_pwa.base.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite's DDL is as transactional as any; a migration that is killed must leave the old schema whole.
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=False,
    compare_type=True,
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()
