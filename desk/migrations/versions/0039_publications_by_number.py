"""What was published since a publication is found by its number, without looking at every version."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_guidance_versions_publication_no", "guidance_versions", ["publication_no"])


def downgrade() -> None:
    op.drop_index("ix_guidance_versions_publication_no", "guidance_versions")
