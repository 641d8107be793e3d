"""The version of s3c, one for the compiler and the runtime."""

__all__ = ["VERSION"]

VERSION = "0.1.0"
