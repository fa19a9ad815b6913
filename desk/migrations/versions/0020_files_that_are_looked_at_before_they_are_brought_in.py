"""A file to be brought in is kept while somebody looks at what it would do; an article knows its chapter and section."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("law_articles", sa.Column("division", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "import_files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('guidance', 'law')", name=op.f("ck_import_files_purpose_known")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_import_files_officer_id_officers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_files")),
    )
    op.create_index(op.f("ix_import_files_kept_at"), "import_files", ["kept_at"])


def downgrade() -> None:
    op.drop_table("import_files")
    with op.batch_alter_table("law_articles") as table:
        table.drop_column("division")
