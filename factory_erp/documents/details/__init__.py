"""What single kinds of document state beyond the facts of the shipment that all of them share.

Money is in minor units of the document's currency unless a field says otherwise, weights in grams,
volumes in cubic millimetres, lengths in millimetres, countries ISO 3166-1 alpha-2.
"""
