"""The client protocol: frames in, replies out, and the reasons for which a frame is refused."""
