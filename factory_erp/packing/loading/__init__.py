"""Loading cartons and pallets into containers: which goes where, in three dimensions.

``problem`` says what is to be loaded and by which rules, ``search`` finds a loading, ``check`` judges one
with code of its own, ``balance`` brings the weight nearer to the middle, ``steps`` orders a loading for those
who carry, ``containers`` says which containers are needed, ``choice`` which numbered cartons go into which.
Whole millimetres and grams throughout. Importing the search imports numba: services do so inside functions.
"""
