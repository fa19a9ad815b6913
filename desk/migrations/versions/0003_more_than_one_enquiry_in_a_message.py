"""A message can have more than one enquiry, and an act of the dialogue can say more than one message."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ENQUIRIES = sa.table(
    "enquiries",
    sa.column("id", sa.String()),
    sa.column("message_id", sa.String()),
    sa.column("position", sa.Integer()),
    sa.column("parts", sa.JSON()),
    sa.column("searched", sa.JSON()),
)
TURN_ACTS = sa.table(
    "turn_acts",
    sa.column("id", sa.Integer()),
    sa.column("utterance", sa.JSON()),
    sa.column("utterances", sa.JSON()),
)


def upgrade() -> None:
    for name, kind in (("message_id", sa.String()), ("position", sa.Integer())):
        op.add_column("enquiries", sa.Column(name, kind, nullable=True))
    for name in ("parts", "searched"):
        op.add_column("enquiries", sa.Column(name, sa.JSON(), nullable=True))
    # Until now every enquiry was the only one of its message.
    op.execute(ENQUIRIES.update().values(message_id=ENQUIRIES.c.id, position=0, parts=[], searched=[]))
    with op.batch_alter_table("enquiries") as batch_op:
        batch_op.alter_column("message_id", existing_type=sa.String(), nullable=False)
        batch_op.alter_column("position", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("parts", existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column("searched", existing_type=sa.JSON(), nullable=False)
        batch_op.drop_constraint("fk_enquiries_id_messages", type_="foreignkey")
        batch_op.create_foreign_key("fk_enquiries_message_id_messages", "messages", ["message_id"], ["id"])
        batch_op.create_unique_constraint("uq_enquiries_message_id_position", ["message_id", "position"])

    op.add_column("turn_acts", sa.Column("utterances", sa.JSON(), nullable=True))
    for row in op.get_bind().execute(sa.select(TURN_ACTS.c.id, TURN_ACTS.c.utterance)).all():
        # An act whose words were forgotten after their time keeps an empty message; a list of none says the same.
        said = [row.utterance] if row.utterance["blocks"] else []
        op.execute(TURN_ACTS.update().where(TURN_ACTS.c.id == row.id).values(utterances=said))
    with op.batch_alter_table("turn_acts") as batch_op:
        batch_op.alter_column("utterances", existing_type=sa.JSON(), nullable=False)
        batch_op.drop_column("utterance")


def downgrade() -> None:
    op.add_column("turn_acts", sa.Column("utterance", sa.JSON(), nullable=True))
    for row in op.get_bind().execute(sa.select(TURN_ACTS.c.id, TURN_ACTS.c.utterances)).all():
        said = row.utterances[0] if row.utterances else {"blocks": [], "choices": []}
        op.execute(TURN_ACTS.update().where(TURN_ACTS.c.id == row.id).values(utterance=said))
    with op.batch_alter_table("turn_acts") as batch_op:
        batch_op.alter_column("utterance", existing_type=sa.JSON(), nullable=False)
        batch_op.drop_column("utterances")

    op.execute(ENQUIRIES.delete().where(ENQUIRIES.c.position > 0))
    with op.batch_alter_table("enquiries") as batch_op:
        batch_op.drop_constraint("uq_enquiries_message_id_position", type_="unique")
        batch_op.drop_constraint("fk_enquiries_message_id_messages", type_="foreignkey")
        batch_op.create_foreign_key("fk_enquiries_id_messages", "messages", ["id"], ["id"])
        for name in ("searched", "parts", "position", "message_id"):
            batch_op.drop_column(name)
