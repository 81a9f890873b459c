"""The checker: whether the papers of a shipment agree with each other and with the letter of credit.

Pure: papers and credit go in as values, findings come out. It knows no database, no file and no network,
and it does not care who made the papers: this program, a forwarder or a customs broker.
"""
