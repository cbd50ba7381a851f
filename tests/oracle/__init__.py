"""A slow, independent oracle of the focal field, used by the tests and never by the library.

It shares no code and no method with the library: the pupils are written out again from the public contract,
and the integral is done by adaptive cubature in (theta, phi) instead of fixed nodes. Lengths are in vacuum
wavelengths and fields in the dimensionless scale of unit pupil power unless a name says `si`.
"""
