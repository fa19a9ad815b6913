"""A conversation knows the day for which its person wants to be answered, and a text of earlier days is known as one."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("as_of", sa.Date(), nullable=True))
    op.add_column("guidance_versions", sa.Column("is_earlier", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("guidance_versions") as table:
        table.drop_column("is_earlier")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("as_of")
