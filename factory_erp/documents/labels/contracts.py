"""Words of proforma invoices, sales contracts, bills of exchange and certificates."""

from __future__ import annotations

LABELS: dict[str, tuple[str, str]] = {
    # titles
    "proforma_invoice": ("PROFORMA INVOICE", "形式发票"),
    "sales_contract": ("SALES CONTRACT", "售货合同"),
    "sales_confirmation": ("SALES CONFIRMATION", "销售确认书"),
    "bill_of_exchange": ("BILL OF EXCHANGE", "汇票"),
    "beneficiary_certificate": ("BENEFICIARY'S CERTIFICATE", "受益人证明"),
    "inspection_certificate": ("INSPECTION CERTIFICATE", "检验证书"),
    "weight_certificate": ("WEIGHT CERTIFICATE", "重量证书"),
    # what is agreed
    "seller": ("Seller", "卖方"),
    "proforma_no": ("Proforma invoice No.", "形式发票号"),
    "signed_at": ("Place of signature", "签约地点"),
    "shipment_time": ("Time of shipment", "装运期"),
    "ports": ("Ports", "装运港及目的港"),
    "partial_shipment": ("Partial shipment", "分批装运"),
    "transshipment": ("Transshipment", "转运"),
    "allowed": ("allowed", "允许"),
    "not_allowed": ("not allowed", "不允许"),
    "packing": ("Packing", "包装"),
    "tolerance": ("More or less", "溢短装"),
    "insurance": ("Insurance", "保险"),
    "deposit": ("Deposit in advance", "预付定金"),
    "balance": ("Balance", "余款"),
    "terms_and_conditions": ("Terms and conditions", "条款说明"),
    "letter_of_credit": ("Letter of credit", "信用证"),
    "claims": ("Claims about quality and quantity", "品质与数量异议"),
    "force_majeure": ("Force majeure", "不可抗力"),
    "arbitration": ("Arbitration", "仲裁"),
    "originals": ("Originals of this contract", "合同文本"),
    "other_conditions": ("Other conditions", "其他条款"),
    # bill of exchange
    "drawn_under": ("Drawn under", "凭"),
    "dated": ("Dated", "日期"),
    "interest": ("Payable with interest @", "按息付款"),
    "draft_no": ("No.", "号码"),
    "exchange_for": ("Exchange for", "汇票金额"),
    "place_and_date": ("Place and date", "出票地点及日期"),
    "tenor": ("Tenor", "付款期限"),
    "draft_at": ("At", "于"),
    "draft_sight": ("sight", "见票"),
    "pay_to": ("Pay to the order of", "付交"),
    "sum_of": ("The sum of", "金额"),
    "drawee": ("To (drawee)", "此致（付款人）"),
    "value_received": ("Value received against", "对价"),
    "first_of_exchange": ("FIRST OF EXCHANGE", "第一联"),
    "second_of_exchange": ("SECOND OF EXCHANGE", "第二联"),
    # certificates
    "certificate_no": ("Certificate No.", "证书号"),
    "addressed_to": ("To", "致"),
    "issued_by": ("Issued by", "出具人"),
    "inspected_on": ("Date of inspection", "检验日期"),
    "inspected": ("What was inspected", "检验项目"),
    "method": ("Standard or method", "标准或方法"),
    "result": ("Result", "检验结果"),
    "conclusion": ("Conclusion", "检验结论"),
}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "contract_preamble": (
        "The seller sells and the buyer buys the goods named below on the terms stated here.",
        "买卖双方同意按照本合同所列条款，由卖方出售、买方购进下述货物。",
    ),
    "ships_by": ("Not later than {day}", "不迟于 {day}"),
    "contract_ports": ("From {loading} to {discharge}.", "由 {loading} 运至 {discharge}。"),
    "contract_from": ("From {loading}.", "装运港：{loading}。"),
    "contract_to": ("To {discharge}.", "目的港：{discharge}。"),
    "contract_splitting": ("{what}: {allowed}.", "{what}：{allowed}。"),
    "tolerance_clause": (
        "{percent} % more or less in quantity and in amount is allowed at the seller's option.",
        "数量及金额允许有 {percent}% 的增减，由卖方决定。",
    ),
    "proforma_conditions": (
        "This proforma invoice is subject to our final confirmation.",
        "本形式发票以我方最终确认为准。",
    ),
    "proforma_valid": (
        "It stands until {day}; later orders need a new one.",
        "有效期至 {day}，逾期须重新开立。",
    ),
    "proforma_deposit": (
        "Production begins when the deposit of {amount} has arrived.",
        "收到定金 {amount} 后安排生产。",
    ),
    "insured_by_seller": (
        "The seller insures the goods for 110 % of the invoice value against All Risks and War Risk under "
        "the China Insurance Clauses. Wider cover that the buyer asks for in time is at the buyer's cost.",
        "由卖方按发票金额的 110% 投保一切险和战争险，以中国保险条款为准。"
        "买方及时要求加保的，费用由买方承担。",
    ),
    "insured_by_buyer": (
        "The buyer insures the goods from the moment when the risk passes under the agreed trade term.",
        "自约定贸易术语下风险转移之时起，由买方自行投保。",
    ),
    "payment_by_credit": (
        "The buyer has an irrevocable letter of credit opened in the seller's favour. It reaches the seller "
        "at least 30 days before the time of shipment and is valid for negotiation in China until the 15th "
        "day after shipment.",
        "买方应开立以卖方为受益人的不可撤销信用证，该证须在装运期前至少 30 天到达卖方，"
        "并在装运后第 15 天前在中国议付有效。",
    ),
    "claims_clause": (
        "A claim about quality reaches the seller within 30 days, and a claim about quantity within 15 days, "
        "after the goods have arrived at the port of destination, with a report of a surveyor whom both "
        "sides accept. What the insurer or the carrier answers for is claimed from them.",
        "品质异议须于货到目的港之日起 30 天内提出，数量异议须于货到目的港之日起 15 天内提出，"
        "并附双方认可的检验机构出具的检验报告。属保险公司或承运人责任的，由买方向其索赔。",
    ),
    "force_majeure_clause": (
        "Neither side is liable for delay or failure caused by events that it could not foresee, avoid or "
        "overcome, such as war, natural disaster, epidemic or acts of government. The side concerned tells "
        "the other without delay and sends a certificate of the competent authority within 15 days.",
        "因战争、自然灾害、疫情、政府行为等不能预见、不能避免并不能克服的事件，"
        "致使一方延迟或不能履行合同的，该方不负责任，但应立即通知对方，并于 15 天内提交有关机构出具的证明。",
    ),
    "arbitration_clause": (
        "Disputes from or in connection with this contract are settled in friendly talks. Where these fail, "
        "they go to the China International Economic and Trade Arbitration Commission (CIETAC) for "
        "arbitration under its rules in force when arbitration is applied for. The award is final and binds "
        "both sides.",
        "因本合同引起的或与本合同有关的任何争议，双方应友好协商解决；协商不成的，"
        "提交中国国际经济贸易仲裁委员会，按照申请仲裁时该会现行有效的仲裁规则进行仲裁。"
        "仲裁裁决是终局的，对双方均有约束力。",
    ),
    "originals_clause": (
        "This contract is made in two originals, one for each side, and is in force once both have signed.",
        "本合同一式两份，双方各执一份，经双方签字后生效。",
    ),
    # bill of exchange
    "exchange_of_first": (
        "of this FIRST of exchange (SECOND of the same tenor and date being unpaid)",
        "付款，凭本汇票第一联（同期同日之第二联未付）",
    ),
    "exchange_of_second": (
        "of this SECOND of exchange (FIRST of the same tenor and date being unpaid)",
        "付款，凭本汇票第二联（同期同日之第一联未付）",
    ),
    "for_invoice": (
        "{percent} % of the value of invoice {invoice}",
        "发票 {invoice} 金额的 {percent}%",
    ),
    # certificates
    "weights_certified": (
        "We certify that the goods named below have been weighed and that their weights are as stated:",
        "兹证明下列货物业经衡重，其重量如下：",
    ),
}
"""Key → sentence in English and Chinese, ``{places}`` filled by the document."""
