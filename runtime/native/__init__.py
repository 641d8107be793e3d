"""What native code is made of: the functions of the language as numba compiles them.

numba is imported by the modules of this package alone, and nobody imports these before a model is
run natively. No function here raises: where there is no value it gives NaN or an infinity, and
where there is one, the bits that the Python body gives.
"""
