"""How Alembic reaches the desk's schema: on a connection that the caller has opened."""

from alembic import context

from desk.migrations.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
