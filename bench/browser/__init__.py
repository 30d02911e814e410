"""What `bench web` needs: a Chromium that can be killed, a camera that counts, a server to deliver to."""
