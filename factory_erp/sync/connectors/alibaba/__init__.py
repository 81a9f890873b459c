"""Alibaba.com International Station (ICBU) over the IOP protocol, path style."""
