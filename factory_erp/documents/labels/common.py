"""The words that most documents share: parties, references, transport, goods, packing, closing.

The Chinese terms are those of the trade (外贸单证).
"""

from __future__ import annotations

LABELS: dict[str, tuple[str, str]] = {
    # titles
    "commercial_invoice": ("COMMERCIAL INVOICE", "商业发票"),
    "packing_list": ("PACKING LIST", "装箱单"),
    "quotation": ("QUOTATION", "报价单"),
    # parties and references
    "exporter": ("Exporter / Seller", "出口商 / 卖方"),
    "consignee": ("Consignee", "收货人"),
    "buyer": ("Buyer", "买方"),
    "notify": ("Notify party", "通知方"),
    "invoice_no": ("Invoice No.", "发票号"),
    "packing_list_no": ("Packing list No.", "装箱单号"),
    "date": ("Date", "日期"),
    "contract_no": ("Contract No.", "合同号"),
    "order_no": ("Order No.", "订单号"),
    "customer_po": ("Buyer's order No.", "客户订单号"),
    "lc_no": ("L/C No.", "信用证号"),
    "tax_id": ("Tax ID", "税号"),
    "attention": ("Attn", "联系人"),
    "phone": ("Tel", "电话"),
    "email": ("Email", "邮箱"),
    "revision": ("Rev.", "修订"),
    "offered_to": ("Offered to", "报价对象"),
    "quotation_no": ("Quotation No.", "报价单号"),
    "valid_until": ("Valid until", "有效期至"),
    "lead_time": ("Ready to ship after", "交货期"),
    "conditions": ("Conditions", "报价说明"),
    # transport and terms
    "port_of_loading": ("Port of loading", "起运港"),
    "port_of_discharge": ("Port of discharge", "目的港"),
    "vessel": ("Vessel / Voyage", "船名航次"),
    "etd": ("ETD", "预计开航日"),
    "containers": ("Container No.", "集装箱号"),
    "forwarder": ("Forwarder", "货运代理"),
    "origin": ("Country of origin", "原产国"),
    "destination": ("Country of destination", "目的国"),
    "trade_term": ("Terms of delivery", "成交方式"),
    "importer_tax_id": ("Importer's VAT / EORI No.", "进口商税号 / EORI"),
    "export_reason": ("Reason for export", "出口原因"),
    "payment": ("Terms of payment", "付款方式"),
    "currency": ("Currency", "币制"),
    # goods
    "marks": ("Marks & numbers", "唛头及编号"),
    "packages": ("No. and kind of packages", "件数"),
    "cartons_word": ("cartons", "箱"),
    "carton_word": ("carton", "箱"),
    "gross_weight": ("Gross weight", "毛重"),
    "net_weight": ("Net weight", "净重"),
    "measurement": ("Measurement", "体积"),
    "line": ("No.", "序号"),
    "item": ("Item No.", "货号"),
    "our_item": ("Our item No.", "我方货号"),
    "buyers_item": ("Buyer's item", "客户货号"),
    "description": ("Description of goods", "货物名称及规格"),
    "brand": ("Brand", "品牌"),
    "material": ("Material", "材质"),
    "hs_origin": ("HS code / Origin", "商品编码 / 原产国"),
    "quantity": ("Quantity", "数量"),
    "unit_price": ("Unit price", "单价"),
    "amount": ("Amount", "金额"),
    "goods_value": ("Value of goods", "货值"),
    "total": ("TOTAL", "合计"),
    "amount_in_words": ("Total amount in words", "总值大写"),
    # packing
    "carton_no": ("Carton No.", "箱号"),
    "cartons": ("Cartons", "箱数"),
    "per_carton": ("Qty / ctn", "每箱数量"),
    "total_quantity": ("Total quantity", "总数量"),
    "net_per_carton": ("N.W. / ctn (kg)", "每箱净重 kg"),
    "gross_per_carton": ("G.W. / ctn (kg)", "每箱毛重 kg"),
    "size": ("Carton L×W×H (cm)", "外箱尺寸 cm"),
    "net_total": ("Total N.W. (kg)", "总净重 kg"),
    "gross_total": ("Total G.W. (kg)", "总毛重 kg"),
    "cbm": ("Volume (m³)", "体积 m³"),
    "mixed": ("mixed", "拼箱"),
    "pallets": ("Pallets", "托盘"),
    "gross_with_pallets": ("Gross weight with pallets", "含托盘毛重"),
    "packages_in_words": ("Total packages in words", "总件数大写"),
    # closing
    "bank": ("Bank details", "收款银行资料"),
    "beneficiary": ("Beneficiary", "收款人"),
    "bank_name": ("Bank", "开户行"),
    "bank_address": ("Bank address", "银行地址"),
    "account": ("Account No.", "账号"),
    "swift": ("SWIFT", "SWIFT 代码"),
    "declaration": ("Declaration", "声明"),
    "remarks": ("Remarks", "备注"),
    "for": ("For and on behalf of", "代表"),
    "signature": ("Authorised signature and stamp", "授权签字及盖章"),
    "continued": ("continued", "续"),
    "draft_mark": ("DRAFT", "草稿"),
    "clauses": ("Clauses", "条款"),
    "signed_by": ("Name", "签字人"),
    "errors_excepted": ("E. & O. E.", "有错当查"),
    # what is charged beside the goods
    "charge_freight": ("Freight", "运费"),
    "charge_insurance": ("Insurance", "保险费"),
    "charge_discount": ("Discount", "折扣"),
    "charge_adjustment": ("Adjustment", "调整"),
}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "pallet_line": (
        "{numbers}: cartons {cartons}; {size} cm; empty {tare} kg each",
        "{numbers}：箱号 {cartons}；{size} cm；每个空托 {tare} kg",
    ),
    "page": ("Page {page} of {pages}", "第 {page} 页 共 {pages} 页"),
    "certified": (
        "We certify that this invoice is true and correct.",
        "兹证明本发票内容真实无误。",
    ),
    "origin_declaration": (
        "We hereby declare that the goods listed in this invoice originate in {origin} and that the "
        "particulars stated above are true and correct.",
        "兹声明：本发票所列货物原产于{origin}，以上所列内容真实无误。",
    ),
    "true_declaration": (
        "We hereby declare that the particulars stated above are true and correct.",
        "兹声明：以上所列内容真实无误。",
    ),
    "days_after_order": ("{days} days from your order", "订单确认后 {days} 天"),
    "day_after_order": ("{days} day from your order", "订单确认后 {days} 天"),
    "offer": (
        "This offer stands until {day}. Prices are {term}. The order becomes binding when we confirm it.",
        "本报价有效期至 {day}，价格条件为 {term}。订单经我方确认后生效。",
    ),
    "offer_greeting": ("Thank you for your inquiry. We offer:", "感谢您的询价，现报价如下："),
}
"""Key → sentence in English and Chinese, ``{places}`` filled by the document."""
