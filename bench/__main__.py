"""`python -m bench` is `viva bench`."""

from bench.runner import bench

if __name__ == "__main__":
    bench()
