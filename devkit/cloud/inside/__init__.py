"""What runs inside a function's own interpreter: the standard library and botocore only, relative imports."""
