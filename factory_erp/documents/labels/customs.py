"""The words of the export declaration and its elements.

The Chinese terms are those of the form 出口货物报关单 (GACC announcements 2018/60 and 2019/18).
"""

from __future__ import annotations

LABELS: dict[str, tuple[str, str]] = {
    "customs_declaration": ("CHINA CUSTOMS EXPORT DECLARATION", "中华人民共和国海关出口货物报关单"),
    "declaration_elements": ("DECLARATION ELEMENTS", "申报要素表"),
    # head
    "cd_pre_entry": ("Pre-entry No.", "预录入编号"),
    "cd_customs_number": ("Customs No.", "海关编号"),
    "cd_consignor": ("Domestic consignor", "境内发货人"),
    "cd_exit_customs": ("Exit customs office", "出境关别"),
    "cd_export_on": ("Date of export", "出口日期"),
    "cd_declared_on": ("Date of declaration", "申报日期"),
    "cd_record": ("Record No.", "备案号"),
    "cd_overseas": ("Overseas consignee", "境外收货人"),
    "cd_transport_mode": ("Mode of transport", "运输方式"),
    "cd_transport": ("Means of transport and voyage", "运输工具名称及航次号"),
    "cd_bill": ("Bill of lading No.", "提运单号"),
    "cd_producer": ("Producer / seller", "生产销售单位"),
    "cd_supervision": ("Customs regime", "监管方式"),
    "cd_levy_nature": ("Nature of levy", "征免性质"),
    "cd_licence": ("Licence No.", "许可证号"),
    "cd_contract": ("Contract No.", "合同协议号"),
    "cd_trade_country": ("Country of trade", "贸易国（地区）"),
    "cd_arrival_country": ("Country of arrival", "运抵国（地区）"),
    "cd_destination_port": ("Port of destination", "指运港"),
    "cd_exit_port": ("Exit port", "离境口岸"),
    "cd_packing": ("Kind of packing", "包装种类"),
    "cd_packages": ("Packages", "件数"),
    "cd_gross": ("Gross weight (kg)", "毛重（千克）"),
    "cd_net": ("Net weight (kg)", "净重（千克）"),
    "cd_terms": ("Terms of trade", "成交方式"),
    "cd_freight": ("Freight", "运费"),
    "cd_insurance": ("Insurance", "保费"),
    "cd_other_costs": ("Other costs", "杂费"),
    "cd_attached": ("Attached documents and their numbers", "随附单证及编号"),
    "cd_marks": ("Marks and notes", "标记唛码及备注"),
    "cd_containers": ("Containers", "集装箱标箱数及号码"),
    # items
    "cd_item": ("Item", "项号"),
    "cd_code": ("Tariff code", "商品编号"),
    "cd_goods": ("Name, specification and model", "商品名称及规格型号"),
    "cd_quantity": ("Quantity and unit", "数量及单位"),
    "cd_price": ("Unit price / total / currency", "单价/总价/币制"),
    "cd_origin": ("Origin", "原产国（地区）"),
    "cd_final_country": ("Final destination", "最终目的国（地区）"),
    "cd_source": ("Source place", "境内货源地"),
    "cd_levy": ("Levy", "征免"),
    # foot
    "cd_relation": ("Special relation confirmed", "特殊关系确认"),
    "cd_price_affected": ("Influence on price confirmed", "价格影响确认"),
    "cd_royalties": ("Royalties confirmed", "支付特许权使用费确认"),
    "cd_formula": ("Formula price confirmed", "公式定价确认"),
    "cd_provisional": ("Provisional price confirmed", "暂定价格确认"),
    "cd_self_declared": ("Self-declared, self-paid", "自报自缴"),
    "cd_yes": ("Yes", "是"),
    "cd_no": ("No", "否"),
    "cd_person": ("Declaring person", "报关人员"),
    "cd_person_number": ("Person's No.", "报关人员证号"),
    "cd_person_phone": ("Telephone", "电话"),
    "cd_declarant": ("Declarant (signature)", "申报单位（签章）"),
    "cd_customs_use": ("Customs notes and seal", "海关批注及签章"),
    # declaration elements
    "de_element": ("Element", "申报要素"),
    "de_answer": ("Answer", "填报内容"),
    "de_line": ("As declared", "规格型号"),
    "de_missing": ("MISSING", "待补"),
    "de_supplier_name": ("Name on the supplier's VAT invoice", "供应商增值税发票品名"),
}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "cd_oath": (
        "We answer in law for the truth of this declaration and for the payment of its duties.",
        "兹申明对以上内容承担如实申报、依法纳税之法律责任",
    ),
    "de_length": ("{long} of {most} characters", "长度 {long} / {most}"),
}
"""Key → sentence in English and Chinese, ``{places}`` filled by the document."""
