"""The whole catalogue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD_KEY = "uq_price_line_item_id_currency_incoterm_place_min_quantity_valid_from"


def upgrade() -> None:
    """Families and variants, price lists, customs, pictures, alternates, subcontracting, rates."""
    op.create_table(
        "saved_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_mapping")),
        sa.UniqueConstraint("kind", "signature", name=op.f("uq_saved_mapping_kind_signature")),
    )
    op.create_table(
        "tariff_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("name_zh", sa.String(length=300), nullable=False),
        sa.Column("unit_1", sa.String(length=3), nullable=False),
        sa.Column("unit_2", sa.String(length=3), nullable=False),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_code")),
        sa.UniqueConstraint("code", name=op.f("uq_tariff_code_code")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from",
            name=op.f("ck_certificate_valid_forward"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_certificate_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint(
            "product_id", "kind", "number", name=op.f("uq_certificate_product_id_kind_number")
        ),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_valid_to"), ["valid_to"], unique=False)

    op.create_table(
        "option_axis",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_option_axis_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_axis")),
        sa.UniqueConstraint("product_id", "code", name=op.f("uq_option_axis_product_id_code")),
    )
    op.create_table(
        "price_list",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("incoterm", sa.String(length=3), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'sales' OR partner_id IS NOT NULL", name=op.f("ck_price_list_supplier_named")
        ),
        sa.CheckConstraint("kind IN ('sales', 'purchase')", name=op.f("ck_price_list_kind_known")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_price_list_valid_forward")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["platform_account.id"],
            name=op.f("fk_price_list_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_price_list_partner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
        sa.UniqueConstraint("code", name=op.f("uq_price_list_code")),
    )
    with op.batch_alter_table("price_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_price_list_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_price_list_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "tariff_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("vat_percent", sa.BigInteger(), nullable=False),
        sa.Column("rebate_percent", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rebate_percent <= vat_percent", name=op.f("ck_tariff_rate_rebate_within_vat")),
        sa.CheckConstraint(
            "vat_percent >= 0 AND rebate_percent >= 0", name=op.f("ck_tariff_rate_rates_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["tariff_code.id"], name=op.f("fk_tariff_rate_code_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_rate")),
        sa.UniqueConstraint("code_id", "valid_from", name=op.f("uq_tariff_rate_code_id_valid_from")),
    )
    op.create_table(
        "variant_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("condition", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('component', 'operation', 'weight', 'price', 'text')",
            name=op.f("ck_variant_rule_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_variant_rule_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant_rule")),
        sa.UniqueConstraint("product_id", "position", name=op.f("uq_variant_rule_product_id_position")),
    )
    op.create_table(
        "item_declaration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_declaration_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_declaration")),
        sa.UniqueConstraint("item_id", "element", name=op.f("uq_item_declaration_item_id_element")),
    )
    op.create_table(
        "item_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_number_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_item_number_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_number")),
        sa.UniqueConstraint("partner_id", "code", name=op.f("uq_item_number_partner_id_code")),
        sa.UniqueConstraint("partner_id", "item_id", name=op.f("uq_item_number_partner_id_item_id")),
    )
    with op.batch_alter_table("item_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_number_item_id"), ["item_id"], unique=False)

    op.create_table(
        "option_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("axis_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["axis_id"], ["option_axis.id"], name=op.f("fk_option_value_axis_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_value")),
        sa.UniqueConstraint("axis_id", "code", name=op.f("uq_option_value_axis_id_code")),
    )
    op.create_table(
        "product_image",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "width > 0 AND height > 0 AND byte_count > 0", name=op.f("ck_product_image_size_positive")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_product_image_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_image_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_image")),
        sa.UniqueConstraint(
            "product_id", "item_id", "sha256", name=op.f("uq_product_image_product_id_item_id_sha256")
        ),
    )
    with op.batch_alter_table("product_image", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_image_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_image_sha256"), ["sha256"], unique=False)

    op.create_table(
        "unit_conversion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("factor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("factor > 0", name=op.f("ck_unit_conversion_factor_positive")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_unit_conversion_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_conversion")),
        sa.UniqueConstraint("item_id", "unit", name=op.f("uq_unit_conversion_item_id_unit")),
    )
    op.create_table(
        "item_option",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("axis_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["axis_id"], ["option_axis.id"], name=op.f("fk_item_option_axis_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_option_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["value_id"], ["option_value.id"], name=op.f("fk_item_option_value_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_option")),
        sa.UniqueConstraint("item_id", "axis_id", name=op.f("uq_item_option_item_id_axis_id")),
    )
    with op.batch_alter_table("item_option", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_option_axis_id"), ["axis_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_option_value_id"), ["value_id"], unique=False)

    op.create_table(
        "option_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["value_id"], ["option_value.id"], name=op.f("fk_option_text_value_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_text")),
        sa.UniqueConstraint("value_id", "language", name=op.f("uq_option_text_value_id_language")),
    )
    op.create_table(
        "bill_alternate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_bill_alternate_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["component_id"], ["item.id"], name=op.f("fk_bill_alternate_component_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["bill_line.id"], name=op.f("fk_bill_alternate_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_alternate")),
        sa.UniqueConstraint("line_id", "component_id", name=op.f("uq_bill_alternate_line_id_component_id")),
        sa.UniqueConstraint("line_id", "priority", name=op.f("uq_bill_alternate_line_id_priority")),
    )
    with op.batch_alter_table("bill_alternate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bill_alternate_component_id"), ["component_id"], unique=False)

    op.create_table(
        "eligible_machine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("speed_percent", sa.Integer(), nullable=False),
        sa.Column("setup_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint("speed_percent > 0", name=op.f("ck_eligible_machine_speed_positive")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_eligible_machine_machine_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["production_operation.id"],
            name=op.f("fk_eligible_machine_operation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligible_machine")),
        sa.UniqueConstraint(
            "operation_id", "machine_id", name=op.f("uq_eligible_machine_operation_id_machine_id")
        ),
    )
    with op.batch_alter_table("eligible_machine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eligible_machine_machine_id"), ["machine_id"], unique=False)

    op.create_table(
        "operation_machine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("speed_percent", sa.Integer(), nullable=False),
        sa.Column("setup_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint("speed_percent > 0", name=op.f("ck_operation_machine_speed_positive")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_operation_machine_machine_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["routing_operation.id"],
            name=op.f("fk_operation_machine_operation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_machine")),
        sa.UniqueConstraint(
            "operation_id", "machine_id", name=op.f("uq_operation_machine_operation_id_machine_id")
        ),
    )
    with op.batch_alter_table("operation_machine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_machine_machine_id"), ["machine_id"], unique=False)

    with op.batch_alter_table("bill", schema=None) as batch_op:
        batch_op.add_column(sa.Column("derived", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("note", sa.String(length=200), nullable=False, server_default=""))

    with op.batch_alter_table("bill_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_product", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gtin", sa.String(length=14), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("min_order", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("order_multiple", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("lot_size", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(
            batch_op.f("ck_item_lots_not_negative"),
            "min_order >= 0 AND order_multiple >= 0 AND lot_size >= 0",
        )

    with op.batch_alter_table("item_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("keywords", sa.String(length=300), nullable=False, server_default=""))

    _price_lists()
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sku_pattern", sa.String(length=120), nullable=False, server_default="")
        )

    with op.batch_alter_table("product_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("keywords", sa.String(length=300), nullable=False, server_default=""))

    with op.batch_alter_table("production_material", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_product", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("production_operation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("transfer_lot", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("subcontractor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("subcontract_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("quality_point", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_production_operation_subcontractor_id"),
            "partner",
            ["subcontractor_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("production_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch", sa.String(length=24), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_production_order_batch"), ["batch"], unique=False)

    with op.batch_alter_table("routing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("derived", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("routing_operation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_size", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("transfer_lot", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("move_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("quality_point", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("subcontractor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("subcontract_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("subcontract_price", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_routing_operation_subcontractor_id"),
            "partner",
            ["subcontractor_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_routing_operation_lots_not_negative"),
            "batch_size >= 0 AND transfer_lot >= 0 AND move_minutes >= 0",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_routing_operation_subcontract_not_negative"),
            "subcontract_days >= 0 AND subcontract_price >= 0",
        )

    with op.batch_alter_table("work_centre", schema=None) as batch_op:
        batch_op.add_column(sa.Column("machine_rate", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("labour_rate", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("crew", sa.BigInteger(), nullable=False, server_default="1000000"))
        batch_op.add_column(
            sa.Column("overhead_percent", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_work_centre_rates_not_negative"),
            "machine_rate >= 0 AND labour_rate >= 0 AND crew >= 0 AND overhead_percent >= 0",
        )


def _price_lists() -> None:
    """Lines that had the same terms and dates become one price list; none is lost."""
    with op.batch_alter_table("price_line") as batch_op:
        batch_op.add_column(
            sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("lead_days", sa.Integer(), nullable=False, server_default="0"))
    terms = "currency, incoterm, place, valid_from, valid_to"
    op.execute(
        "INSERT INTO price_list (code, name, kind, currency, incoterm, place, valid_from, valid_to, created_at, "
        "version) SELECT currency || ' ' || incoterm || CASE place WHEN '' THEN '' ELSE ' ' END || place || ' ' || "
        "CAST(valid_from AS VARCHAR(10)) || COALESCE(' - ' || CAST(valid_to AS VARCHAR(10)), ''), '', 'sales', "
        f"{terms}, CURRENT_TIMESTAMP, 1 FROM (SELECT DISTINCT {terms} FROM price_line) AS terms"
    )
    op.execute(
        "UPDATE price_line SET list_id = (SELECT price_list.id FROM price_list WHERE "
        "price_list.currency = price_line.currency AND price_list.incoterm = price_line.incoterm AND "
        "price_list.place = price_line.place AND price_list.valid_from = price_line.valid_from AND "
        "COALESCE(CAST(price_list.valid_to AS VARCHAR(10)), '') = "
        "COALESCE(CAST(price_line.valid_to AS VARCHAR(10)), ''))"
    )
    with op.batch_alter_table("price_line") as batch_op:
        batch_op.alter_column("list_id", nullable=False, existing_type=sa.BigInteger())
        batch_op.drop_constraint(batch_op.f(OLD_KEY), type_="unique")
        for name in ("valid_from", "currency", "place", "valid_to", "incoterm"):
            batch_op.drop_column(name)
        batch_op.create_index(batch_op.f("ix_price_line_item_id"), ["item_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_price_line_list_id_item_id_min_quantity"), ["list_id", "item_id", "min_quantity"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_price_line_lead_not_negative"), "lead_days >= 0")
        batch_op.create_foreign_key(
            batch_op.f("fk_price_line_list_id"), "price_list", ["list_id"], ["id"], ondelete="CASCADE"
        )
