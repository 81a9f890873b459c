"""Both platforms: listings, inquiries, quotations, and who talks to an account when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

EXCEPTION_KINDS = (
    "malformed",
    "unknown_sku",
    "unknown_currency",
    "unknown_country",
    "unknown_buyer",
    "unit_differs",
    "totals_differ",
    "changed",
    "cancelled",
    "frozen",
    "refunded",
    "disputed",
)


def upgrade() -> None:
    """Listings, inquiries, quotations, leases, runs and the archive of calls; blocks on platform orders."""
    op.create_table(
        "listing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_number", sa.String(length=60), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("platform_message", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category_id", sa.String(length=40), nullable=False),
        sa.Column("category_path", sa.String(length=300), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("images", sa.Text(), nullable=False),
        sa.Column("min_order", sa.BigInteger(), nullable=True),
        sa.Column("shipping_template", sa.String(length=40), nullable=False),
        sa.Column("listing_days", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("pushed", sa.Text(), nullable=False),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'publishing', 'review', 'online', 'offline', 'rejected', 'deleted')",
            name=op.f("ck_listing_state_known"),
        ),
        sa.CheckConstraint("problem_count >= 0", name=op.f("ck_listing_problems_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform_account.id"], name=op.f("fk_listing_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_listing_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("account_id", "model_number", name=op.f("uq_listing_account_id_model_number")),
        sa.UniqueConstraint("account_id", "product_id", name=op.f("uq_listing_account_id_product_id")),
        sa.UniqueConstraint("client_key", name=op.f("uq_listing_client_key")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_listing_account_id_external_id", ["account_id", "external_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_listing_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_state"), ["state"], unique=False)

    op.create_table(
        "platform_category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("leaf", sa.Boolean(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["platform_account.id"],
            name=op.f("fk_platform_category_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_category")),
        sa.UniqueConstraint(
            "account_id", "external_id", name=op.f("uq_platform_category_account_id_external_id")
        ),
    )
    op.create_table(
        "platform_choice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["platform_account.id"],
            name=op.f("fk_platform_choice_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_choice")),
        sa.UniqueConstraint(
            "account_id", "kind", "code", name=op.f("uq_platform_choice_account_id_kind_code")
        ),
    )
    op.create_table(
        "platform_image",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["platform_account.id"],
            name=op.f("fk_platform_image_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_image")),
        sa.UniqueConstraint("account_id", "sha256", name=op.f("uq_platform_image_account_id_sha256")),
    )
    op.create_table(
        "sync_lease",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform_account.id"], name=op.f("fk_sync_lease_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_lease")),
        sa.UniqueConstraint("account_id", name=op.f("uq_sync_lease_account_id")),
    )
    op.create_table(
        "sync_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("trigger", sa.String(length=8), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("exceptions", sa.Integer(), nullable=False),
        sa.Column("inquiries", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('running', 'done', 'cancelled', 'failed')", name=op.f("ck_sync_run_outcome_known")
        ),
        sa.CheckConstraint("trigger IN ('hand', 'timer', 'server')", name=op.f("ck_sync_run_trigger_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform_account.id"], name=op.f("fk_sync_run_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.create_index("ix_sync_run_account_id_started_at", ["account_id", "started_at"], unique=False)

    op.create_table(
        "api_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("api", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("acts", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=120), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform_account.id"], name=op.f("fk_api_call_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["sync_run.id"], name=op.f("fk_api_call_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_call")),
    )
    with op.batch_alter_table("api_call", schema=None) as batch_op:
        batch_op.create_index("ix_api_call_account_id_started_at", ["account_id", "started_at"], unique=False)
        batch_op.create_index("ix_api_call_account_id_subject", ["account_id", "subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_api_call_run_id"), ["run_id"], unique=False)

    op.create_table(
        "inquiry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("buyer_id", sa.String(length=120), nullable=False),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("buyer_country", sa.String(length=2), nullable=False),
        sa.Column("buyer_email", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "source IN ('message', 'rfq', 'email', 'file', 'typed')", name=op.f("ck_inquiry_source_known")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'answered', 'quoted', 'won', 'lost')", name=op.f("ck_inquiry_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform_account.id"], name=op.f("fk_inquiry_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["partner.id"], name=op.f("fk_inquiry_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_inquiry_listing_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_inquiry_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint(
            "account_id", "source", "external_id", name=op.f("uq_inquiry_account_id_source_external_id")
        ),
        sa.UniqueConstraint("client_key", name=op.f("uq_inquiry_client_key")),
        sa.UniqueConstraint("number", name=op.f("uq_inquiry_number")),
    )
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inquiry_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiry_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiry_product_id"), ["product_id"], unique=False)
        batch_op.create_index("ix_inquiry_state_received_at", ["state", "received_at"], unique=False)

    op.create_table(
        "listing_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("spend_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint(
            "views >= 0 AND clicks >= 0 AND spend_minor >= 0", name=op.f("ck_listing_day_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_day_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_day")),
        sa.UniqueConstraint("listing_id", "day", name=op.f("uq_listing_day_listing_id_day")),
    )
    op.create_table(
        "listing_sku",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("external_sku_id", sa.String(length=64), nullable=False),
        sa.Column("safety_stock", sa.BigInteger(), nullable=True),
        sa.Column("stock_pushed", sa.BigInteger(), nullable=True),
        sa.Column("stock_pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_listing_sku_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_sku_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_sku")),
        sa.UniqueConstraint("listing_id", "item_id", name=op.f("uq_listing_sku_listing_id_item_id")),
    )
    with op.batch_alter_table("listing_sku", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_sku_external_sku_id"), ["external_sku_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_sku_item_id"), ["item_id"], unique=False)

    op.create_table(
        "inquiry_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_message_inquiry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_message")),
        sa.UniqueConstraint(
            "inquiry_id", "external_id", name=op.f("uq_inquiry_message_inquiry_id_external_id")
        ),
    )
    op.create_table(
        "quotation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("buyer_country", sa.String(length=2), nullable=False),
        sa.Column("buyer_address", sa.Text(), nullable=False),
        sa.Column("buyer_email", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("incoterm", sa.String(length=3), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("payment_terms", sa.String(length=200), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("freight_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sales_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'accepted', 'declined', 'expired')",
            name=op.f("ck_quotation_state_known"),
        ),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_quotation_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["partner.id"], name=op.f("fk_quotation_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_quotation_inquiry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_id"],
            ["sales_order.id"],
            name=op.f("fk_quotation_sales_order_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation")),
        sa.UniqueConstraint("client_key", name=op.f("uq_quotation_client_key")),
        sa.UniqueConstraint("number", name=op.f("uq_quotation_number")),
    )
    with op.batch_alter_table("quotation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quotation_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quotation_inquiry_id"), ["inquiry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quotation_sales_order_id"), ["sales_order_id"], unique=False)
        batch_op.create_index("ix_quotation_state_valid_until", ["state", "valid_until"], unique=False)

    op.create_table(
        "quotation_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quotation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quotation_line_quantity_positive")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_quotation_line_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_quotation_line_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["quotation_id"],
            ["quotation.id"],
            name=op.f("fk_quotation_line_quotation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_line")),
        sa.UniqueConstraint("quotation_id", "position", name=op.f("uq_quotation_line_quotation_id_position")),
    )
    with op.batch_alter_table("quotation_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quotation_line_item_id"), ["item_id"], unique=False)

    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_account_id_kind_record_id", ["account_id", "kind", "record_id"], unique=False
        )

    with op.batch_alter_table("platform_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("every_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("options", sa.Text(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("daily_quota", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("calls_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("calls_count", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("token_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("language", sa.String(length=10), nullable=False, server_default="en"))
        batch_op.add_column(
            sa.Column("ask_new_buyers", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("push_stock", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(
            sa.Column("push_lead_time", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("push_prices", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("safety_stock", sa.BigInteger(), nullable=False, server_default="0"))

    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("platform_status", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("platform_block", sa.String(length=12), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("refunded_minor", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(
            batch_op.f("ck_sales_order_platform_block_known"),
            "platform_block IN ('', 'closed', 'frozen', 'disputed', 'risk')",
        )

    _allow("platform_account", "state", ("connected", "throttled", "reauthorise", "paused", "down"))
    _allow("sync_exception", "kind", EXCEPTION_KINDS)


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    """Let *column* hold one of *values*, in place of those it could hold before."""
    name = f"ck_{table}_{column}_known"
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(name), type_="check")
        batch_op.create_check_constraint(batch_op.f(name), f"{column} IN ({listed})")
