"""The linter keeps after how many changes of instruments it last looked: an instrument that is entered makes it look."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lint_run", sa.Column("law_changes", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("lint_run") as table:
        table.drop_column("law_changes")
